"""The knobs of the rules that applications' pods must obey."""

from typing import Annotated, Literal

from oneup.settings.addons.switch import OptIn
from oneup.settings.formats.form import Form

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
