"""An alert on a workload names one that is there: on another it would never fire."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import pytest

from oneup.checks.charts import mapping
from oneup.plan import JsonMap
from tests.render.subjects import SUBJECTS, RenderedOf, addons
from tests.support.variants import Variant

WATCHED: Final = re.compile(
    r'kube_(deployment|statefulset|daemonset)_\w+\{namespace="([^"]+)", \1=~?"([^"]+)"\}',
)
MADE_BY_OPERATORS: Final[Mapping[str, str]] = {
    "elasticsearch-es-default": "eck-operator, of the Elasticsearch",
    "kibana-kb": "eck-operator, of the Kibana",
    "prometheus-kube-prometheus-stack-prometheus": "the Prometheus operator, of the Prometheus",
    "alertmanager-kube-prometheus-stack-alertmanager": "the Prometheus operator, of the Alertmanager",
    "rook-ceph.rbd.csi.ceph.com-ctrlplugin": "ceph-csi-operator, of the Driver",
    "rook-ceph.rbd.csi.ceph.com-nodeplugin": "ceph-csi-operator, of the Driver",
}
"""Workloads that no release holds, and who makes them of what."""

WATCHING: Final = [
    pytest.param(subject, name, id=f"{subject}-{name}", marks=pytest.mark.xdist_group(str(subject)))
    for subject in SUBJECTS
    for name, addon in addons(subject).items()
    if any(WATCHED.search(alert.expr) for alert in addon.alerts)
]


def workloads(things: Sequence[JsonMap], home: str) -> set[tuple[str, str, str]]:
    """Kind, namespace and name of what runs pods."""
    found = ((str(thing["kind"]).lower(), mapping(thing["metadata"])) for thing in things)
    return {(kind, str(about.get("namespace") or home), str(about["name"])) for kind, about in found}


def watched(expr: str) -> Iterator[tuple[str, str, str]]:
    """Kind, namespace and name of what an alert looks at; of alternatives each."""
    for kind, namespace, names in WATCHED.findall(expr):
        yield from ((kind, namespace, name) for name in names.split("|"))


@pytest.mark.parametrize(("subject", "name"), WATCHING)
def test_what_an_alert_watches_is_there(subject: Variant, name: str, rendered_of: RenderedOf) -> None:
    addon = addons(subject)[name]
    there = workloads(rendered_of(subject).objects(name), addon.namespace.name)
    missing = [
        f"{alert.name}: {kind} {namespace}/{pattern}"
        for alert in addon.alerts
        for kind, namespace, pattern in watched(alert.expr)
        if not any((kind, namespace) == one[:2] and re.fullmatch(pattern, one[2]) for one in there)
        and not any(re.fullmatch(pattern, made) for made in MADE_BY_OPERATORS)
    ]
    assert missing == []
