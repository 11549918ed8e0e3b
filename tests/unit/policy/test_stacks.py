"""The real stacks obey every rule, and each change for the worse is noticed in them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import cast

import pytest

from oneup.plan import Json, JsonMap, Plan, Resource
from oneup.plan.graph import DependencyGraph
from oneup.policy import RULES, Severity, violations
from tests.support.plans import RehearseWith
from tests.support.variants import Variant, variants

RELEASE = "kubernetes:helm.sh/v3:Release"
CONTROLLER = "aws-load-balancer-controller"


@pytest.mark.parametrize("stack", ["staging", "production", "baremetal", "local"])
def test_no_rule_stops_a_stack(stack: str, request: pytest.FixtureRequest) -> None:
    plan: Plan = request.getfixturevalue(stack)
    assert not [finding for finding in violations(plan) if finding.severity is Severity.MANDATORY]


@pytest.mark.parametrize("variant", variants(), ids=str)
def test_no_rule_stops_a_stack_with_every_addon(variant: Variant, rehearse_with: RehearseWith) -> None:
    plan = rehearse_with(variant.stack, **variant.overrides)
    assert not [finding for finding in violations(plan) if finding.severity is Severity.MANDATORY]


@dataclass(frozen=True)
class Harm:
    """One change for the worse of all resources of a kind, and the rule that must see it."""

    rule: str
    kind: str
    change: Callable[[Resource], Resource]
    name: str = ""
    """Only the resource of this name; all of the kind where there is none."""

    def done(self, plan: Plan) -> Plan:
        hurt = [one for one in plan.resources if one.type == self.kind and self.name in ("", one.name)]
        assert hurt
        return Plan(plan.stack, tuple(self.change(one) if one in hurt else one for one in plan.resources))

    def __str__(self) -> str:
        return f"{self.rule}: {self.kind.rpartition(':')[2]} {self.name}".rstrip()


def inputs(**changed: Json) -> Callable[[Resource], Resource]:
    return lambda one: replace(one, inputs={**one.inputs, **changed})


def values(**changed: Json) -> Callable[[Resource], Resource]:
    return lambda one: inputs(values={**cast("JsonMap", one.inputs["values"]), **changed})(one)


def independent(one: Resource) -> Resource:
    nothing: Mapping[str, tuple[str, ...]] = {}
    return replace(one, dependencies=(), property_dependencies=nothing)


def without(*names: str) -> Callable[[Resource], Resource]:
    """Without the needs of these names."""
    return lambda one: replace(
        one, dependencies=tuple(urn for urn in one.dependencies if urn.rsplit("::", 1)[1] not in names)
    )


def careless(one: Resource) -> Resource:
    return replace(one, protect=False)


def lingering(one: Resource) -> Resource:
    return replace(one, deleted_with="")


def misspelt(one: Resource) -> Resource:
    return inputs(policy=str(one.inputs["policy"]).replace("sns:Publish", "sns:Publsih"))(one)


def elsewhere(one: Resource) -> Resource:
    """Its workflow may run in any environment."""
    trust = str(one.inputs["assumeRolePolicy"]).replace(":environment:production", ":*")
    return inputs(assumeRolePolicy=trust)(one)


HARMS = (
    Harm("account-guarded", "pulumi:providers:aws", inputs(allowedAccountIds=None)),
    Harm("tagged", "pulumi:providers:aws", inputs(defaultTags=None)),
    Harm("launches-tagged", "aws:ec2/launchTemplate:LaunchTemplate", inputs(tagSpecifications=[])),
    Harm("encrypted", "aws:cloudwatch/logGroup:LogGroup", inputs(kmsKeyId=None)),
    Harm("encrypted", "eks:index:Cluster", inputs(encryptionConfigKeyArn=None)),
    Harm("volumes-encrypted", "aws:ec2/launchTemplate:LaunchTemplate", inputs(blockDeviceMappings=[])),
    Harm("claims-encrypted", "kubernetes:storage.k8s.io/v1:StorageClass", inputs(parameters={})),
    Harm(
        "buckets-encrypted",
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        independent,
    ),
    Harm("keys-rotate", "aws:kms/key:Key", inputs(enableKeyRotation=False)),
    Harm("buckets-closed", "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", independent),
    Harm("buckets-tls", "aws:s3/bucketPolicy:BucketPolicy", inputs(policy="{}")),
    Harm(
        "no-open-ingress",
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        inputs(cidrIpv4="0.0.0.0/0", description=""),
    ),
    Harm("default-group-empty", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", independent),
    Harm("nodes-private", "aws:ec2/subnet:Subnet", inputs(mapPublicIpOnLaunch=True)),
    Harm("wildcards-reasoned", "aws:iam/role:Role", inputs(tags={}), CONTROLLER),
    Harm("patterns-reasoned", "aws:iam/role:Role", inputs(tags={}), "delivery-deploy"),
    Harm("actions-exist", "aws:sns/topicPolicy:TopicPolicy", misspelt),
    Harm("topics-tls", "aws:sns/topicPolicy:TopicPolicy", independent),
    Harm("alarms-heard", "aws:cloudwatch/metricAlarm:MetricAlarm", inputs(alarmActions=[])),
    Harm("ways-watched", "aws:cloudwatch/metricAlarm:MetricAlarm", independent),
    Harm("trails-sound", "aws:cloudtrail/trail:Trail", inputs(enableLogFileValidation=False)),
    Harm("encrypted", "aws:cloudtrail/trail:Trail", inputs(kmsKeyId=None)),
    Harm("encrypted", "aws:sns/topic:Topic", inputs(kmsMasterKeyId=None)),
    Harm("budgets-heard", "aws:budgets/budget:Budget", inputs(notifications=[])),
    Harm(
        "objects-owned",
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        inputs(rule={"objectOwnership": "ObjectWriter"}),
    ),
    Harm("api-not-open", "eks:index:Cluster", inputs(publicAccessCidrs=["0.0.0.0/0"])),
    Harm("images-fixed", "aws:ecr/repository:Repository", inputs(imageTagMutability="MUTABLE")),
    Harm("images-scanned", "aws:ecr/repository:Repository", inputs(imageScanningConfiguration=None)),
    Harm("images-end", "aws:ecr/lifecyclePolicy:LifecyclePolicy", independent),
    Harm("patterns-reasoned", "aws:kms/key:Key", inputs(tags={}), "copy"),
    Harm("firewall-armed", "aws:wafv2/webAcl:WebAcl", inputs(rules=[])),
    Harm("workflows-bound", "aws:iam/role:Role", elsewhere, "delivery-deploy"),
    Harm("guard-looks", "aws:guardduty/detectorFeature:DetectorFeature", independent),
    Harm(
        "balancers-logged",
        "kubernetes:elbv2.k8s.aws/v1beta1:IngressClassParams",
        inputs(spec={"scheme": "internal"}),
    ),
    Harm("access-entries", "eks:index:Cluster", inputs(authenticationMode="CONFIG_MAP")),
    Harm("parts-ours", "eks:index:Cluster", inputs(useDefaultVpcCni=False)),
    Harm("log-group-first", "eks:index:Cluster", without("control-plane")),
    Harm("protected", "aws:ec2/vpc:Vpc", careless),
    Harm("protected", "aws:kms/key:Key", careless),
    Harm("protected", "eks:index:Cluster", careless),
    Harm("support-chosen", "eks:index:Cluster", inputs(upgradePolicy=None)),
    Harm("imdsv2", "aws:ec2/launchTemplate:LaunchTemplate", inputs(metadataOptions=None)),
    Harm("autoscaler-decides", "aws:eks/nodeGroup:NodeGroup", lambda one: replace(one, ignore_changes=())),
    Harm("cni-first", "aws:eks/nodeGroup:NodeGroup", without("vpc-cni")),
    Harm("cni-there", "aws:eks/addon:Addon", inputs(addonName="other"), "vpc-cni"),
    Harm("pods-after-nodes", "aws:eks/addon:Addon", independent, "coredns"),
    Harm("releases-pinned", RELEASE, inputs(version="~1.2")),
    Harm("releases-sourced", RELEASE, inputs(repositoryOpts=None)),
    Harm("releases-atomic", RELEASE, inputs(atomic=False)),
    Harm("releases-limited", RELEASE, inputs(timeout=None)),
    Harm("controller-told", RELEASE, values(vpcId=None), CONTROLLER),
    Harm("no-service-webhook", RELEASE, values(enableServiceMutatorWebhook=True), CONTROLLER),
    Harm("cluster-identified", "pulumi:providers:kubernetes", inputs(clusterIdentifier=None)),
    Harm("definitions-first", "kubernetes:argoproj.io/v1alpha1:AppProject", independent),
    Harm("balancers-cleaned", RELEASE, independent, "argo-cd"),
    Harm("root-first-down", "kubernetes:argoproj.io/v1alpha1:Application", without("aws-ebs-csi-driver")),
    Harm("root-cascades", "kubernetes:argoproj.io/v1alpha1:Application", inputs(metadata={})),
    Harm("nodes-first", RELEASE, independent),
    Harm("identity-first", RELEASE, without(CONTROLLER), CONTROLLER),
    Harm("goes-with-cluster", "kubernetes:core/v1:Namespace", lingering),
    Harm(
        "owners-deleted",
        "kubernetes:argoproj.io/v1alpha1:Application",
        lambda one: replace(one, deleted_with="urn:cluster"),
    ),
    Harm("no-plain-secrets", RELEASE, values(adminPassword="hunter2")),
    Harm("no-keys", RELEASE, values(note="AKIA" + "ABCDEFGH" * 2)),
    Harm("no-time", RELEASE, values(since="2026-11-21T09:24:00Z")),
)


@pytest.mark.parametrize("harm", HARMS, ids=str)
def test_harm_to_the_real_plan_is_noticed(harm: Harm, production: Plan) -> None:
    (rule,) = (one for one in RULES if one.id == harm.rule)
    assert list(rule.violations(DependencyGraph(harm.done(production))))
