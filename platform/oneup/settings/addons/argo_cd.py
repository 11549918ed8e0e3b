"""Argo CD's knobs."""

from oneup.settings.addons.switch import Knobs


class ArgoCd(Knobs):
    """Who may do what in Argo CD."""

    admin_groups: tuple[str, ...] = ()
    """OIDC groups with the role admin; everybody else who signs in reads only."""
