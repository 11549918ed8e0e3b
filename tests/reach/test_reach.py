"""In every stack, exactly those reach one another who are declared to; and so with every other addon on."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from oneup.addonkit.flow import PodSelector
from oneup.plan import JsonMap, Plan
from tests.reach.applications import delivered, workloads
from tests.reach.prober import Connection, Prober, at
from tests.reach.stack import SITES, UNUSED, Reach
from tests.support.plans import RehearseWith
from tests.support.stacks import STACKS
from tests.support.variants import Variant, variants

POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
SUBJECTS = (*(Variant(stack) for stack in STACKS), *variants())


def reach(subject: Variant) -> Reach:
    stack = subject.stack
    return Reach(subject.settings, SITES[stack], subject.chosen().addons, workloads(stack))


def policies(stack: str, plan: Plan) -> Sequence[JsonMap]:
    own = [each for each in delivered(stack) if each["kind"] == "NetworkPolicy"]
    return [*(each.inputs for each in plan.of_type(POLICY)), *own]


def found(model: Reach, given: Sequence[JsonMap], folder: Path) -> frozenset[Connection]:
    passing = Prober(model.peers, model.ports, UNUSED, model.open, folder).reached(given)
    return frozenset(each for each in passing if model.guarded(each))


@pytest.mark.parametrize("subject", SUBJECTS, ids=str)
def test_nothing_is_missing_and_nothing_extra(
    subject: Variant, rehearse_with: RehearseWith, tmp_path: Path
) -> None:
    plan, model = rehearse_with(subject.stack, **subject.overrides), reach(subject)
    passing, declared = found(model, policies(subject.stack, plan), tmp_path), model.expected
    assert sorted(declared - passing) == [], "declared, but refused"
    assert sorted(passing - declared) == [], "passes, but nobody declared it"


def test_a_lost_policy_is_missing_and_an_open_namespace_is_extra(local: Plan, tmp_path: Path) -> None:
    spoilt = [
        each
        for each in policies("local", local)
        if at(each, "metadata", "namespace") != "argocd" and at(each, "metadata", "name") != "prometheus"
    ]
    model = reach(Variant("local"))
    passing, declared = found(model, spoilt, tmp_path), model.expected
    assert {each.source for each in declared - passing} >= {"monitoring/prometheus"}
    opened = {each.source for each in passing - declared}
    assert {source.partition("/")[0] for source in opened} >= {"argocd"}


def test_a_flow_that_nobody_declares_any_more_is_extra() -> None:
    whole = reach(Variant("staging"))
    silent = [replace(addon, network_flows=()) if addon.name == "loki" else addon for addon in whole.addons]
    lost = whole.expected - replace(whole, addons=silent).expected
    assert {each.target for each in lost} & {f"{pods.namespace.name}/{pods.name}" for pods in loki(whole)}


def loki(model: Reach) -> Sequence[PodSelector]:
    return next(addon.pod_selectors for addon in model.addons if addon.name == "loki")
