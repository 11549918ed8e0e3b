"""The settings of policies, of what watches containers and images, and of chaos experiments."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from oneup.settings.addons.switch import OptInAddon
from oneup.settings.errors import Problem
from oneup.settings.formats.form import Format, Unit

if TYPE_CHECKING:
    from oneup.settings.model import Settings

Priority = Literal["emergency", "alert", "critical", "error", "warning", "notice"]
"""Falco's priorities, the highest first."""


class Falco(OptInAddon):
    """Falco: runtime security events."""

    tell_from: Priority = "warning"
    """Minimum priority of events that are sent to Alertmanager; the logs have all events."""


class TrivyOperator(OptInAddon):
    """Trivy: vulnerabilities of images, and misconfiguration of workloads."""

    severity: Literal["MEDIUM", "HIGH", "CRITICAL"] = "HIGH"
    """Minimum severity that is reported."""

    scans_at_once: Annotated[int, Unit("scans"), Field(ge=1, le=20)] = 3
    """Maximum number of concurrent scans; each requests 100m CPU and 100 MB."""

    rescan_hours: Annotated[int, Unit("h"), Field(ge=1)] = 24
    """Age after which an image is scanned again."""


RegistryPrefix = Annotated[
    str,
    Format(
        "a prefix of image names that ends with /, such as quay.io/ or docker.io/library/",
        r"[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?/([a-z0-9._-]+/)*",
        correct=lambda value: f"{value.rstrip('/')}/",
    ),
]
LabelName = Annotated[
    str,
    Format(
        "a label's name, such as app.kubernetes.io/name",
        r"([a-z0-9-]+(\.[a-z0-9-]+)*/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?",
        correct=lambda value: value.strip().replace(" ", "-"),
    ),
]


class Kyverno(OptInAddon):
    """Kyverno: policies for application pods."""

    action: Literal["audit", "enforce"] | None = None
    """Whether a pod that violates a policy is reported or rejected; default: ``enforce`` in production,
    ``audit`` elsewhere."""

    registries: tuple[RegistryPrefix, ...] = (
        "public.ecr.aws/docker/library/",
        "quay.io/",
        "registry.k8s.io/",
        "us-central1-docker.pkg.dev/online-boutique-ci/microservices-demo/",
    )
    """Allowed image registries, each ending with ``/``; on AWS also the account's ECR."""

    labels: tuple[LabelName, ...] = ("app.kubernetes.io/name", "app.kubernetes.io/part-of")
    """Labels that every pod must have."""

    def refuses(self, environment: str) -> bool:
        """Whether policies are enforced in this environment."""
        return (self.action or ("enforce" if environment == "production" else "audit")) == "enforce"


class ChaosMesh(OptInAddon):
    """Chaos experiments in application namespaces; in production only if both settings below allow it."""

    in_production: bool = False
    """Whether experiments may run in production."""

    confirm_stack: str | None = None
    """The stack's name, as a confirmation that production requires."""


def chaos_in_production(settings: "Settings") -> Iterator[Problem]:
    """One setting may be copied from another stack by mistake; the stack's own name is not."""
    knobs = settings.addons.chaos_mesh
    if settings.environment != "production" or not knobs.enabled:
        return
    if not (knobs.in_production and knobs.confirm_stack == settings.stack):
        twice = f"addons.chaosMesh.inProduction: true and addons.chaosMesh.confirmStack: {settings.stack}"
        text = f"true runs chaos experiments, and this is production; set it to false, or set both {twice}"
        yield Problem("addons.chaosMesh.enabled", text)


def unused_chaos_confirmation(settings: "Settings") -> Iterator[Problem]:
    """A confirmation for another stack was copied from its stack file."""
    name = settings.addons.chaos_mesh.confirm_stack
    if name is not None and name != settings.stack:
        yield Problem(
            "addons.chaosMesh.confirmStack", f"{name} is not this stack, {settings.stack}; correct it"
        )
