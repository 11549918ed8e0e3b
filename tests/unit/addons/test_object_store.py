"""Buckets without S3: claimed of Ceph, reached with keys that no stack ever sees."""

import json
from collections.abc import Mapping
from typing import Final, cast

import pytest

from oneup.addonkit.addon import Addon, AddonName, Manifest
from oneup.addonkit.object_store import bucket_for
from oneup.installation import select
from oneup.installation.choose import SelectionError
from oneup.plan import Json, Plan
from oneup.plan.inputs import scalars, value_at
from tests.support.stacks import settings
from tests.unit.foundation.graph import direct, earlier, find

USERS: Final = {"loki": "logs", "tempo": "traces", "velero": "backups"}
each_user = pytest.mark.parametrize(("name", "purpose"), USERS.items())


def addon(name: str, stack: str = "baremetal", **changes: Json) -> Addon:
    return next(one for one in select(settings(stack, **changes)).addons if one.name == name)


def claim(user: Addon) -> Manifest:
    (found,) = [one for one in user.prerequisite_manifests if one.kind == "ObjectBucketClaim"]
    return found


@each_user
def test_a_user_claims_its_bucket_beside_itself(name: str, purpose: str) -> None:
    user = addon(name)
    made = claim(user)
    assert made.namespace == user.namespace.name
    spec = cast(Mapping[str, Json], made.body["spec"])
    assert spec["bucketName"] == f"oneup-baremetal-{purpose}"
    assert spec["storageClassName"] == "rook-ceph-bucket"


@each_user
def test_its_pods_read_the_keys_of_the_claims_own_secret(name: str, purpose: str) -> None:
    user = addon(name)
    texts = {str(value) for _, value in scalars(cast(Json, user.values))}
    assert claim(user).name in texts
    assert f"oneup-baremetal-{purpose}" in texts
    assert user.identity is None


@each_user
def test_keys_are_there_before_the_pods(name: str, purpose: str, baremetal: Plan) -> None:
    release = find(baremetal, "Release", name)
    made = f"ObjectBucketClaim {name}/bucket-{purpose}"
    assert made in direct(baremetal, release)
    assert claim(addon(name)).annotations["pulumi.com/waitFor"] == "jsonpath={.status.phase}=Bound"
    needs = earlier(baremetal, find(baremetal, "ObjectBucketClaim", f"{name}/bucket-{purpose}"))
    assert "CephObjectStore rook-ceph-cluster/objects" in needs


@each_user
def test_without_ceph_it_is_refused(name: str, purpose: str) -> None:
    assert bucket_for(settings("baremetal"), "logs").requires == (AddonName("rook-ceph-cluster"),)
    with pytest.raises(SelectionError, match=f"{name} requires rook-ceph-cluster, which is not enabled"):
        select(settings("baremetal", addons={"rookCephCluster": {"enabled": False}}))
    assert purpose in claim(addon(name)).name


@each_user
def test_objects_end_as_the_stack_says(name: str, purpose: str) -> None:
    days: Json = {f"{purpose}Days": 45}
    existing: Json = {"context": "baremetal", "nodes": _nodes(), "retention": days}
    spec = cast(Mapping[str, Json], claim(addon(name, existing=existing)).body["spec"])
    rules = json.loads(str(value_at(spec, "additionalConfig", "bucketLifecycle")))["Rules"]
    assert [rule["Expiration"]["Days"] for rule in rules] == [45]


def _nodes() -> list[Json]:
    return [
        {"name": f"{role}-{number}", "role": role, **({"devices": ["sdb"]} if role == "storage" else {})}
        for role in ("gateway", "storage", "worker")
        for number in range(3)
    ]


@each_user
def test_on_aws_it_claims_nothing_and_has_no_keys(name: str, purpose: str) -> None:
    user = addon(name, "staging", addons={"velero": {"enabled": True}})
    assert not [one for one in user.prerequisite_manifests if one.kind == "ObjectBucketClaim"]
    assert user.identity
    assert not [value for _, value in scalars(cast(Json, user.values)) if value == f"bucket-{purpose}"]
