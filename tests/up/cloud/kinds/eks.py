"""EKS: the cluster, its nodes, its addons and who may enter."""

from tests.up.cloud.kind import TOP, Call, Kind, Tagging

TAGGING = Tagging(
    Call("TagResource", {"resourceArn": "$arn", "tags": "$tags"}),
    Call("UntagResource", {"resourceArn": "$arn", "tagKeys": "$keys"}),
    member="tags",
)
CLUSTER_NAME = {"clusterName": "$clusterName"}

_LOGGING = "$enabledClusterLogTypes && {clusterLogging: [{types: enabledClusterLogTypes, enabled: `true`}]}"


def _configure(key: str, parameter: str, value: str) -> Call:
    return Call("UpdateClusterConfig", {"name": "$id", parameter: value}, when=f"contains(changed, '{key}')")


CLUSTER = Kind(
    token="aws:eks/cluster:Cluster",
    service="eks",
    create=Call(
        "CreateCluster",
        {
            "resourcesVpcConfig": "$vpcConfig",
            "logging": _LOGGING,
        },
        "cluster",
        TOP,
    ),
    id="name",
    reads=(Call("DescribeCluster", {"name": "$id"}, "cluster"),),
    delete=(Call("DeleteCluster", {"name": "$id"}),),
    update=(
        Call(
            "UpdateClusterVersion",
            {"name": "$id", "version": "$version"},
            when="contains(changed, 'version')",
        ),
        # EKS takes one kind of change at a time.
        _configure("vpcConfig", "resourcesVpcConfig", "$vpcConfig"),
        _configure("enabledClusterLogTypes", "logging", _LOGGING),
        _configure("upgradePolicy", "upgradePolicy", "$upgradePolicy"),
        _configure("deletionProtection", "deletionProtection", "$deletionProtection"),
        _configure("accessConfig", "accessConfig", "$accessConfig.{authenticationMode: authenticationMode}"),
        Call(
            "UpdateClusterConfig",
            {
                "name": "$id",
                "computeConfig": "$computeConfig",
                "storageConfig": "$storageConfig",
                "kubernetesNetworkConfig": "$kubernetesNetworkConfig.{elasticLoadBalancing:"
                " elasticLoadBalancing}",
            },
            when="contains(changed, 'computeConfig') || contains(changed, 'storageConfig')"
            " || contains(changed, 'kubernetesNetworkConfig')",
        ),
    ),
    names={"vpcConfig": "resourcesVpcConfig", "certificateAuthority": "certificateAuthority"},
    finds={
        "enabledClusterLogTypes": "logging.clusterLogging[?enabled].types[]",
        "identities": "[identity.{oidcs: [oidc]}]",
        "clusterId": "`null`",
    },
    # EKS tells neither, once the cluster is there.
    unread=(
        "bootstrapSelfManagedAddons",
        "accessConfig.bootstrapClusterCreatorAdminPermissions",
    ),
    tagging=TAGGING,
    listing=Call("ListClusters", result="clusters"),
)

NODE_GROUP = Kind(
    token="aws:eks/nodeGroup:NodeGroup",
    service="eks",
    create=Call("CreateNodegroup", result="nodegroup", inputs=TOP),
    id="join(':', [clusterName, nodegroupName])",
    reads=(
        Call(
            "DescribeNodegroup",
            {**CLUSTER_NAME, "nodegroupName": "$nodeGroupName"},
            "nodegroup",
        ),
    ),
    delete=(Call("DeleteNodegroup", {**CLUSTER_NAME, "nodegroupName": "$nodeGroupName"}),),
    update=(
        Call(
            "UpdateNodegroupConfig",
            {
                **CLUSTER_NAME,
                "nodegroupName": "$nodeGroupName",
                "scalingConfig": "$scalingConfig",
                "updateConfig": "$updateConfig",
                "nodeRepairConfig": "$nodeRepairConfig",
                "labels": {"addOrUpdateLabels": "$labels"},
                "taints": {"addOrUpdateTaints": "$taints"},
            },
            when="changed != ['version'] && changed != ['launchTemplate']",
        ),
        Call(
            "UpdateNodegroupVersion",
            {
                **CLUSTER_NAME,
                "nodegroupName": "$nodeGroupName",
                "version": "$version",
                "launchTemplate": "$launchTemplate",
            },
            when="contains(changed, 'version') || contains(changed, 'launchTemplate')",
        ),
    ),
    names={
        "nodeGroupName": "nodegroupName",
        "nodeRoleArn": "nodeRole",
        "subnetIds": "subnets",
        "arn": "nodegroupArn",
    },
    finds={
        "arn": "nodegroupArn",
        "resources": "[{autoscalingGroups: resources.autoScalingGroups,"
        " remoteAccessSecurityGroupId: resources.remoteAccessSecurityGroup || ''}]",
    },
    autoname="nodeGroupName",
    tagging=TAGGING,
)

