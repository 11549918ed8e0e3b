"""The knobs of experiments that break things on purpose."""

from oneup.settings.addons.switch import OptIn


class ChaosMesh(OptIn):
    """Experiments on the applications' namespaces; in production only where both knobs below say so."""

    in_production: bool = False
    """Whether experiments may run in production."""

    confirm_stack: str | None = None
    """The stack's own name, as the second word that production asks for."""
