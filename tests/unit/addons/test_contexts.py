"""Security contexts and leader election of the charts' pods, by the values that a release comes to."""

import json
from collections.abc import Iterator, Mapping
from typing import Final

import pytest

from oneup.addonkit.addon import Addon
from oneup.checks import ChartLibrary
from oneup.checks.charts import merge_values
from oneup.plan import Json, JsonMap
from tests.support.variants import by_name

TEMPLATED: Final = {
    "chaos-mesh": "its daemon is privileged by design, its namespace says why",
    "flux": "its templates hold the contexts",
    "istio-base": "no pods",
    "istio-gateway": "its templates hold the context of the proxy",
    "istiod": "its templates hold the context of the proxy",
    "karpenter": "its templates hold the context",
    "karpenter-crd": "no pods",
    "metallb": "its templates hold the contexts",
    "prometheus-operator-crds": "no pods",
    "rook-ceph-cluster": "the operator writes Ceph's pods",
}
"""Charts whose values say nothing of privileges."""

SUBSTITUTES: Final = "leader"
CHARTS: Final = {name: versions for name, versions in by_name().items() if versions[0].chart}


def effective(addon: Addon, charts: ChartLibrary) -> JsonMap:
    """The chart's values with ours over them, as Helm merges them."""
    assert addon.chart
    chart = charts.find(addon.chart.name, addon.chart.version)
    assert chart, f"no data of {addon.chart.name} {addon.chart.version}"
    values: Json = json.loads(json.dumps(addon.values, default=str))
    assert isinstance(values, Mapping)
    return merge_values(chart.defaults, values)


def contexts(value: Json) -> Iterator[JsonMap]:
    """What says something of a container's privileges; PodSecurityPolicy is gone from Kubernetes."""
    if isinstance(value, Mapping):
        if "allowPrivilegeEscalation" in value:
            yield value
        for key, inner in value.items():
            if key != "podSecurityPolicy":
                yield from contexts(inner)


@pytest.mark.parametrize("name", [name for name in CHARTS if name not in TEMPLATED])
def test_a_charts_containers_gain_no_privileges(name: str, charts: ChartLibrary) -> None:
    for addon in CHARTS[name]:
        found = list(contexts(effective(addon, charts)))
        assert found, "neither the chart nor its addon bounds a container's privileges"
        assert [context for context in found if context["allowPrivilegeEscalation"] is not False] == []


@pytest.mark.parametrize("name", TEMPLATED)
def test_a_chart_is_left_to_itself_only_where_its_values_say_nothing(name: str, charts: ChartLibrary) -> None:
    assert not any(list(contexts(effective(addon, charts))) for addon in CHARTS[name])


def switches(value: Json, key: str = "") -> Iterator[tuple[str, bool]]:
    """The flags of leader election."""
    if isinstance(value, Mapping):
        for inner, item in value.items():
            yield from switches(item, f"{key}.{inner}")
    elif isinstance(value, bool) and SUBSTITUTES in key.lower():
        yield key, value


@pytest.mark.parametrize("name", ["external-secrets", "cert-manager", "cluster-autoscaler"])
def test_of_several_replicas_one_leads(name: str, charts: ChartLibrary) -> None:
    """Two that reconcile the same objects undo each other's work, or call AWS twice."""
    for addon in CHARTS[name]:
        values = effective(addon, charts)
        replicas = values.get("replicaCount")
        if isinstance(replicas, int) and replicas > 1:
            assert all(on for _, on in switches(values))
