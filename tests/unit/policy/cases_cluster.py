"""Plans for the rules about the control plane, the nodes and what is installed."""

import json

from oneup.plan import Json, Resource

from .plans import AUTOMATIC, CLUSTER, CNI, NODES, Case, made

RELEASE = "kubernetes:helm.sh/v3:Release"
NATIVE = "aws:eks/cluster:Cluster"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
OURS: dict[str, Json] = {
    "useDefaultVpcCni": True,
    "skipDefaultNodeGroup": True,
    "corednsAddonOptions": {"enabled": False},
    "kubeProxyAddonOptions": {"enabled": False},
}


def cluster(*needs: Resource, **inputs: Json) -> Resource:
    return made("eks:index:Cluster", "cluster", inputs, needs=needs, custom=False)


def release(name: str, *needs: Resource, **inputs: Json) -> Resource:
    return made(RELEASE, name, {"chart": name, **inputs}, needs=needs)


def addon(name: str, *needs: Resource) -> Resource:
    return made("aws:eks/addon:Addon", name, {"addonName": name}, needs=needs)


def metadata(**options: Json) -> tuple[Resource]:
    return (made(TEMPLATE, "workers", {"metadataOptions": options}),)


def node_class(devices: Json = None, **options: Json) -> tuple[Resource]:
    """Karpenter's nodes."""
    spec: dict[str, Json] = {
        "metadataOptions": {"httpTokens": "required", "httpPutResponseHopLimit": 1, **options},
        "blockDeviceMappings": devices or [{"deviceName": "/dev/xvda", "ebs": {"encrypted": True}}],
    }
    inputs: dict[str, Json] = {"apiVersion": "karpenter.k8s.aws/v1", "kind": "EC2NodeClass", "spec": spec}
    return (made("kubernetes:karpenter.k8s.aws/v1:EC2NodeClass", "default", inputs),)


def provider(**user: Json) -> tuple[Resource]:
    kubeconfig = json.dumps({"users": [{"name": "u", "user": user}]})
    return (made("pulumi:providers:kubernetes", "k", {"kubeconfig": kubeconfig, "clusterIdentifier": "c"}),)


LOGS = made("aws:cloudwatch/logGroup:LogGroup", "logs", {"name": "/aws/eks/oneup-test/cluster"})
LOGGING: dict[str, Json] = {"name": "oneup-test", "enabledClusterLogTypes": ["audit"]}
CONTROLLER: dict[str, Json] = {
    "region": "eu-central-1",
    "vpcId": "[unknown]",
    "clusterName": "c",
    "enableServiceMutatorWebhook": False,
}
LBC = "aws-load-balancer-controller"

STAGING = made("pulumi:providers:aws", "aws", {"defaultTags": '{"tags":{"environment":"staging"}}'})
PRODUCTION = made("pulumi:providers:aws", "aws", {"defaultTags": '{"tags":{"environment":"production"}}'})

