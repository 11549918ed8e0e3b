"""The EKS cluster, its nodes, addons and access."""

import json
from typing import Final

from oneup.plan import Json
from oneup.plan.resource_types.resource_type import ResourceType, by_key
from oneup.plan.resource_types.simulated import Outputs, SimulatedResource, ec2_resource

CLUSTER_COMPONENT: Final = "eks:index:Cluster"
CLUSTER: Final = "aws:eks/cluster:Cluster"
NODE_GROUP_COMPONENT: Final = "eks:index:ManagedNodeGroup"
NODE_GROUP: Final = "aws:eks/nodeGroup:NodeGroup"
ADDON_COMPONENT: Final = "eks:index:Addon"
ADDON: Final = "aws:eks/addon:Addon"
ACCESS_ENTRY: Final = "aws:eks/accessEntry:AccessEntry"
ACCESS_POLICY_ASSOCIATION: Final = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"
POD_IDENTITY_ASSOCIATION: Final = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
LAUNCH_TEMPLATE: Final = "aws:ec2/launchTemplate:LaunchTemplate"
AUTOSCALING_TAG: Final = "aws:autoscaling/tag:Tag"

# The first of each pair is the component of pulumi-eks, which is all that a rehearsal sees; the second is the
# resource that the component makes on the real engine. Our addons are AWS's resources; the component's are
# included, too, so that using it does not evade a rule.
CLUSTERS: Final = (CLUSTER_COMPONENT, CLUSTER)
NODE_GROUPS: Final = (NODE_GROUP_COMPONENT, NODE_GROUP)
EKS_ADDONS: Final = (ADDON, ADDON_COMPONENT)


def _cluster(made: SimulatedResource) -> Outputs:
    own = made.text("name", made.name)
    issuer = f"oidc.eks.{made.region}.amazonaws.com/id/{made.identifier('oidc')[5:].upper()}"
    endpoint = f"https://{made.identifier('api')[4:].upper()}.gr7.{made.region}.eks.amazonaws.com"
    exec_auth: Json = {"apiVersion": "client.authentication.k8s.io/v1", "command": "aws"}
    api: Json = {"server": endpoint, "certificate-authority-data": "c2ltdWxhdGVk"}
    kubeconfig: dict[str, Json] = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": own, "cluster": api}],
        "users": [{"name": own, "user": {"exec": exec_auth}}],
    }
    return {
        "oidcIssuer": issuer,
        "oidcProviderUrl": f"https://{issuer}",
        "oidcProviderArn": f"arn:aws:iam::{made.account}:oidc-provider/{issuer}",
        "clusterSecurityGroupId": made.identifier("sg", "/cluster"),
        "nodeSecurityGroupId": made.identifier("sg", "/nodes"),
        "clusterIngressRuleId": made.identifier("sgr"),
        "kubeconfig": kubeconfig,
        "kubeconfigJson": json.dumps(kubeconfig, sort_keys=True),
    }


def _node_group(made: SimulatedResource) -> Outputs:
    cluster, group = made.text("clusterName", made.name), made.text("nodeGroupName", made.name)
    scaling: Json = [{"name": f"eks-{group}-{made.identifier('asg')[4:12]}"}]
    return {
        "id": f"{cluster}:{group}",
        "arn": made.arn("eks", f"nodegroup/{cluster}/{group}/{made.identifier('ng')[3:]}"),
        "resources": [{"autoscalingGroups": scaling, "remoteAccessSecurityGroupId": ""}],
        "status": "ACTIVE",
    }


TYPES: Final = (
    ResourceType(
        CLUSTER_COMPONENT, encryption=by_key("encryptionConfigKeyArn"), seconds=570, simulate=_cluster
    ),
    ResourceType(
        CLUSTER,
        cloudformation="AWS::EKS::Cluster",
        passes_roles_to=("eks.amazonaws.com",),
        service_linked_roles=("eks.amazonaws.com",),
        encryption=by_key("encryptionConfig"),
        timeouts={"create": 1800, "update": 3600, "delete": 900},
        replaces=(
            "name",
            "roleArn",
            "encryptionConfig",
            "kubernetesNetworkConfig.ipFamily",
            "kubernetesNetworkConfig.serviceIpv4Cidr",
            "bootstrapSelfManagedAddons",
            "accessConfig.bootstrapClusterCreatorAdminPermissions",
        ),
    ),
    ResourceType(NODE_GROUP_COMPONENT),
    ResourceType(
        NODE_GROUP,
        cloudformation="AWS::EKS::Nodegroup",
        passes_roles_to=("eks.amazonaws.com", "ec2.amazonaws.com"),
        service_linked_roles=(
            "eks-nodegroup.amazonaws.com",
            "autoscaling.amazonaws.com",
            "spot.amazonaws.com",
        ),
        seconds=150,
        timeouts={"create": 3600, "update": 3600, "delete": 3600},
        simulate=_node_group,
        replaces=(
            "amiType",
            "capacityType",
            "clusterName",
            "diskSize",
            "instanceTypes",
            "launchTemplate.id",
            "launchTemplate.name",
            "nodeGroupName",
            "nodeRoleArn",
            "remoteAccess",
            "subnetIds",
        ),
    ),
    ResourceType(ADDON_COMPONENT),
    ResourceType(
        ADDON,
        cloudformation="AWS::EKS::Addon",
        passes_roles_to=("eks.amazonaws.com", "pods.eks.amazonaws.com"),
        timeouts={"create": 1200, "update": 1200, "delete": 2400},
        replaces=("clusterName", "addonName"),
    ),
    ResourceType(
        ACCESS_ENTRY, cloudformation="AWS::EKS::AccessEntry", replaces=("clusterName", "principalArn", "type")
    ),
    ResourceType(
        ACCESS_POLICY_ASSOCIATION,
        actions=(
            "eks:AssociateAccessPolicy",
            "eks:DisassociateAccessPolicy",
            "eks:ListAssociatedAccessPolicies",
        ),
        taggable=False,
        replaces=("clusterName", "principalArn", "policyArn", "accessScope"),
    ),
    ResourceType(
        POD_IDENTITY_ASSOCIATION,
        cloudformation="AWS::EKS::PodIdentityAssociation",
        passes_roles_to=("pods.eks.amazonaws.com",),
        replaces=("clusterName", "namespace", "serviceAccount"),
    ),
    ResourceType(
        LAUNCH_TEMPLATE,
        cloudformation="AWS::EC2::LaunchTemplate",
        actions=("ec2:ModifyLaunchTemplate",),
        simulate=ec2_resource("lt", "launch-template", latestVersion=1, defaultVersion=1),
        replaces=("name",),
    ),
    ResourceType(
        AUTOSCALING_TAG,
        actions=("autoscaling:CreateOrUpdateTags", "autoscaling:DeleteTags", "autoscaling:DescribeTags"),
        taggable=False,
        replaces=("autoscalingGroupName", "tag.key"),
    ),
)
