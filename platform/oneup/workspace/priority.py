"""Priority classes: which pods are evicted last."""

from dataclasses import dataclass
from typing import Final, Literal

from oneup.workspace.manifest import Manifest


@dataclass(frozen=True, kw_only=True)
class PriorityClass:
    """A PriorityClass."""

    name: str
    value: int
    description: str
    default: bool = False
    preemption: Literal["PreemptLowerPriority", "Never"] = "PreemptLowerPriority"

    @property
    def manifest(self) -> Manifest:
        """The object."""
        return Manifest(
            api_version="scheduling.k8s.io/v1",
            kind="PriorityClass",
            name=self.name,
            body={
                "value": self.value,
                "description": self.description,
                "preemptionPolicy": self.preemption,
                # The API server drops a `false` here, and a refresh would find it missing.
                **({"globalDefault": True} if self.default else {}),
            },
        )


CRITICAL: Final = PriorityClass(
    name="platform-critical",
    value=100_000_000,
    description="Controllers that others depend on: ingress, DNS, certificates, secrets, GitOps",
)
STANDARD: Final = PriorityClass(
    name="platform-standard",
    value=10_000_000,
    description="The rest of the platform: monitoring, logging, tracing",
)
APPLICATION: Final = PriorityClass(
    name="application", value=1_000, description="Applications (default)", default=True
)
BATCH: Final = PriorityClass(
    name="batch",
    value=0,
    description="Jobs that can wait; they do not preempt other pods",
    preemption="Never",
)

PRIORITY_CLASSES: Final = (CRITICAL, STANDARD, APPLICATION, BATCH)