CASES = (
    Case(
        rule="eks-endpoint-restricted",
        good=(cluster(endpointPublicAccess=True, publicAccessCidrs=["203.0.113.0/24"]),),
        bad=(cluster(endpointPublicAccess=True),),
        says="publicAccessCidrs",
    ),
    Case(
        rule="eks-endpoint-restricted",
        good=(made(NATIVE, "c", {"vpcConfig": {"endpointPublicAccess": False}}),),
        bad=(made(NATIVE, "c", {"vpcConfig": {"publicAccessCidrs": ["0.0.0.0/0"]}}),),
        says="its API is open to the internet",
    ),
    Case(
        rule="eks-endpoint-restricted",
        good=(STAGING, cluster(endpointPublicAccess=True)),
        bad=(PRODUCTION, cluster(endpointPublicAccess=True)),
        says="its API is open to the internet",
    ),
    Case(
        rule="eks-endpoint-restricted-non-production",
        good=(PRODUCTION, cluster(endpointPublicAccess=True)),
        bad=(STAGING, cluster(endpointPublicAccess=True)),
        says="its API is open to the internet",
    ),
    Case(
        rule="eks-access-entries",
        good=(cluster(authenticationMode="API"),),
        bad=(cluster(authenticationMode="API_AND_CONFIG_MAP"),),
        says="aws-auth",
    ),
    Case(
        rule="eks-access-entries",
        good=(made(NATIVE, "c", {"accessConfig": {"authenticationMode": "API"}}),),
        bad=(made(NATIVE, "c", {}),),
        says="aws-auth",
    ),
    Case(
        rule="eks-addons-explicit",
        good=(cluster(**OURS),),
        bad=(cluster(**{**OURS, "corednsAddonOptions": None}),),
        says="corednsAddonOptions",
    ),
    Case(
        rule="eks-control-plane-log-group",
        good=(LOGS, cluster(LOGS, **LOGGING)),
        bad=(LOGS, cluster(**LOGGING)),
        says="before its log group",
    ),
    Case(
        rule="eks-control-plane-log-group",
        good=(LOGS, cluster(LOGS, **LOGGING)),
        bad=(cluster(**LOGGING),),
        says="EKS creates the log group /aws/eks/oneup-test/cluster itself and leaves it behind",
    ),
    Case(
        rule="eks-control-plane-log-group",
        good=(LOGS, cluster(LOGS, **LOGGING)),
        bad=(LOGS, cluster(LOGS, name="oneup-test")),
        says="control plane logging is off",
    ),
    Case(
        rule="eks-support-policy-explicit",
        good=(cluster(upgradePolicy={"supportType": "STANDARD"}),),
        bad=(cluster(),),
        says="extended support",
    ),
    Case(
        rule="imdsv2",
        good=metadata(httpTokens="required", httpPutResponseHopLimit=1),
        bad=metadata(httpTokens="optional", httpPutResponseHopLimit=1),
        says="httpTokens",
    ),
    Case(
        rule="imdsv2",
        good=metadata(httpTokens="required", httpPutResponseHopLimit=1),
        bad=metadata(httpTokens="required", httpPutResponseHopLimit=2),
        says="HopLimit",
    ),
    Case(
        rule="node-group-desired-size-ignored",
        good=(made("aws:eks/nodeGroup:NodeGroup", "w", ignore_changes=("scalingConfig.desiredSize",)),),
        bad=(made("aws:eks/nodeGroup:NodeGroup", "w"),),
        says="desiredSize",
    ),
    Case(
        rule="node-group-desired-size-ignored",
        good=(made("eks:index:ManagedNodeGroup", "w", {"ignoreScalingChanges": True}, custom=False),),
        bad=(made("eks:index:ManagedNodeGroup", "w", {}, custom=False),),
        says="desiredSize",
    ),
    Case(
        rule="cni-before-nodes",
        good=(CNI, NODES),
        bad=(CNI, made("aws:eks/nodeGroup:NodeGroup", "w")),
        says="depend on vpc-cni",
    ),
    Case(rule="cni-configured", good=(CNI, NODES), bad=(NODES,), says="its pods have no network"),
    Case(
        rule="eks-addons-after-nodes",
        good=(AUTOMATIC, addon("snapshot-controller")),
        bad=(CLUSTER, addon("snapshot-controller")),
        says="stays degraded",
    ),
    Case(
        rule="eks-addons-after-nodes",
        good=(CNI, NODES, addon("coredns", NODES)),
        bad=(CNI, NODES, addon("coredns")),
        says="stays degraded",
    ),
    Case(
        rule="networking-addons-before-nodes",
        good=(CNI, NODES, addon("kube-proxy")),
        bad=(CNI, NODES, addon("kube-proxy", NODES)),
        says="waits for workers",
    ),
    Case(
        rule="node-group-max-unavailable",
        good=(made(NODES.type, "w", {"updateConfig": {"maxUnavailablePercentage": 33}}),),
        bad=(made(NODES.type, "w", {"updateConfig": {"maxUnavailablePercentage": 34}}),),
        says="34 %",
    ),
    *(
        Case(
            rule="eks-addons-after-nodes",
            good=(CNI, NODES, addon(name, NODES)),
            bad=(CNI, NODES, addon(name)),
            says="stays degraded",
        )
        for name in ("aws-ebs-csi-driver", "aws-efs-csi-driver", "snapshot-controller")
    ),
    *(
        Case(rule="imdsv2", good=node_class(), bad=node_class(**wrong), says=says)
        for wrong, says in (
            ({"httpTokens": "optional"}, "metadataOptions.httpTokens"),
            ({"httpPutResponseHopLimit": 2}, "metadataOptions.httpPutResponseHopLimit to 1"),
        )
    ),
    Case(
        rule="node-volumes-encrypted",
        good=node_class(),
        bad=node_class(devices=[{"deviceName": "/dev/xvda", "ebs": {"encrypted": False}}]),
        says="/dev/xvda is not encrypted",
    ),
    Case(
        rule="eks-addon-versions-pinned",
        good=(made("aws:eks/addon:Addon", "coredns", {"addonVersion": "v1.13.1-eksbuild.1"}),),
        bad=(addon("coredns"), addon("kube-proxy")),
        says="coredns, kube-proxy: EKS chooses",
    ),
    Case(
        rule="helm-exact-version",
        good=(release("a", version="1.2.3"), release("b", version="v1.20.0-rc.1")),
        bad=(release("a", version="1.2.x"),),
        says="'1.2.x'",
    ),
    *(
        Case(
            rule="helm-exact-version",
            good=(release("a", version="1.2.3+build.7"),),
            bad=(release("a", version=loose),),
            says=repr(loose),
        )
        for loose in (
            "1.2.3 || 2",
            "1.2.3 - 2",
            ">=1.2.3",
            "^1.2.3",
            "1.2",
            "1",
            "latest",
            "",
            " 1.2.3",
            "1.2.3,",
        )
    ),
    Case(
        rule="helm-repository-url",
        good=(
            release("a", repositoryOpts={"repo": "https://charts.example.com"}),
            made(RELEASE, "b", {"chart": "oci://example.com/charts/b"}),
        ),
        bad=(release("./charts/a"),),
        says="no repository",
    ),
    Case(
        rule="helm-atomic",
        good=(release("a", atomic=True, cleanupOnFail=True),),
        bad=(release("a", atomic=True, cleanupOnFail=False),),
        says="set cleanupOnFail",
    ),
    Case(
        rule="helm-atomic",
        good=(release("a", atomic=True, cleanupOnFail=True, skipAwait=False),),
        bad=(release("a", atomic=True, cleanupOnFail=True, skipAwait=True),),
        says="before it is ready",
    ),
    Case(
        rule="helm-timeout",
        good=(release("loki", timeout=900), release("a", timeout=300)),
        bad=(release("loki", timeout=899),),
        says="900 seconds",
    ),
    Case(rule="helm-timeout", good=(release("a", timeout=300),), bad=(release("a"),), says="set timeout"),
    Case(
        rule="helm-timeout",
        good=(),
        bad=(release("a", timeout=60),),
        says="set timeout to 300 seconds or more",
    ),
    Case(
        rule="helm-release-resources",
        good=(release("a"),),
        bad=(made("kubernetes:helm.sh/v4:Chart", "a", custom=False),),
        says="rendering a chart needs the cluster during a preview",
    ),
    Case(
        rule="load-balancer-controller-configured",
        good=(release(LBC, values=CONTROLLER), release("a")),
        bad=(release(LBC, values={**CONTROLLER, "vpcId": None}),),
        says="values.vpcId",
    ),
    Case(
        rule="load-balancer-controller-service-webhook-off",
        good=(release(LBC, values=CONTROLLER), release("a")),
        bad=(release(LBC, values={}),),
        says="enableServiceMutatorWebhook",
    ),
    Case(
        rule="kubernetes-cluster-identifier",
        good=provider(exec={"command": "aws"}),
        bad=(made("pulumi:providers:kubernetes", "k", {}),),
        says="clusterIdentifier",
    ),
    Case(
        rule="server-side-apply",
        good=(made("pulumi:providers:kubernetes", "k", {"enableServerSideApply": "true"}),),
        bad=(made("pulumi:providers:kubernetes", "k", {"enableServerSideApply": "false"}),),
        says="enableServerSideApply",
    ),
    Case(
        rule="kubeconfig-without-credentials",
        good=provider(exec={"command": "aws", "args": ["eks", "get-token"]}),
        bad=provider(token="k8s-aws-v1.abc"),
        says="its kubeconfig contains a token",
    ),
    Case(
        rule="kubeconfig-without-credentials",
        good=provider(exec={"command": "aws", "args": ["--role-arn", "r"]}),
        bad=provider(exec={"command": "aws", "env": [{"name": "AWS_PROFILE", "value": "me"}]}),
        says="its kubeconfig names an AWS profile, which other machines do not have",
    ),
    Case(
        rule="releases-after-nodes",
        good=(CNI, NODES, release("a", NODES)),
        bad=(CNI, NODES, release("a")),
        says="it times out if no node runs its pods",
    ),
)
