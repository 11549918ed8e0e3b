"""What a ServiceMonitor or PodMonitor selects."""

from collections.abc import Mapping, Sequence
from typing import cast

from need import maps
from oneup.checks.charts import mapping
from oneup.plan import Json, JsonMap


def selects(monitor: JsonMap, home: str, namespace: str, labels: Mapping[str, str]) -> bool:
    """Whether a monitor in ``home`` chooses what has these labels in a namespace."""
    spec = mapping(monitor["spec"])
    where, what = mapping(spec.get("namespaceSelector")), mapping(spec["selector"])
    named = cast("Sequence[str]", where.get("matchNames") or [home])
    same = cast("Mapping[str, str]", what.get("matchLabels") or {})
    return (
        (bool(where.get("any")) or namespace in named)
        and same.items() <= labels.items()
        and all(_holds(each, labels) for each in maps(what.get("matchExpressions")))
    )


def _holds(expression: Mapping[str, Json], labels: Mapping[str, str]) -> bool:
    value, among = labels.get(str(expression["key"])), cast("Sequence[str]", expression.get("values") or ())
    match expression["operator"]:
        case "In":
            return value in among
        case "NotIn":
            return value not in among
        case "Exists":
            return value is not None
        case _:
            return value is None
