"""How much the applications ask for."""

from typing import Annotated

from pydantic import Field

from oneup.settings.base import Section
from oneup.settings.formats.form import Unit


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
