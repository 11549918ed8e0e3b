"""How much the applications may ask for."""

from typing import Annotated

from pydantic import Field

from oneup.settings.base import Section
from oneup.settings.formats.form import Unit

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
