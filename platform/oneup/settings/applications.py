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


class ApplicationQuota(Section):
    """ResourceQuota and LimitRange of each application namespace.

    The defaults fit the shop and the boutique at maximum scale, each pod with a mesh sidecar, and a
    quarter more during updates.
    """

    cpu: Annotated[int, Unit("vCPU"), Field(ge=1)] = 24
    """CPU requests of all pods together."""

    memory_gib: Gibibytes = 48
    """Memory requests of all pods together."""

    pods: Annotated[int, Unit("number"), Field(ge=1)] = 200
    """Number of pods."""

    volumes: Count = 10
    """Number of PersistentVolumeClaims."""

    storage_gib: Gibibytes = 200
    """Storage requests of all claims together."""

    load_balancers: Count = 2
    """Number of Services of type LoadBalancer; Ingresses do not count."""

    container_memory_gib: Gibibytes = 4
    """Maximum memory limit of a container."""

    volume_gib: Gibibytes = 100
    """Maximum size of a volume."""


class ApplicationRequests(Section):
    """Resource requests of all application pods when idle.

    The first nodes are sized for it; for more, the autoscaler adds nodes.
    """

    pods: Annotated[int, Unit("number"), Field(ge=0)] = 0
    """Number of pods."""

    cpu_millis: Annotated[int, Unit("m"), Field(ge=0)] = 0
    """CPU requests in millicores."""

    memory_mib: Annotated[int, Unit("MiB"), Field(ge=0)] = 0
    """Memory requests."""


_NAMESPACES: Final = 2
"""Namespaces of applications, each with the quota: the environment's, and the shared one."""


def within_quotas(settings: "Settings") -> Iterator[Problem]:
    """The requests fit in the quotas."""
    asked, granted = settings.workload, settings.limits
    for key, amount, limit, each in (
        ("pods", asked.pods, "pods", granted.pods),
        ("cpuMillis", asked.cpu_millis, "cpu", 1000 * granted.cpu),
        ("memoryMib", asked.memory_mib, "memoryGib", 1024 * granted.memory_gib),
    ):
        most = _NAMESPACES * each
        if amount > most:
            over = f"{amount} exceeds the quotas of the {_NAMESPACES} application namespaces"
            yield Problem(f"workload.{key}", f"{over}; give at most {most}, or raise limits.{limit}")
