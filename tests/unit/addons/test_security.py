"""What watches containers and images: where events go, what is reported, what it may read."""

import pytest

from oneup.addonkit.addon import AddonContext
from oneup.addons import falco, trivy_operator
from oneup.plan import Json
from oneup.values import Values
from tests.support.stacks import settings
from tests.support.variants import every_addon


def context(stack: str = "staging", **knobs: Json) -> AddonContext:
    return AddonContext(settings(stack, addons=knobs), frozenset())


def below(values: Values, *path: str) -> object:
    value: object = values
    for key in path:
        assert isinstance(value, dict)
        value = value[key]  # pyright: ignore[reportUnknownVariableType] - a walk through plain values
    return value  # pyright: ignore[reportUnknownVariableType] - as above


def test_events_go_to_the_interface_that_alertmanager_still_has() -> None:
    router = falco.addon(context(falco={"enabled": True})).values
    assert below(router, "falcosidekick", "config", "alertmanager") == {
        "hostport": "http://kube-prometheus-stack-alertmanager.monitoring:9093",
        "endpoint": "/api/v2/alerts",
        "minimumpriority": "warning",
    }


def test_the_stack_says_from_which_priority_somebody_is_told() -> None:
    values = falco.addon(context(falco={"enabled": True, "tellFrom": "critical"})).values
    assert below(values, "falcosidekick", "config", "alertmanager", "minimumpriority") == "critical"


def test_every_node_is_watched_however_it_is_tainted() -> None:
    assert falco.addon(context()).values["tolerations"] == [{"operator": "Exists"}]


def test_several_routers_have_a_budget_that_finds_them() -> None:
    (budget,) = falco.addon(AddonContext(settings("production"), frozenset())).prerequisite_manifests
    assert budget.kind == "PodDisruptionBudget"
    assert below(budget.body, "spec", "selector", "matchLabels", "app.kubernetes.io/name") == "falcosidekick"


def test_a_single_router_has_none() -> None:
    single = settings("staging", availability="single")
    assert falco.addon(AddonContext(single, frozenset())).prerequisite_manifests == ()


@pytest.mark.parametrize(
    ("least", "reported"),
    [("MEDIUM", "MEDIUM,HIGH,CRITICAL"), ("HIGH", "HIGH,CRITICAL"), ("CRITICAL", "CRITICAL")],
)
def test_what_is_reported_begins_with_the_stacks_severity(least: str, reported: str) -> None:
    values = trivy_operator.addon(context(trivyOperator={"severity": least})).values
    assert below(values, "trivy", "severity") == reported


def test_scans_read_this_accounts_images_and_no_pull_secrets() -> None:
    addon = trivy_operator.addon(context())
    assert below(addon.values, "operator", "accessGlobalSecretsAndServiceAccount") is False
    assert addon.identity
    _, read = addon.identity.statements
    assert read.resources == ("arn:aws:ecr:eu-central-1:111122223333:repository/*",)


def test_elsewhere_trivy_has_no_identity_and_its_own_account() -> None:
    addon = trivy_operator.addon(context("baremetal"))
    assert addon.identity is None
    assert "serviceAccount" not in addon.values


def test_more_scans_at_once_ask_for_more_room() -> None:
    few, many = (trivy_operator.addon(context(trivyOperator={"scansAtOnce": n})).requests for n in (1, 9))
    assert many.pods - few.pods == 8
    assert many.memory_mib - few.memory_mib == 8 * trivy_operator.SCAN.memory_mib


def test_both_can_be_on_on_every_foundation() -> None:
    where = {(name.partition("+")[0], addon.name) for name, addon in every_addon()}
    for stack in ("staging", "baremetal"):
        assert {(stack, falco.NAME), (stack, trivy_operator.NAME)} <= where
