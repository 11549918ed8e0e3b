"""What a ServiceMonitor or PodMonitor selects."""

from collections.abc import Mapping, Sequence
from typing import cast

import workloads
from oneup.checks.charts import mapping
from oneup.plan import JsonMap


def selects(monitor: JsonMap, home: str, namespace: str, labels: Mapping[str, str]) -> bool:
    """Whether a monitor in ``home`` chooses what has these labels in a namespace."""
    spec = mapping(monitor["spec"])
    where, what = mapping(spec.get("namespaceSelector")), mapping(spec["selector"])
    named = cast("Sequence[str]", where.get("matchNames") or [home])
    return (bool(where.get("any")) or namespace in named) and workloads.selects(what, labels)
