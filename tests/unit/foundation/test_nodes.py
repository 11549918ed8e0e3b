"""Node groups: what every node is like, and what the settings decide."""

from typing import cast

import pytest

from oneup.foundation.nodes import ami_type, node_template_tags
from oneup.plan import Json, JsonMap
from oneup.settings.nodes import NodeGroup, Taint
from tests.unit.foundation.conftest import Planner
from tests.unit.foundation.graph import all_of, find

WORKERS: Json = {
    "name": "workers",
    "instanceTypes": ["m6i.xlarge"],
    "minSize": 3,
    "desiredSize": 3,
    "maxSize": 9,
}

STORAGE: Json = {
    "name": "storage",
    "instanceTypes": ["m7g.large", "m6g.large"],
    "minSize": 0,
    "desiredSize": 1,
    "maxSize": 3,
    "diskGib": 120,
    "labels": {"node.ceph.storage": "true"},
    "taints": [{"key": "storage", "value": "ceph", "effect": "NO_SCHEDULE"}],
    "zones": ["eu-central-1b"],
}


def group(**changes: object) -> NodeGroup:
    given: dict[str, object] = {
        "name": "g", "instanceTypes": ("m6i.large",), "minSize": 0, "desiredSize": 1, "maxSize": 2,
    }  # fmt: skip
    return NodeGroup.model_validate({**given, **changes})


def test_the_settings_of_a_group_reach_it(plan: Planner) -> None:
    made = plan({"nodeGroups": [WORKERS, STORAGE]})
    nodes = find(made, "NodeGroup", "storage").inputs
    assert nodes["scalingConfig"] == {"minSize": 0, "desiredSize": 1, "maxSize": 3}
    assert nodes["instanceTypes"] == ["m7g.large", "m6g.large"]
    assert nodes["capacityType"] == "ON_DEMAND"
    assert nodes["amiType"] == "AL2023_ARM_64_STANDARD"
    assert nodes["labels"] == {"node.ceph.storage": "true"}
    assert nodes["taints"] == [{"key": "storage", "value": "ceph", "effect": "NO_SCHEDULE"}]
    assert nodes["subnetIds"] == [find(made, "Subnet", "private-eu-central-1b").id]
    assert nodes["version"] == "1.35"
    assert nodes["clusterName"] == "oneup-production"


def test_a_group_without_zones_is_in_all_of_them_and_always_private(plan: Planner) -> None:
    made = plan()
    private = [subnet.id for subnet in all_of(made, "Subnet") if subnet.name.startswith("private-")]
    assert len(private) == 3
    assert all(
        sorted(cast("list[str]", g.inputs["subnetIds"])) == sorted(private) for g in all_of(made, "NodeGroup")
    )


def test_every_group_has_a_hardened_template_of_its_own(plan: Planner) -> None:
    made = plan({"nodeGroups": [WORKERS, STORAGE]})
    sizes: dict[str, Json] = {}
    for nodes in all_of(made, "NodeGroup"):
        template = find(made, "LaunchTemplate", nodes.name)
        assert nodes.inputs["launchTemplate"] == {"id": template.id, "version": "1"}
        assert template.inputs["metadataOptions"] == {
            "httpEndpoint": "enabled",
            "httpTokens": "required",
            "httpPutResponseHopLimit": 1,
        }
        (disk,) = cast("list[dict[str, JsonMap]]", template.inputs["blockDeviceMappings"])
        assert (disk["deviceName"], disk["ebs"]["volumeType"]) == ("/dev/xvda", "gp3")
        assert disk["ebs"]["encrypted"] == disk["ebs"]["deleteOnTermination"] == "true"
        sizes[nodes.name] = disk["ebs"]["volumeSize"]
    assert sizes == {"workers": 50, "storage": 120}


def test_instances_volumes_and_interfaces_carry_the_stacks_tags(plan: Planner) -> None:
    template = find(plan(), "LaunchTemplate", "workers").inputs
    specifications = cast("list[dict[str, Json]]", template["tagSpecifications"])
    assert [item["resourceType"] for item in specifications] == ["instance", "volume", "network-interface"]
    for item in specifications:
        tags = cast("JsonMap", item["tags"])
        assert tags.items() >= {"owner": "platform", "stack": "production", "project": "oneup"}.items()


