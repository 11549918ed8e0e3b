"""What the applications may ask for, and what they ask for."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import Field

from oneup.settings.base import Section
from oneup.settings.errors import Problem
from oneup.settings.formats.form import Unit

if TYPE_CHECKING:
    from oneup.settings.model import Settings

Gibibytes = Annotated[int, Unit("GiB"), Field(ge=1)]
Count = Annotated[int, Unit("number"), Field(ge=0)]


class Limits(Section):
    """Quota of each namespace of applications, so that one cannot take the whole cluster.

    The defaults hold the shop and the boutique at their highest, each pod with a mesh's proxy, and a
    quarter more while an update replaces them.
    """

    cpu: Annotated[int, Unit("vCPU"), Field(ge=1)] = 24
    """Processors that all pods together request."""

    memory_gib: Gibibytes = 48
    """Memory that all pods together request."""

    pods: Annotated[int, Unit("number"), Field(ge=1)] = 200
    """Pods."""

    volumes: Count = 10
    """Claims to volumes."""

    storage_gib: Gibibytes = 200
    """Size of all volumes together."""

    load_balancers: Count = 2
    """Services of type LoadBalancer; an Ingress is none."""

    container_memory_gib: Gibibytes = 4
    """Memory that a single container may have."""

    volume_gib: Gibibytes = 100
    """Size of a single volume."""


class Workload(Section):
    """What the pods of all applications request together when nobody uses them.

    The first nodes are measured by it; for what they request beyond it, the autoscaler makes nodes.
    """

    pods: Annotated[int, Unit("number"), Field(ge=0)] = 0
    """Pods."""

    cpu_millis: Annotated[int, Unit("m"), Field(ge=0)] = 0
    """Thousandths of a vCPU."""

    memory_mib: Annotated[int, Unit("MiB"), Field(ge=0)] = 0
    """Memory."""


_NAMESPACES: Final = 2
"""Namespaces of applications, each with the quota: the environment's, and the shared one."""


def within_quotas(settings: "Settings") -> Iterator[Problem]:
    """More than all quotas together is never admitted."""
    asked, granted = settings.workload, settings.limits
    for key, amount, limit, each in (
        ("pods", asked.pods, "pods", granted.pods),
        ("cpuMillis", asked.cpu_millis, "cpu", 1000 * granted.cpu),
        ("memoryMib", asked.memory_mib, "memoryGib", 1024 * granted.memory_gib),
    ):
        most = _NAMESPACES * each
        if amount > most:
            over = f"{amount} is more than the quotas of {_NAMESPACES} namespaces admit"
            yield Problem(f"workload.{key}", f"{over}; give at most {most}, or raise limits.{limit}")
