"""Kyverno's rules: where they hold, whether they refuse, what they let through."""

from collections.abc import Mapping

import pytest

from oneup.addonkit.addon import AddonContext
from oneup.addons import kyverno
from oneup.addons.kyverno import pod_rules
from oneup.plan import Json
from oneup.workspace.manifest import Manifest
from oneup.workspace.prepare import application_namespaces
from tests.support.stacks import settings


def policies(stack: str, **knobs: Json) -> Mapping[str, Manifest]:
    found = pod_rules.manifests(settings(stack, addons={"kyverno": {"enabled": True, **knobs}}))
    return {manifest.name: manifest for manifest in found if manifest.kind == "ValidatingPolicy"}


def spec(manifest: Manifest) -> Mapping[str, Json]:
    body = manifest.body["spec"]
    assert isinstance(body, Mapping)
    return body  # pyright: ignore[reportReturnType] - a policy has no late values


@pytest.mark.parametrize(
    ("stack", "knobs", "action"),
    [
        ("staging", {}, "Audit"),
        ("production", {}, "Deny"),
        ("staging", {"action": "enforce"}, "Deny"),
        ("production", {"action": "audit"}, "Audit"),
    ],
)
def test_production_refuses_and_the_others_report_unless_they_say_otherwise(
    stack: str, knobs: Mapping[str, Json], action: str
) -> None:
    assert {str(spec(each)["validationActions"]) for each in policies(stack, **knobs).values()} == {
        f"['{action}']"
    }


def test_the_rules_hold_in_the_applications_namespaces_and_nowhere_else() -> None:
    configured = settings("staging")
    labels = [space.labels for space in application_namespaces(configured)]
    for policy in policies("staging").values():
        constraints = spec(policy)["matchConstraints"]
        assert isinstance(constraints, Mapping)
        assert all(constraints["namespaceSelector"] == {"matchLabels": each} for each in labels)
    assert kyverno.addon(AddonContext(configured, frozenset())).namespace.labels == {}


def test_pods_start_while_kyverno_is_down() -> None:
    assert {str(spec(policy)["failurePolicy"]) for policy in policies("production").values()} == {"Ignore"}


def test_the_accounts_own_registry_is_known() -> None:
    own = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/"
    assert own in str(spec(policies("staging")["known-registries"])["validations"])
    assert "dkr.ecr" not in str(spec(policies("baremetal")["known-registries"])["validations"])


def test_the_stack_names_registries_and_labels() -> None:
    changed = policies("staging", registries=["registry.example.com/"], labels=["team"])
    assert "'registry.example.com/'" in str(spec(changed["known-registries"])["validations"])
    assert "quay.io" not in str(spec(changed["known-registries"])["validations"])
    assert "['team']" in str(spec(changed["labels-set"])["validations"])


def test_an_exemption_gives_its_reason_and_belongs_to_a_rule() -> None:
    names = {rule.name for rule in pod_rules.rules(settings("staging"))}
    assert all(len(each.reason) > 20 and each.rule.name in names for each in pod_rules.EXEMPTIONS)


def test_three_judge_where_availability_is_high() -> None:
    replicas = {
        stack: kyverno.addon(AddonContext(settings(stack), frozenset())).values["admissionController"]
        for stack in ("production", "staging")
    }
    assert [part["replicas"] for part in replicas.values() if isinstance(part, Mapping)] == [3, 1]
