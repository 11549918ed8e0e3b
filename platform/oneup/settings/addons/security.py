"""The settings of policies, of what watches containers and images, and of chaos experiments."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from oneup.settings.addons.switch import OptIn
from oneup.settings.errors import Problem
from oneup.settings.formats.form import Form, Unit

if TYPE_CHECKING:
    from oneup.settings.model import Settings

Priority = Literal["emergency", "alert", "critical", "error", "warning", "notice"]
"""Falco's priorities, the worst first."""


class Falco(OptIn):
    """What containers do that they should not."""

    tell_from: Priority = "warning"
    """The least priority of an event that reaches Alertmanager; all of them are in the logs."""


class TrivyOperator(OptIn):
    """Known weaknesses of images, and mistakes in what runs them."""

    severity: Literal["MEDIUM", "HIGH", "CRITICAL"] = "HIGH"
    """The least severity that is reported."""

    scans_at_once: Annotated[int, Unit("scans"), Field(ge=1, le=20)] = 3
    """Scans that may run beside one another; each asks for 100m of CPU and 100 MB."""

    rescan_hours: Annotated[int, Unit("h"), Field(ge=1)] = 24
    """Age at which a report is renewed, since weaknesses become known after an image is built."""


RegistryPrefix = Annotated[
    str,
    Form(
        "the beginning of images' names up to a /, such as quay.io/ or docker.io/library/",
        r"[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?/([a-z0-9._-]+/)*",
        suggest=lambda value: f"{value.rstrip('/')}/",
    ),
]
LabelName = Annotated[
    str,
    Form(
        "a label's name, such as app.kubernetes.io/name",
        r"([a-z0-9-]+(\.[a-z0-9-]+)*/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?",
        suggest=lambda value: value.strip().replace(" ", "-"),
    ),
]


class Kyverno(OptIn):
    """What applications' pods must be like."""

    action: Literal["audit", "enforce"] | None = None
    """Whether a pod that breaks a rule is reported or refused; else ``enforce`` in production, and
    ``audit`` elsewhere."""

    registries: tuple[RegistryPrefix, ...] = (
        "public.ecr.aws/docker/library/",
        "quay.io/",
        "registry.k8s.io/",
        "us-central1-docker.pkg.dev/online-boutique-ci/microservices-demo/",
    )
    """Where images may come from, each with a ``/`` at its end; on AWS also the account's own registry."""

    labels: tuple[LabelName, ...] = ("app.kubernetes.io/name", "app.kubernetes.io/part-of")
    """Labels that every pod must have."""

    def refuses(self, environment: str) -> bool:
        """Whether a pod that breaks a rule is refused in this environment."""
        return (self.action or ("enforce" if environment == "production" else "audit")) == "enforce"


class ChaosMesh(OptIn):
    """Experiments on the applications' namespaces; in production only where both knobs below say so."""

    in_production: bool = False
    """Whether experiments may run in production."""

    confirm_stack: str | None = None
    """The stack's own name, as the second word that production asks for."""


def chaos_in_production(settings: "Settings") -> Iterator[Problem]:
    """One setting may be copied from another stack by mistake; the stack's own name is not."""
    knobs = settings.addons.chaos_mesh
    if settings.environment != "production" or not knobs.enabled:
        return
    if not (knobs.in_production and knobs.confirm_stack == settings.stack):
        twice = f"addons.chaosMesh.inProduction: true and addons.chaosMesh.confirmStack: {settings.stack}"
        text = f"true breaks things on purpose, and this is production; set it to false, or set both {twice}"
        yield Problem("addons.chaosMesh.enabled", text)


def unused_chaos_confirmation(settings: "Settings") -> Iterator[Problem]:
    """A confirmation that names another stack is a copy of its file."""
    name = settings.addons.chaos_mesh.confirm_stack
    if name is not None and name != settings.stack:
        yield Problem(
            "addons.chaosMesh.confirmStack", f"{name} is not this stack, {settings.stack}; correct it"
        )
