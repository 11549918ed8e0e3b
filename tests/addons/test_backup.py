"""Backups: where they go, how long they are kept, and who may write them."""

from collections.abc import Mapping
from typing import cast

from oneup.addons import choose, velero
from oneup.addons.addon import Addon
from oneup.plan import Json, Plan
from oneup.values import Value, Values
from tests.stacks import settings


def built(stack: str, name: str, **addons: Json) -> Addon:
    """One addon of a stack with these knobs."""
    return next(addon for addon in choose(settings(stack, addons=addons)).addons if addon.name == name)


def at(values: Value, *path: str) -> Value:
    """What stands at a place of the values."""
    for key in path:
        values = cast(Values, values)[key]
    return values


def test_velero_writes_to_the_stacks_bucket_and_nowhere_else(staging: Plan) -> None:
    addon = built("staging", velero.NAME)
    (place,) = cast("list[Values]", at(addon.values, "configuration", "backupStorageLocation"))
    assert place["bucket"] in [item.inputs.get("bucket") for item in staging.resources]
    assert addon.identity
    places = {str(item) for part in addon.identity.statements for item in part.resources if "s3" in str(item)}
    assert places == {f"arn:aws:s3:::{place['bucket']}", f"arn:aws:s3:::{place['bucket']}/*"}


def test_a_backup_is_kept_as_long_as_the_settings_say() -> None:
    addon = built("staging", velero.NAME, velero={"keepDays": 7, "schedule": "0 3 * * SUN"})
    nightly = cast(Mapping[str, Value], at(addon.values, "schedules", "nightly"))
    assert nightly["schedule"] == "0 3 * * SUN"
    assert at(nightly, "template", "ttl") == "168h"


def test_a_volumes_snapshot_outlives_the_object_that_names_it() -> None:
    (group,) = (item for item in built("staging", velero.NAME).after if item.kind == "VolumeSnapshotClass")
    assert group.body["deletionPolicy"] == "Retain"
    assert group.labels["velero.io/csi-volumesnapshot-class"] == "true"
    assert at(built("staging", velero.NAME).values, "configuration", "features") == "EnableCSI"
