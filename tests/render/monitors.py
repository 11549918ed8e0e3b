"""What a ServiceMonitor or PodMonitor selects, and what Prometheus calls it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import cast

from oneup.checks.charts import mapping
from oneup.plan import JsonMap
from oneup.plan.inputs import value_at
from tests.render import workloads
from tests.render.need import maps


def selects(monitor: JsonMap, home: str, namespace: str, labels: Mapping[str, str]) -> bool:
    """Whether a monitor in ``home`` chooses what has these labels in a namespace."""
    spec = mapping(monitor["spec"])
    where, what = mapping(spec.get("namespaceSelector")), mapping(spec["selector"])
    named = cast("Sequence[str]", where.get("matchNames") or [home])
    return (bool(where.get("any")) or namespace in named) and workloads.selects(what, labels)


def jobs(monitor: JsonMap, home: str, chosen: JsonMap | None) -> Iterator[str]:
    """What Prometheus writes into the label ``job`` of what a monitor's endpoints answer.

    ``chosen`` is the Service that a ServiceMonitor has chosen; a PodMonitor names the job itself, unless a
    label of the pods does. An endpoint whose relabelling cannot be foretold is left out.
    """
    spec = mapping(monitor["spec"])
    label = str(spec.get("jobLabel") or "")
    own = chosen or monitor
    labels, name = mapping(value_at(own, "metadata", "labels")), str(value_at(own, "metadata", "name"))
    job = str(labels.get(label) or name) if chosen else f"{home}/{name}"
    for endpoint in maps(spec.get("endpoints") or spec.get("podMetricsEndpoints")):
        yield from _relabelled(maps(endpoint.get("relabelings")), job)


def _relabelled(steps: Iterable[JsonMap], job: str) -> Iterator[str]:
    for step in steps:
        if step.get("targetLabel") == "job":
            if step.get("sourceLabels") not in (None, ["job"]) or "regex" in step:
                return
            job = str(step.get("replacement", "$1")).replace("${1}", job).replace("$1", job)
    yield job
