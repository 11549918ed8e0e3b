"""Elasticsearch as a switch: who fills it, who may do what in it, and how long lines live."""

import json
from collections.abc import Mapping
from typing import cast

import pytest
import yaml

from oneup.addonkit.addon import Addon
from oneup.addons import eck_operator, fluent_bit
from oneup.addons.eck_operator import stack, users
from oneup.checks import ChartLibrary, schema_errors
from oneup.installation import select
from oneup.installation.choose import SelectionError
from oneup.plan import Json, Plan
from oneup.policy import violations
from oneup.values import Values
from oneup.workspace.manifest import Manifest
from tests.support.plans import RehearseWith
from tests.support.stacks import settings

ON: Mapping[str, Json] = {"eckOperator": {"enabled": True}, "fluentBit": {"elasticsearch": True}}


@pytest.fixture(scope="module")
def searched(rehearse_with: RehearseWith) -> Plan:
    """Production with Elasticsearch."""
    return rehearse_with("production", addons=ON)


def built(name: str, stack_name: str = "production", **addons: Json) -> Addon:
    chosen = select(settings(stack_name, addons={**ON, **addons})).addons
    return next(addon for addon in chosen if addon.name == name)


def made(kind: str, name: str, addon: Addon) -> Manifest:
    return next(item for item in addon.post_install_manifests if (item.kind, item.name) == (kind, name))


def test_all_of_it_is_real(searched: Plan, charts: ChartLibrary) -> None:
    assert list(schema_errors(searched, charts, "1.35")) == []
    assert list(violations(searched)) == []


def test_lines_for_elasticsearch_without_it_are_refused_by_name() -> None:
    with pytest.raises(SelectionError) as refused:
        select(settings("staging", addons={"fluentBit": {"elasticsearch": True}}))
    assert refused.value.problems == ("fluent-bit requires eck-operator, which is not enabled",)


def test_without_the_switch_fluent_bit_knows_nothing_of_it() -> None:
    shipper = built(fluent_bit.NAME, fluentBit={"elasticsearch": False})
    assert "lasticsearch" not in json.dumps(shipper.values)
    assert shipper.requires == ()


def test_fluent_bit_is_sure_whom_it_talks_to_and_may_only_add() -> None:
    values = built(fluent_bit.NAME).values
    pipeline = str(cast(Values, values["config"])["service"])
    output = pipeline.rpartition("[OUTPUT]")[2]
    assert "tls.verify                On" in output
    assert "Write_Operation           create" in output
    mounts = cast("list[Values]", values["daemonSetVolumeMounts"])
    assert any(str(mount["mountPath"]) in output for mount in mounts)
    secrets = cast("list[Values]", values["daemonSetVolumes"])
    assert {"secretName": stack.AUTHORITY} in [item.get("secret") for item in secrets]
    for variable in ("ELASTICSEARCH", "ELASTICSEARCH_USER", "ELASTICSEARCH_PASSWORD"):
        assert f"${{{variable}}}" in output
        assert variable in [item["name"] for item in cast("list[Values]", values["env"])]


def test_every_user_has_a_role_and_no_password_in_the_state() -> None:
    addon = built(eck_operator.NAME)
    auth = cast(Values, cast(Values, made("Elasticsearch", stack.NAME, addon).body["spec"])["auth"])
    named = [item["secretName"] for item in cast("list[Values]", auth["fileRealm"])]
    assert named == list(users.USERS)
    text = _template(made("ExternalSecret", users.ROLES, addon))["roles.yml"]
    roles = cast(Mapping[str, object], yaml.safe_load(text))
    for user in named:
        secret = _template(made("ExternalSecret", str(user), addon))
        assert secret["roles"] in roles
        assert secret["password"] == "{{ .password }}"
    assert not any(item.kind == "Secret" for item in addon.post_install_manifests)


def _template(secret: Manifest) -> Mapping[str, str]:
    spec = cast(Values, secret.body["spec"])
    return cast(Mapping[str, str], cast(Values, cast(Values, spec["target"])["template"])["data"])


@pytest.mark.parametrize(("stack_name", "count", "copies"), [("staging", 1, "0"), ("production", 3, "1")])
def test_a_line_has_a_copy_where_there_is_a_second_node(stack_name: str, count: int, copies: str) -> None:
    addon = built(eck_operator.NAME, stack_name)
    spec = cast(Values, made("Elasticsearch", stack.NAME, addon).body["spec"])
    assert cast("list[Values]", spec["nodeSets"])[0]["count"] == count
    job = json.dumps(made("CronJob", "elasticsearch-retention", addon).body)
    assert f'{{"name": "COPIES", "value": "{copies}"}}' in job


def test_lines_live_as_long_as_the_settings_say() -> None:
    addon = built(eck_operator.NAME, eckOperator={"enabled": True, "retentionDays": 3})
    job = json.dumps(made("CronJob", "elasticsearch-retention", addon).body)
    assert '{"name": "RETENTION_DAYS", "value": "3"}' in job


@pytest.mark.parametrize(
    ("stack_name", "policy"),
    [("staging", "DeleteOnScaledownAndClusterDeletion"), ("production", "DeleteOnScaledownOnly")],
)
def test_volumes_go_or_stay_as_the_stack_says(stack_name: str, policy: str) -> None:
    spec = cast(Values, made("Elasticsearch", stack.NAME, built(eck_operator.NAME, stack_name)).body["spec"])
    assert spec["volumeClaimDeletePolicy"] == policy
