"""Ceph: three of everything on the storage nodes, waited for by all that needs a volume or a bucket."""

from collections.abc import Mapping, Sequence
from typing import cast

import pytest

from oneup.addonkit.addon import Addon, AddonName, Manifest
from oneup.addons import rook_ceph_cluster
from oneup.checks import ChartLibrary
from oneup.foundation.cluster_reference import Stage
from oneup.installation import select
from oneup.installation.choose import SelectionError
from oneup.plan import Json, Plan
from oneup.plan.inputs import as_mapping, value_at
from oneup.settings.errors import SettingsError
from oneup.settings.existing import NodeRole
from tests.support.stacks import settings
from tests.unit.foundation.graph import earlier, find

CEPH = ("snapshotController", "rookCeph", "cephCsiDrivers", "rookCephCluster")


def ceph(**changes: Json) -> Addon:
    chosen = select(settings("baremetal", **changes))
    return next(addon for addon in chosen.addons if addon.name == rook_ceph_cluster.NAME)


def of(addon: Addon, kind: str) -> dict[str, Manifest]:
    return {
        one.name: one
        for one in (*addon.prerequisite_manifests, *addon.post_install_manifests)
        if one.kind == kind
    }


def spec(manifest: Manifest) -> Mapping[str, Json]:
    return cast("Mapping[str, Json]", manifest.body["spec"])


def cluster(addon: Addon) -> Mapping[str, Json]:
    return cast("Mapping[str, Json]", addon.values["cephClusterSpec"])


def test_three_monitors_and_two_managers_run_on_nodes_of_their_own() -> None:
    made = cluster(ceph())
    assert made["mon"] == {"count": 3, "allowMultiplePerNode": False}
    assert made["mgr"] == {"count": 2, "allowMultiplePerNode": False}


