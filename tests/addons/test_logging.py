"""Logging: one store, one shipper to it, and rights on nothing but its own bucket."""

from collections.abc import Mapping
from typing import cast

import pytest

from oneup.addons import alloy, choose, loki, promtail
from oneup.addons.addon import Addon
from oneup.addons.choose import ChoiceError
from oneup.checks import Charts, problems
from oneup.plan import Json, Plan
from oneup.values import Value, Values
from tests.plans import RehearseWith
from tests.stacks import settings

OFF: Mapping[str, Json] = {"enabled": False}
ON: Mapping[str, Json] = {"enabled": True}


def built(stack: str, name: str, **addons: Json) -> Addon:
    """One addon of a stack with these knobs."""
    return next(addon for addon in choose(settings(stack, addons=addons)).addons if addon.name == name)


def at(values: Values, path: str) -> Value:
    """What stands at a place of the values."""
    found: Value = values
    for key in path.split("."):
        found = cast(Values, found)[key]
    return found


def test_two_shippers_to_one_store_are_refused_by_name() -> None:
    with pytest.raises(ChoiceError) as refused:
        choose(settings("staging", addons={"promtail": ON}))
    assert refused.value.problems == ("promtail conflicts with alloy: enable only one of them",)


@pytest.mark.parametrize("shipper", ["alloy", "promtail"])
def test_a_shipper_without_the_store_is_refused(shipper: str) -> None:
    switches: dict[str, Json] = {"alloy": OFF, "promtail": OFF, shipper: ON, "loki": OFF}
    with pytest.raises(ChoiceError) as refused:
        choose(settings("staging", addons=switches))
    assert refused.value.problems == (f"{shipper} requires loki, which is not enabled",)


@pytest.mark.parametrize(("stack", "replicas"), [("staging", 1), ("production", 3)])
def test_a_line_is_kept_as_often_as_there_are_replicas(stack: str, replicas: int) -> None:
    addon = built(stack, loki.NAME)
    assert at(addon.values, "singleBinary.replicas") == replicas
    assert at(addon.values, "loki.commonConfig.replication_factor") == replicas
    assert addon.footprint.pods == replicas


def test_loki_lets_go_of_a_line_when_its_bucket_would(rehearse_with: RehearseWith) -> None:
    addon = next(
        addon
        for addon in choose(settings("staging", storage={"retention": {"logsDays": 7}})).addons
        if addon.name == loki.NAME
    )
    assert at(addon.values, "loki.limits_config.retention_period") == "168h"
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


def test_promtail_in_alloys_place_is_real(rehearse_with: RehearseWith, charts: Charts) -> None:
    plan = rehearse_with("staging", addons={"alloy": OFF, "promtail": ON})
    assert any(item.name == promtail.NAME for item in plan.resources)
    assert list(problems(plan, charts, "1.35")) == []
