"""What addons say of their pods that only a rendered chart shows whole; `make render` proves the rest."""

from collections.abc import Mapping, Sequence
from typing import Final, cast

import pytest

from oneup.addonkit.addon import Addon, AddonContext
from oneup.addonkit.flow import Peer
from oneup.addonkit.pods import node_anti_affinity
from oneup.addons import cloudnative_pg, flux
from oneup.addons.eck_operator import stack
from oneup.values import Value
from oneup.workspace.manifest import Manifest
from tests.support.stacks import settings
from tests.support.variants import every_addon

LABELS: Final = {"app": "tea"}


def budgets(made: Sequence[Manifest]) -> list[Manifest]:
    return [each for each in made if each.kind == "PodDisruptionBudget"]


@pytest.mark.parametrize(("availability", "count"), [("single", 0), ("high", 1)])
def test_what_has_two_pods_and_no_budget_of_its_chart_has_ours(availability: str, count: int) -> None:
    own = settings("staging", availability=availability)
    assert len(budgets(cloudnative_pg.addon(AddonContext(own, frozenset())).prerequisite_manifests)) == count
    assert len(budgets(stack.objects(own))) == count


def test_pods_are_kept_apart_first_by_zone_then_by_node() -> None:
    rules = cast("Mapping[str, Mapping[str, Sequence[Mapping[str, Value]]]]", node_anti_affinity(LABELS))
    terms = rules["podAntiAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"]
    by_weight = sorted(terms, key=lambda term: -cast(int, term["weight"]))
    found = [cast("Mapping[str, Value]", term["podAffinityTerm"]) for term in by_weight]
    assert [each["topologyKey"] for each in found] == [
        "topology.kubernetes.io/zone",
        "kubernetes.io/hostname",
    ]
    assert all(each["labelSelector"] == {"matchLabels": LABELS} for each in found)


def test_what_flux_asks_before_an_install_reaches_the_api() -> None:
    made = flux.addon(AddonContext(settings("staging"), frozenset()))
    assert flux.CHECK in made.pod_selectors
    assert Peer.API_SERVER in {each.destination for each in made.network_flows if each.source == flux.CHECK}


def databases(made: Addon) -> Sequence[Manifest]:
    return [
        each for each in made.post_install_manifests + made.prerequisite_manifests if each.kind == "Cluster"
    ]


def test_databases_of_the_platform_go_before_no_application() -> None:
    clusters = [each for _, made in every_addon() for each in databases(made)]
    assert clusters
    for each in clusters:
        assert cast("Mapping[str, Value]", each.body["spec"])["priorityClassName"] == "platform-critical"
