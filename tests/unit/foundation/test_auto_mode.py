"""EKS Auto Mode: nothing that AWS provides is installed twice; the rest is unchanged."""

import json
from collections.abc import Mapping
from typing import Final

import pytest

from oneup.plan import Json, JsonMap, Plan, Resource
from oneup.policy import violations
from tests.support.plans import RehearseWith
from tests.unit.foundation.graph import all_of, earlier, find

PAGES: Final[JsonMap] = {"kubePrometheusStack": {"alertmanager": {"allowedCidrs": []}}}
"""Auto Mode's load balancers cannot keep Alertmanager's page to some sources: it has none in either plan."""

ALB: Final = "alb.ingress.kubernetes.io/"


@pytest.fixture(scope="module")
def plain(rehearse_with: RehearseWith) -> Plan:
    return rehearse_with("staging", addons=PAGES)


@pytest.fixture(scope="module")
def auto(rehearse_with: RehearseWith) -> Plan:
    return rehearse_with("staging", addons=PAGES, cluster={"autoMode": {}}, nodeGroups=None)


def labels(plan: Plan) -> Mapping[tuple[str, str], Resource]:
    return {(resource.type.rpartition(":")[2], resource.name): resource for resource in plan.resources}


def at(value: Json, *path: str) -> Json:
    for key in path:
        assert isinstance(value, Mapping)
        value = value[key]
    return value


def document(role: Resource) -> JsonMap:
    (clause,) = json.loads(str(role.inputs["assumeRolePolicy"]))["Statement"]
    return clause


def policies(plan: Plan, role: str) -> set[str]:
    """The managed policies of a role, by name."""
    attached = all_of(plan, "RolePolicyAttachment")
    return {one.name.removeprefix(f"{role}-") for one in attached if one.name.startswith(f"{role}-A")}


def test_no_rule_is_broken(auto: Plan) -> None:
    assert [one for one in violations(auto) if one.severity == "mandatory"] == []


def test_nothing_that_aws_does_there_is_installed(auto: Plan) -> None:
    installed = {str(addon.inputs["addonName"]) for addon in all_of(auto, "Addon") if addon.inputs}
    assert installed == {"snapshot-controller"}
    ours = {release.name for release in all_of(auto, "Release")}
    assert not ours & {"aws-load-balancer-controller", "cluster-autoscaler", "karpenter", "karpenter-crd"}
    for kind in ("NodeGroup", "LaunchTemplate"):
        assert all_of(auto, kind) == ()


def test_all_other_releases_are_there_with_the_values_they_had(plain: Plan, auto: Plan) -> None:
    before, after = labels(plain), labels(auto)
    releases = {name for kind, name in before if kind == "Release"}
    kept = {name for kind, name in after if kind == "Release"}
    assert releases - kept == {"aws-load-balancer-controller", "cluster-autoscaler"}
    assert not kept - releases
    pages = {"argo-cd", "kube-prometheus-stack"}
    for name in kept - pages:
        assert after["Release", name].inputs == before["Release", name].inputs


def test_the_network_the_storage_and_the_roles_of_pods_stay(plain: Plan, auto: Plan) -> None:
    before, after = labels(plain), labels(auto)
    for kind in ("Vpc", "Subnet", "Route", "Bucket", "Key", "Repository", "WebAcl", "Namespace"):
        same = {name for each, name in after if each == kind}
        assert same
        for name in same:
            assert after[kind, name].inputs == before[kind, name].inputs
    for name in ("external-dns", "loki", "external-secrets"):
        assert after["RolePolicy", name].inputs == before["RolePolicy", name].inputs


def test_the_cluster_makes_nodes_in_every_zone_with_a_role_of_ours(auto: Plan) -> None:
    cluster, role = find(auto, "Cluster", "cluster"), find(auto, "Role", "node")
    assert cluster.inputs["autoMode"] == {
        "enabled": True,
        "createNodeRole": False,
        "computeConfig": {"nodePools": ["general-purpose", "system"], "nodeRoleArn": role.outputs["arn"]},
    }
    assert cluster.inputs["subnetIds"] == [
        subnet.id for subnet in all_of(auto, "Subnet") if subnet.name.startswith("private-")
    ]
    assert document(role)["Principal"] == {"Service": "ec2.amazonaws.com"}
    needed = {"AmazonEKSWorkerNodeMinimalPolicy", "AmazonEC2ContainerRegistryPullOnly"}
    assert policies(auto, "node") == needed
    assert {f"RolePolicyAttachment node-{policy}" for policy in needed} <= earlier(auto, cluster)