def test_the_template_names_no_security_group_so_that_the_clusters_own_is_used(plan: Planner) -> None:
    for template in all_of(plan(), "LaunchTemplate"):
        assert not {"vpcSecurityGroupIds", "securityGroupNames", "networkInterfaces", "imageId"} & set(
            template.inputs
        )


def test_updates_are_gentle_and_ailing_nodes_are_replaced(plan: Planner) -> None:
    for nodes in all_of(plan(), "NodeGroup"):
        assert nodes.inputs["updateConfig"] == {"maxUnavailablePercentage": 33}
        assert cast("JsonMap", nodes.inputs["nodeRepairConfig"])["enabled"] is True
        assert nodes.custom_timeouts == {"create": 3600, "update": 3600, "delete": 3600}


def test_the_autoscaler_owns_the_size(plan: Planner) -> None:
    assert {nodes.ignore_changes for nodes in all_of(plan(), "NodeGroup")} == {("scalingConfig.desiredSize",)}


def test_a_node_may_join_pull_and_be_entered_and_nothing_else(plan: Planner) -> None:
    made = plan()
    role = find(made, "Role", "node")
    attached = {
        str(item.inputs["policyArn"]).rsplit("/", 1)[-1]
        for item in all_of(made, "RolePolicyAttachment")
        if item.inputs["role"] == role.inputs["name"]
    }
    assert attached == {
        "AmazonEKSWorkerNodePolicy",
        "AmazonEC2ContainerRegistryPullOnly",
        "AmazonSSMManagedInstanceCore",
    }
    assert not [item for item in all_of(made, "RolePolicy") if item.inputs["role"] == role.inputs["name"]]
    assert all(nodes.inputs["nodeRoleArn"] == role.outputs["arn"] for nodes in all_of(made, "NodeGroup"))


def test_an_empty_groups_labels_and_taints_are_told_to_the_autoscaler(plan: Planner) -> None:
    tags = [
        tag
        for tag in all_of(plan({"nodeGroups": [WORKERS, STORAGE]}), "Tag")
        if tag.type.startswith("aws:auto")
    ]
    told = {
        str(cast("JsonMap", tag.inputs["tag"])["key"]): cast("JsonMap", tag.inputs["tag"])["value"]
        for tag in tags
    }
    prefix = "k8s.io/cluster-autoscaler/node-template"
    assert told == {
        f"{prefix}/label/node.ceph.storage": "true",
        f"{prefix}/taint/storage": "ceph:NoSchedule",
    }


def test_taints_are_spelt_as_kubernetes_does() -> None:
    effects = ("NO_SCHEDULE", "PREFER_NO_SCHEDULE", "NO_EXECUTE")
    taints = tuple(Taint(key=effect.lower(), effect=effect) for effect in effects)
    assert sorted(node_template_tags(group(taints=taints)).values()) == [
        ":NoExecute", ":NoSchedule", ":PreferNoSchedule",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("instances", "image"),
    [
        (("m6i.xlarge", "m5.large", "m6a.xlarge", "t3.micro"), "AL2023_x86_64_STANDARD"),
        (("c7gn.large", "t4g.small", "im4gn.large", "x2gd.medium", "a1.large"), "AL2023_ARM_64_STANDARD"),
        (("g5.xlarge", "p4d.24xlarge", "g6.xlarge", "gr6.4xlarge"), "AL2023_x86_64_NVIDIA"),
        (("g5g.xlarge",), "AL2023_ARM_64_NVIDIA"),
        (("m7i-flex.large", "u7i-12tb.224xlarge"), "AL2023_x86_64_STANDARD"),
    ],
)
def test_the_image_fits_the_instances(instances: tuple[str, ...], image: str) -> None:
    assert ami_type(instances) == image


@pytest.mark.parametrize("instances", [("m6i.large", "m6g.large"), ("m6i.large", "g5.xlarge"), ("large",)])
def test_instances_that_need_different_images_do_not_share_a_group(instances: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"m6i\.large|large"):
        ami_type(instances)
