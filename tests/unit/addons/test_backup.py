"""Backups: where they go, how long they are kept, and who may write them."""

from collections.abc import Mapping
from typing import cast

from oneup.addonkit.addon import Addon
from oneup.addons import external_secrets, sealed_secrets_keys, velero
from oneup.installation import select
from oneup.plan import Json, Plan
from oneup.values import DeferredOutput, FoundationOutput, Value, Values
from tests.support.stacks import settings


def built(stack: str, name: str, **addons: Json) -> Addon:
    """One addon of a stack with these knobs."""
    return next(addon for addon in select(settings(stack, addons=addons)).addons if addon.name == name)


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
    (group,) = (
        item
        for item in built("staging", velero.NAME).post_install_manifests
        if item.kind == "VolumeSnapshotClass"
    )
    assert group.body["deletionPolicy"] == "Retain"
    assert group.labels["velero.io/csi-volumesnapshot-class"] == "true"
    assert at(built("staging", velero.NAME).values, "configuration", "features") == "EnableCSI"


def pushed(stack: str, **changes: Json) -> tuple[Addon, Values]:
    """The addon that keeps Sealed Secrets' keys, and what it pushes."""
    chosen = select(settings(stack, **changes)).addons
    addon = next(item for item in chosen if item.name == sealed_secrets_keys.NAME)
    (push,) = (item.body["spec"] for item in addon.post_install_manifests if item.kind == "PushSecret")
    return addon, cast(Values, push)


def stores(addon: Addon) -> dict[str, Values]:
    """Its stores in AWS, by region."""
    specs = [
        cast(Values, item.body["spec"]) for item in addon.post_install_manifests if item.kind == "SecretStore"
    ]
    places = [cast(Values, at(spec, "provider")) for spec in specs]
    return {str(at(place, "aws", "region")): cast(Values, place["aws"]) for place in places if "aws" in place}


def test_each_key_goes_to_a_secret_of_its_own_in_each_region() -> None:
    addon, push = pushed("production")
    assert set(stores(addon)) == {"eu-central-1", "eu-west-1"}
    home, copy = cast("list[Values]", push["dataTo"])
    for target in (home, copy):
        assert "remoteKey" not in target, "that would put all keys into one secret"
        (rewrite,) = cast("list[Values]", target["rewrite"])
        assert at(rewrite, "regexp", "target") == "oneup-production-sealed-secrets/"
    # The stack's key lives in one region.
    assert at(home, "metadata", "spec", "kmsKeyId") == DeferredOutput(FoundationOutput.KMS_KEY_ARN)
    assert "kmsKeyId" not in cast(Values, at(copy, "metadata", "spec"))
    assert push["deletionPolicy"] == "None"


def test_without_a_second_region_there_is_one_store() -> None:
    addon, push = pushed("staging")
    assert set(stores(addon)) == {"eu-central-1"}
    assert len(cast("list[Values]", push["dataTo"])) == 1


def test_the_clusters_own_stores_cannot_read_the_keys() -> None:
    """Otherwise anyone who can create an ExternalSecret could decrypt every sealed secret."""
    addon, _ = pushed("staging")
    assert addon.identity
    kept = [
        str(place)
        for part in addon.identity.statements
        for place in part.resources
        if "secret:" in str(place)
    ]
    reader = built("staging", external_secrets.NAME).identity
    assert reader
    readable = [
        str(place).removesuffix("*")
        for part in reader.statements
        for place in part.resources
        if "secret:" in str(place)
    ]
    assert kept
    assert readable
    assert not any(place.startswith(path) for place in kept for path in readable)
    assert all(
        cast(Values, at(store, "auth", "jwt", "serviceAccountRef"))["name"] == addon.name
        for store in stores(addon).values()
    )


def test_who_reads_the_keys_in_the_cluster_has_no_role_in_aws() -> None:
    addon, _ = pushed("staging")
    (account,) = (item for item in addon.post_install_manifests if item.kind == "ServiceAccount")
    assert account.annotations == {}
    assert addon.identity
    assert account.name != addon.identity.service_account