def test_the_control_plane_may_do_what_auto_mode_does(plain: Plan, auto: Plan) -> None:
    assert policies(auto, "control-plane") - policies(plain, "control-plane") == {
        "AmazonEKSComputePolicy",
        "AmazonEKSBlockStoragePolicy",
        "AmazonEKSLoadBalancingPolicy",
        "AmazonEKSNetworkingPolicy",
    }
    role = find(auto, "Role", "control-plane")
    assert document(role)["Action"] == ["sts:AssumeRole", "sts:TagSession"]
    assert document(find(plain, "Role", "control-plane"))["Action"] == "sts:AssumeRole"


def test_volumes_come_of_auto_modes_own_driver(plain: Plan, auto: Plan) -> None:
    before, after = (find(plan, "StorageClass", "gp3").inputs for plan in (plain, auto))
    assert after == {**before, "provisioner": "ebs.csi.eks.amazonaws.com"}


def test_the_classes_speak_auto_modes_language(auto: Plan) -> None:
    for name in ("alb", "alb-internal"):
        params, served = find(auto, "IngressClassParams", name), find(auto, "IngressClass", name)
        assert params.inputs["apiVersion"] == "eks.amazonaws.com/v1"
        assert at(served.inputs, "spec", "controller") == "eks.amazonaws.com/alb"
        assert at(served.inputs, "spec", "parameters", "apiGroup") == "eks.amazonaws.com"
        spec = at(params.inputs, "spec")
        assert isinstance(spec, Mapping)
        # There is neither sslPolicy nor wafv2AclArn, and certificates are in the plural.
        known = {"group", "scheme", "loadBalancerAttributes", "certificateARNs", "ipAddressType"}
        assert {"group", "scheme"} <= spec.keys() <= known


def test_what_a_class_cannot_say_there_its_ingresses_say(auto: Plan) -> None:
    values = at(find(auto, "Release", "argo-cd").inputs, "values", "server", "ingress", "annotations")
    assert at(values, f"{ALB}ssl-policy") == "ELBSecurityPolicy-TLS13-1-2-2021-06"
    assert at(values, f"{ALB}ssl-redirect") == "443"
    assert at(values, f"{ALB}wafv2-acl-arn") == find(auto, "WebAcl", "firewall").outputs["arn"]


def test_a_balancer_goes_before_its_class_and_pods_after_the_ways_out(auto: Plan) -> None:
    waits = earlier(auto, find(auto, "Release", "argo-cd"))
    assert {"IngressClass alb", "IngressClassParams alb", "Cluster cluster"} <= waits
    assert "Route private-eu-central-1a" in waits
    root = earlier(auto, find(auto, "Application", "root"))
    assert {"IngressClass alb", "Addon snapshot-controller"} <= root


def test_network_policies_are_switched_on(auto: Plan) -> None:
    switch = find(auto, "ConfigMap", "amazon-vpc-cni").inputs
    assert at(switch, "metadata", "namespace") == "kube-system"
    assert switch["data"] == {"enable-network-policy-controller": "true"}


def test_with_pod_identity_the_agent_is_aws_own(rehearse_with: RehearseWith) -> None:
    # What copies the keys of Sealed Secrets has its role by IRSA alone.
    addons: Json = {**PAGES, "sealedSecretsKeys": {"enabled": False}}
    both = rehearse_with(
        "staging", addons=addons, cluster={"autoMode": {}, "identity": "podIdentity"}, nodeGroups=None
    )
    assert [one for one in violations(both) if one.severity == "mandatory"] == []
    assert len(all_of(both, "PodIdentityAssociation")) > 3
    assert "PodIdentityAssociation external-dns" in earlier(both, find(both, "Release", "external-dns"))


@pytest.fixture(scope="module")
def watched(rehearse_with: RehearseWith) -> Plan:
    return rehearse_with(
        "staging",
        addons=PAGES,
        cluster={"autoMode": {}, "containerInsights": True},
        nodeGroups=None,
        audit={"guardDuty": True, "trail": True},
    )


def test_it_is_watched_as_any_other_cluster_but_for_node_groups(watched: Plan) -> None:
    assert [one for one in violations(watched) if one.severity == "mandatory"] == []
    alarms = {alarm.name for alarm in all_of(watched, "MetricAlarm")}
    assert {"api-silent", "pods-waiting", "nat-ports-eu-central-1a", "balancers-errors"} <= alarms
    assert not [name for name in alarms if name.startswith("nodes-")]
    assert all_of(watched, "Trail")


def test_guardduty_comes_after_its_way_out_with_no_node_to_wait_for(watched: Plan) -> None:
    agent = find(watched, "Addon", "aws-guardduty-agent")
    waits = earlier(watched, agent)
    assert {"DetectorFeature runtime", "VpcEndpoint guardduty-data", "Cluster cluster"} <= waits
    assert not [one for one in waits if one.startswith("NodeGroup")]
    assert find(watched, "Addon", "amazon-cloudwatch-observability")
