"""Logging: one store, one shipper to it, and rights on nothing but its own bucket."""

from collections.abc import Mapping
from typing import cast

import pytest

from oneup.addonkit.addon import Addon
from oneup.addons import alloy, fluent_bit, loki, promtail
from oneup.checks import ChartLibrary, schema_errors
from oneup.installation import select
from oneup.installation.choose import SelectionError
from oneup.plan import Json, Plan
from oneup.values import Value, Values
from tests.support.plans import RehearseWith
from tests.support.stacks import settings

OFF: Mapping[str, Json] = {"enabled": False}
ON: Mapping[str, Json] = {"enabled": True}


def built(stack: str, name: str, **addons: Json) -> Addon:
    """One addon of a stack with these knobs."""
    return next(addon for addon in select(settings(stack, addons=addons)).addons if addon.name == name)


def at(values: Values, path: str) -> Value:
    """What stands at a place of the values."""
    found: Value = values
    for key in path.split("."):
        found = cast(Values, found)[key]
    return found


def test_two_shippers_to_one_store_are_refused_by_name() -> None:
    with pytest.raises(SelectionError) as refused:
        select(settings("staging", addons={"promtail": ON}))
    assert refused.value.problems == ("promtail conflicts with alloy: enable only one of them",)


@pytest.mark.parametrize("shipper", ["alloy", "promtail"])
def test_a_shipper_without_the_store_is_refused(shipper: str) -> None:
    switches: dict[str, Json] = {"alloy": OFF, "promtail": OFF, shipper: ON, "loki": OFF}
    with pytest.raises(SelectionError) as refused:
        select(settings("staging", addons=switches))
    assert refused.value.problems == (f"{shipper} requires loki, which is not enabled",)


@pytest.mark.parametrize(("stack", "replicas"), [("staging", 1), ("production", 3)])
def test_a_line_is_kept_as_often_as_there_are_replicas(stack: str, replicas: int) -> None:
    addon = built(stack, loki.NAME)
    assert at(addon.values, "singleBinary.replicas") == replicas
    assert at(addon.values, "loki.commonConfig.replication_factor") == replicas
    assert addon.requests.pods == replicas


def test_loki_lets_go_of_a_line_when_its_bucket_would(rehearse_with: RehearseWith) -> None:
    addon = next(
        addon
        for addon in select(settings("staging", storage={"retention": {"logsDays": 7}})).addons
        if addon.name == loki.NAME
    )
    assert at(addon.values, "loki.limits_config.retention_period") == "168h"
    # Without it the period is only a number: Loki deletes nothing, and reads what the bucket has dropped.
    assert at(addon.values, "loki.compactor.retention_enabled") is True
    plan = rehearse_with("staging", storage={"retention": {"logsDays": 7}})
    ends = [item for item in plan.resources if item.type.endswith("BucketLifecycleConfiguration")]
    assert any("'days': 7" in str(item.inputs) for item in ends)


def test_loki_touches_its_own_bucket_only() -> None:
    identity = built("staging", loki.NAME).identity
    assert identity
    own = settings("staging")
    bucket = f"arn:aws:s3:::oneup-{own.stack}-logs-"
    places = [place for part in identity.statements if "s3:" in part.actions[0] for place in part.resources]
    assert places
    assert all(str(place).startswith(bucket) for place in places)
    assert not any("*" in action for part in identity.statements for action in part.actions)


def test_the_bucket_that_loki_writes_to_is_made(staging: Plan) -> None:
    bucket = at(built("staging", loki.NAME).values, "loki.storage.bucketNames.chunks")
    assert bucket in [item.inputs.get("bucket") for item in staging.resources]


def test_a_shippers_place_in_each_file_outlives_its_pod() -> None:
    values = built("staging", alloy.NAME).values
    volumes = cast("list[Values]", at(values, "controller.volumes.extra"))
    assert at(volumes[0], "hostPath.path") == at(values, "alloy.storagePath")


def test_promtail_in_alloys_place_is_real(rehearse_with: RehearseWith, charts: ChartLibrary) -> None:
    plan = rehearse_with("staging", addons={"alloy": OFF, "promtail": ON})
    assert any(item.name == promtail.NAME for item in plan.resources)
    assert list(schema_errors(plan, charts, "1.35")) == []


def sections(pipeline: str) -> list[tuple[str, dict[str, str]]]:
    """The parts of Fluent Bit's file: the kind of each, and its keys in small letters."""
    parts = [part.splitlines() for part in pipeline.split("\n[")[1:]]
    lines = [
        [line.split(None, 1) for line in rest if line.strip()[:1] not in ("", "#")] for _, *rest in parts
    ]
    found = [{key.lower(): value for key, value in each} for each in lines]
    return [(part[0].rstrip("]"), keys) for part, keys in zip(parts, found, strict=True)]


def pipeline() -> list[tuple[str, dict[str, str]]]:
    """What Fluent Bit does with a line, in order."""
    return sections(str(at(built("staging", fluent_bit.NAME).values, "config.service")))


def test_fluent_bit_joins_what_is_one_event_and_says_whose_line_it_is() -> None:
    steps = [(kind, keys["name"]) for kind, keys in pipeline() if "name" in keys]
    assert steps == [
        ("INPUT", "tail"),
        ("FILTER", "multiline"),
        ("FILTER", "kubernetes"),
        ("OUTPUT", "cloudwatch_logs"),
    ]
    by_name = {keys["name"]: keys for _, keys in pipeline() if "name" in keys}
    # First the runtime's parts of a long line, then the lines of a stack trace.
    assert by_name["tail"]["multiline.parser"] == "docker, cri"
    assert {"java", "python", "go"} == set(by_name["multiline"]["multiline.parser"].split(", "))
    assert by_name["kubernetes"]["match"] == by_name["tail"]["tag"] == by_name["cloudwatch_logs"]["match"]


def test_fluent_bit_writes_to_the_stacks_group_and_may_make_none(staging: Plan) -> None:
    addon = built("staging", fluent_bit.NAME)
    output = dict(pipeline())["OUTPUT"]
    assert (output["auto_create_group"], output["log_group_name"]) == ("Off", "${LOG_GROUP}")
    environment = cast("list[dict[str, str]]", addon.values["env"])
    (group,) = (one["value"] for one in environment if one["name"] == "LOG_GROUP")
    (made,) = (item.inputs for item in staging.resources if item.inputs.get("name") == group)
    assert made["retentionInDays"]
    assert addon.identity
    (statement,) = addon.identity.statements
    assert "logs:CreateLogGroup" not in statement.actions
    assert all(f":log-group:{group}:" in str(place) for place in statement.resources)


def test_what_waits_for_cloudwatch_outlives_the_pod() -> None:
    state = next(keys for kind, keys in pipeline() if kind == "SERVICE")["storage.path"]
    assert state.startswith("${STATE}/")
    values = built("staging", fluent_bit.NAME).values
    volumes = cast("list[Values]", values["daemonSetVolumes"])
    assert fluent_bit.STATE in [at(one, "hostPath.path") for one in volumes]