_ADDON = {**CLUSTER_NAME, "addonName": "$addonName"}

ADDON = Kind(
    token="aws:eks/addon:Addon",
    service="eks",
    create=Call("CreateAddon", {"resolveConflicts": "$resolveConflictsOnCreate"}, "addon", TOP),
    id="join(':', [clusterName, addonName])",
    reads=(Call("DescribeAddon", _ADDON, "addon"),),
    delete=(Call("DeleteAddon", {**_ADDON, "preserve": "$preserve"}),),
    update=(Call("UpdateAddon", {**_ADDON, "resolveConflicts": "$resolveConflictsOnUpdate"}, inputs=TOP),),
    names={"arn": "addonArn"},
    # The provider's own, and associations that EKS shows by their ids alone.
    local=("resolveConflictsOnUpdate", "preserve"),
    unread=("resolveConflictsOnCreate", "podIdentityAssociations"),
    tagging=TAGGING,
)

_PRINCIPAL = {**CLUSTER_NAME, "principalArn": "$principalArn"}

ACCESS_ENTRY = Kind(
    token="aws:eks/accessEntry:AccessEntry",
    service="eks",
    create=Call("CreateAccessEntry", result="accessEntry", inputs=TOP),
    id="join(':', [clusterName, principalArn])",
    reads=(Call("DescribeAccessEntry", _PRINCIPAL, "accessEntry"),),
    delete=(Call("DeleteAccessEntry", _PRINCIPAL),),
    update=(Call("UpdateAccessEntry", {**_PRINCIPAL, "kubernetesGroups": "$kubernetesGroups || `[]`"}),),
    names={"userName": "username"},
    tagging=TAGGING,
)

_POLICY = {**_PRINCIPAL, "policyArn": "$policyArn"}

ACCESS_POLICY = Kind(
    token="aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
    service="eks",
    create=Call("AssociateAccessPolicy", result="associatedAccessPolicy", inputs=TOP),
    id="join('#', [clusterName, principalArn, policyArn])",
    reads=(
        Call(
            "ListAssociatedAccessPolicies",
            _PRINCIPAL,
            "pick(associatedAccessPolicies, 'policyArn', policyArn)[0]",
        ),
    ),
    delete=(Call("DisassociateAccessPolicy", _POLICY),),
    finds={"clusterName": "clusterName", "principalArn": "principalArn"},
)

POD_IDENTITY = Kind(
    token="aws:eks/podIdentityAssociation:PodIdentityAssociation",
    service="eks",
    create=Call("CreatePodIdentityAssociation", result="association", inputs=TOP),
    id="associationId",
    reads=(Call("DescribePodIdentityAssociation", {**CLUSTER_NAME, "associationId": "$id"}, "association"),),
    delete=(Call("DeletePodIdentityAssociation", {**CLUSTER_NAME, "associationId": "$id"}),),
    update=(
        Call(
            "UpdatePodIdentityAssociation",
            {**CLUSTER_NAME, "associationId": "$id", "roleArn": "$roleArn"},
        ),
    ),
    tagging=TAGGING,
)

SCALING_TAG = Kind(
    token="aws:autoscaling/tag:Tag",
    service="autoscaling",
    create=Call(
        "CreateOrUpdateTags",
        {
            "Tags": [
                {
                    "ResourceId": "$autoscalingGroupName",
                    "ResourceType": "auto-scaling-group",
                    "Key": "$tag.key",
                    "Value": "$tag.value",
                    "PropagateAtLaunch": "$tag.propagateAtLaunch",
                }
            ]
        },
    ),
    id="join(',', [autoscalingGroupName, tag.key])",
    reads=(
        Call(
            "DescribeTags",
            {
                "Filters": [
                    {"Name": "auto-scaling-group", "Values": ["$autoscalingGroupName"]},
                    {"Name": "key", "Values": ["$tag.key"]},
                ]
            },
            "Tags[0].{autoscalingGroupName: ResourceId,"
            " tag: {key: Key, value: Value, propagateAtLaunch: PropagateAtLaunch}}",
        ),
    ),
    delete=(
        Call(
            "DeleteTags",
            {
                "Tags": [
                    {
                        "ResourceId": "$autoscalingGroupName",
                        "ResourceType": "auto-scaling-group",
                        "Key": "$tag.key",
                    }
                ]
            },
        ),
    ),
    update=(
        Call(
            "CreateOrUpdateTags",
            {
                "Tags": [
                    {
                        "ResourceId": "$autoscalingGroupName",
                        "ResourceType": "auto-scaling-group",
                        "Key": "$tag.key",
                        "Value": "$tag.value",
                        "PropagateAtLaunch": "$tag.propagateAtLaunch",
                    }
                ]
            },
        ),
    ),
)

KINDS = (CLUSTER, NODE_GROUP, ADDON, ACCESS_ENTRY, ACCESS_POLICY, POD_IDENTITY, SCALING_TAG)