def places(placement: Json) -> Json:
    required = value_at(placement, "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
    return value_at(required, "nodeSelectorTerms")


def test_every_daemon_is_held_to_the_storage_nodes_and_let_onto_them() -> None:
    addon = ceph()
    objects, shared = of(addon, "CephObjectStore")["objects"], of(addon, "CephFilesystem")["shared"]
    everywhere = [
        value_at(cluster(addon), "placement", "all"),
        value_at(spec(objects), "gateway", "placement"),
        value_at(spec(shared), "metadataServer", "placement"),
    ]
    for placement in everywhere:
        assert places(placement) == [
            {"matchExpressions": [{"key": "node.role", "operator": "In", "values": ["storage"]}]}
        ]
        (tolerated,) = cast("Sequence[Mapping[str, Json]]", as_mapping(placement)["tolerations"])
        assert tolerated == {
            "key": "node.role",
            "operator": "Equal",
            "value": "storage",
            "effect": "NoSchedule",
        }
    assert addon.node_role is NodeRole.STORAGE


def test_all_data_are_kept_three_times_on_three_nodes() -> None:
    addon = ceph()
    block, shared = of(addon, "CephBlockPool")["volumes"], of(addon, "CephFilesystem")["shared"]
    objects = spec(of(addon, "CephObjectStore")["objects"])
    (data,) = cast("Sequence[Json]", spec(shared)["dataPools"])
    pools = (spec(block), spec(shared)["metadataPool"], data, objects["metadataPool"], objects["dataPool"])
    for pool in pools:
        assert value_at(pool, "failureDomain") == "host"
        assert value_at(pool, "replicated", "size") == 3


def test_only_named_disks_are_taken() -> None:
    disks = as_mapping(cluster(ceph())["storage"])
    assert disks["useAllNodes"] is False
    assert disks["useAllDevices"] is False
    assert [value_at(node, "name") for node in cast("Sequence[Json]", disks["nodes"])] == [
        "storage-1",
        "storage-2",
        "storage-3",
    ]
    assert all(value_at(node, "devices") for node in cast("Sequence[Json]", disks["nodes"]))


def test_a_filter_finds_the_disks_of_a_node_that_names_none() -> None:
    nodes: list[Json] = [
        {"name": f"{role}-{number}", "role": role}
        for role in ("gateway", "storage", "worker")
        for number in range(3)
    ]
    knobs: Json = {"rookCephCluster": {"enabled": True, "deviceFilter": "^nvme[1-9]n1$"}}
    addon = ceph(existing={"context": "baremetal", "nodes": nodes}, addons=knobs)
    disks = cast("Sequence[Json]", as_mapping(cluster(addon)["storage"])["nodes"])
    assert [value_at(node, "deviceFilter") for node in disks] == ["^nvme[1-9]n1$"] * 3


def test_the_default_class_makes_block_volumes() -> None:
    classes = of(ceph(), "StorageClass")
    assert set(classes) == {"rook-ceph-block", "rook-cephfs", "rook-ceph-bucket"}
    default = "storageclass.kubernetes.io/is-default-class"
    assert [name for name, one in classes.items() if one.annotations.get(default)] == ["rook-ceph-block"]


def test_classes_name_the_drivers_that_the_stack_runs() -> None:
    chosen = {addon.name: addon for addon in select(settings("baremetal")).addons}
    drivers = set(of(chosen[AddonName("ceph-csi-drivers")], "Driver"))
    addon = chosen[rook_ceph_cluster.NAME]
    volumes = [one for name, one in of(addon, "StorageClass").items() if name != "rook-ceph-bucket"]
    assert {str(one.body["provisioner"]) for one in volumes} == drivers
    assert {str(one.body["driver"]) for one in of(addon, "VolumeSnapshotClass").values()} == drivers


def test_what_waits_for_ceph_waits_until_ceph_says_that_it_is_ready(baremetal: Plan) -> None:
    for kind in ("CephBlockPool", "CephFilesystem", "CephObjectStore"):
        (made,) = of(ceph(), kind).values()
        assert made.annotations["pulumi.com/waitFor"] == "jsonpath={.status.phase}=Ready"
    needs = earlier(baremetal, find(baremetal, "Release", "kube-prometheus-stack"))
    assert "CephBlockPool rook-ceph-cluster/volumes" in needs
    assert "Driver ceph-csi-drivers/rook-ceph.rbd.csi.ceph.com" in needs


def test_every_addon_with_volumes_waits_for_them() -> None:
    chosen = select(settings("baremetal"))
    users = [addon.name for addon in chosen.addons if addon.stage is Stage.VOLUMES]
    assert users
    assert all(rook_ceph_cluster.NAME in chosen.dependencies[name] for name in users)


def test_a_destroy_wipes_nothing_unless_the_stack_says_so() -> None:
    assert "confirmation" not in as_mapping(cluster(ceph())["cleanupPolicy"])
    wiping: Json = {"rookCephCluster": {"enabled": True, "wipeOnDestroy": True}}
    policy = as_mapping(cluster(ceph(addons=wiping))["cleanupPolicy"])
    assert policy["confirmation"] == "yes-really-destroy-data"


@pytest.mark.parametrize("missing", ["rookCeph", "cephCsiDrivers", "snapshotController"])
def test_a_part_that_is_off_is_named_by_what_needs_it(missing: str) -> None:
    with pytest.raises(SelectionError, match="requires"):
        select(settings("baremetal", addons={missing: {"enabled": False}}))


@pytest.mark.parametrize("switch", CEPH)
def test_aws_refuses_it(switch: str) -> None:
    with pytest.raises(SettingsError, match=switch):
        settings("staging", addons={switch: {"enabled": True}})


def mebibytes(amount: Json) -> float:
    text = str(amount)
    return float(text[:-2]) * {"Mi": 1, "Gi": 1024}[text[-2:]]


def test_no_part_has_less_memory_than_the_chart_gives_it(charts: ChartLibrary) -> None:
    addon = ceph()
    assert addon.chart
    data = charts.find(addon.chart.name, addon.chart.version)
    assert data
    theirs = as_mapping(value_at(data.defaults, "cephClusterSpec", "resources"))
    ours = as_mapping(value_at(cluster(addon), "resources"))
    assert ours.keys() == theirs.keys()
    # The operator sets the memory target of a disk by its limit; how much that is, the stack file says.
    limits = {part: value_at(size, "limits", "memory") for part, size in theirs.items() if part != "osd"}
    low = [
        part
        for part, limit in limits.items()
        if limit and mebibytes(value_at(ours[part], "limits", "memory")) < mebibytes(limit)
    ]
    assert low == []


def test_the_job_that_encrypts_a_disk_has_the_memory_that_it_takes() -> None:
    job = value_at(cluster(ceph()), "resources", "prepareosd", "limits", "memory")
    assert mebibytes(job) >= 2048
