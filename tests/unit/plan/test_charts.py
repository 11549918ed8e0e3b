"""The registry of charts and EKS addons is complete, and agrees with the charts' own definitions."""

import json
from pathlib import Path

import pytest

from charts import chart_of
from oneup.plan import Plan, Resource
from oneup.plan.charts import CHART_FACTS, EKS_ADDON_FACTS, crd_sources_of
from oneup.plan.query import chart
from oneup.plan.resource_types.cluster import ADDON
from oneup.plan.resource_types.kubernetes import RELEASE
from tests.support.plans import RehearseWith
from tests.support.variants import Variant, variants

REGISTRY = "platform/oneup/plan/charts.py"


def lacking(plan: Plan) -> list[str]:
    """What to add where: one line for each chart and EKS addon without an entry."""
    releases = {chart(release) for release in plan.of_type(RELEASE)}
    addons = {str(addon.inputs["addonName"]) for addon in plan.of_type(ADDON)}
    return [
        *(f"add ChartFacts({name!r}, ...) to {REGISTRY}" for name in sorted(releases - CHART_FACTS.keys())),
        *(
            f"add EksAddonFacts({name!r}, ...) to {REGISTRY}"
            for name in sorted(addons - EKS_ADDON_FACTS.keys())
        ),
    ]


class TestComplete:
    @pytest.mark.parametrize("stack", ["staging", "production", "baremetal", "local"])
    def test_stacks(self, stack: str, request: pytest.FixtureRequest) -> None:
        assert not lacking(request.getfixturevalue(stack))

    @pytest.mark.parametrize("variant", variants(), ids=str)
    def test_variants(self, variant: Variant, rehearse_with: RehearseWith) -> None:
        assert not lacking(rehearse_with(variant.stack, **variant.overrides))

    def test_message(self) -> None:
        release = Resource(urn="release", type=RELEASE, custom=True, inputs={"chart": "new-chart"})
        addon = Resource(urn="addon", type=ADDON, custom=True, inputs={"addonName": "new-addon"})
        assert lacking(Plan("staging", (release, addon))) == [
            f"add ChartFacts('new-chart', ...) to {REGISTRY}",
            f"add EksAddonFacts('new-addon', ...) to {REGISTRY}",
        ]

    def test_crds(self, charts_folder: Path) -> None:
        missing = [
            f"{definition['group']} is defined by {name}: add it to its api_groups in {REGISTRY}"
            for file in sorted(charts_folder.glob("*/crds.json"))
            for definition in json.loads(file.read_text("utf-8"))
            if (name := chart_of(file.parent)) not in crd_sources_of(definition["group"])
        ]
        assert not missing


class TestCrdSources:
    def test_longest_match(self) -> None:
        assert crd_sources_of("karpenter.k8s.aws") == ("karpenter", "karpenter-crd")
        assert crd_sources_of("elbv2.k8s.aws") == ("aws-load-balancer-controller",)

    def test_subgroup(self) -> None:
        assert crd_sources_of("acme.cert-manager.io") == ("cert-manager",)

    def test_unknown(self) -> None:
        assert crd_sources_of("example.com") == ()
