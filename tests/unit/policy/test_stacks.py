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


def anybody(one: Resource) -> Resource:
    return inputs(policy=str(one.inputs["policy"]).replace("444455556666", "*"))(one)


def hurried(one: Resource) -> Resource:
    return replace(one, custom_timeouts={"create": 60.0, "delete": 60.0})


def elsewhere(one: Resource) -> Resource:
    """Its workflow may run in any environment."""
    trust = str(one.inputs["assumeRolePolicy"]).replace(":environment:production", ":*")
    return inputs(assumeRolePolicy=trust)(one)


HARMS = (
    Harm("aws-provider-account-restricted", "pulumi:providers:aws", inputs(allowedAccountIds=None)),
    Harm("aws-resources-tagged", "pulumi:providers:aws", inputs(defaultTags=None)),
    Harm("launch-template-tags", "aws:ec2/launchTemplate:LaunchTemplate", inputs(tagSpecifications=[])),
    Harm("encryption-at-rest", "aws:cloudwatch/logGroup:LogGroup", inputs(kmsKeyId=None)),
    Harm("encryption-at-rest", "eks:index:Cluster", inputs(encryptionConfigKeyArn=None)),
    Harm("node-volumes-encrypted", "aws:ec2/launchTemplate:LaunchTemplate", inputs(blockDeviceMappings=[])),
    Harm("storage-class-encrypted", "kubernetes:storage.k8s.io/v1:StorageClass", inputs(parameters={})),
    Harm(
        "s3-default-encryption",
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        independent,
    ),
    Harm("kms-key-rotation", "aws:kms/key:Key", inputs(enableKeyRotation=False)),
    Harm("s3-block-public-access", "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", independent),
    Harm("s3-require-tls", "aws:s3/bucketPolicy:BucketPolicy", inputs(policy="{}")),
    Harm(
        "security-group-no-open-ingress",
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        inputs(cidrIpv4="0.0.0.0/0", description=""),
    ),
    Harm("default-security-group-empty", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", independent),
    Harm("nodes-in-private-subnets", "aws:ec2/subnet:Subnet", inputs(mapPublicIpOnLaunch=True)),
    Harm("iam-resource-wildcards-explained", "aws:iam/role:Role", inputs(tags={}), CONTROLLER),
    Harm("iam-resource-wildcards-explained", "aws:iam/role:Role", inputs(tags={}), "delivery-deploy"),
    Harm("iam-actions-exist", "aws:sns/topicPolicy:TopicPolicy", misspelt),
    Harm("sns-topics-require-tls", "aws:sns/topicPolicy:TopicPolicy", independent),
    Harm("alarms-have-actions", "aws:cloudwatch/metricAlarm:MetricAlarm", inputs(alarmActions=[])),
    Harm("nat-gateway-alarms", "aws:cloudwatch/metricAlarm:MetricAlarm", independent),
    Harm(
        "cloudtrail-multi-region-and-validated",
        "aws:cloudtrail/trail:Trail",
        inputs(enableLogFileValidation=False),
    ),
    Harm("encryption-at-rest", "aws:cloudtrail/trail:Trail", inputs(kmsKeyId=None)),
    Harm("encryption-at-rest", "aws:sns/topic:Topic", inputs(kmsMasterKeyId=None)),
    Harm("budgets-notify", "aws:budgets/budget:Budget", inputs(notifications=[])),
    Harm(
        "s3-bucket-owner-enforced",
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        inputs(rule={"objectOwnership": "ObjectWriter"}),
    ),
    Harm("eks-endpoint-restricted", "eks:index:Cluster", inputs(publicAccessCidrs=["0.0.0.0/0"])),
    Harm("ecr-immutable-tags", "aws:ecr/repository:Repository", inputs(imageTagMutability="MUTABLE")),
    Harm("ecr-scan-on-push", "aws:ecr/repository:Repository", inputs(imageScanningConfiguration=None)),
    Harm("ecr-lifecycle-policy", "aws:ecr/lifecyclePolicy:LifecyclePolicy", independent),
    Harm("iam-action-wildcards-explained", "aws:kms/key:Key", inputs(tags={}), "copy"),
    Harm("waf-managed-rules-and-rate-limit", "aws:wafv2/webAcl:WebAcl", inputs(rules=[])),
    Harm("github-actions-role-restricted", "aws:iam/role:Role", elsewhere, "delivery-deploy"),
    Harm("guardduty-features", "aws:guardduty/detectorFeature:DetectorFeature", independent),
    Harm(
        "load-balancer-access-logs",
        "kubernetes:elbv2.k8s.aws/v1beta1:IngressClassParams",
        inputs(spec={"scheme": "internal"}),
    ),
    Harm("eks-access-entries", "eks:index:Cluster", inputs(authenticationMode="CONFIG_MAP")),
    Harm("eks-addons-explicit", "eks:index:Cluster", inputs(useDefaultVpcCni=False)),
    Harm("eks-control-plane-log-group", "eks:index:Cluster", without("control-plane")),
    Harm("deletion-protection-complete", "aws:ec2/vpc:Vpc", careless),
    Harm("deletion-protection-complete", "aws:kms/key:Key", careless),
    Harm("deletion-protection-complete", "eks:index:Cluster", careless),
    Harm("eks-support-policy-explicit", "eks:index:Cluster", inputs(upgradePolicy=None)),
    Harm("imdsv2", "aws:ec2/launchTemplate:LaunchTemplate", inputs(metadataOptions=None)),
    Harm(
        "node-group-desired-size-ignored",
        "aws:eks/nodeGroup:NodeGroup",
        lambda one: replace(one, ignore_changes=()),
    ),
    Harm("cni-before-nodes", "aws:eks/nodeGroup:NodeGroup", without("vpc-cni")),
    Harm("cni-configured", "aws:eks/addon:Addon", inputs(addonName="other"), "vpc-cni"),
    Harm("eks-addons-after-nodes", "aws:eks/addon:Addon", independent, "coredns"),
    Harm("helm-exact-version", RELEASE, inputs(version="~1.2")),
    Harm("helm-repository-url", RELEASE, inputs(repositoryOpts=None)),
    Harm("helm-atomic", RELEASE, inputs(atomic=False)),
    Harm("helm-timeout", RELEASE, inputs(timeout=None)),
    Harm("load-balancer-controller-configured", RELEASE, values(vpcId=None), CONTROLLER),
    Harm(
        "load-balancer-controller-service-webhook-off",
        RELEASE,
        values(enableServiceMutatorWebhook=True),
        CONTROLLER,
    ),
    Harm("kubernetes-cluster-identifier", "pulumi:providers:kubernetes", inputs(clusterIdentifier=None)),
    Harm("crds-before-custom-resources", "kubernetes:argoproj.io/v1alpha1:AppProject", independent),
    Harm("load-balancers-deleted-before-controller", RELEASE, independent, "argo-cd"),
    Harm(
        "root-application-deleted-first",
        "kubernetes:argoproj.io/v1alpha1:Application",
        without("aws-ebs-csi-driver"),
    ),
    Harm("root-application-cascades", "kubernetes:argoproj.io/v1alpha1:Application", inputs(metadata={})),
    Harm("releases-after-nodes", RELEASE, independent),
    Harm("identity-before-pods", RELEASE, without(CONTROLLER), CONTROLLER),
    Harm("deleted-with-cluster", "kubernetes:core/v1:Namespace", lingering),
    Harm(
        "external-resource-owners-deleted",
        "kubernetes:argoproj.io/v1alpha1:Application",
        lambda one: replace(one, deleted_with="urn:cluster"),
    ),
    Harm("flow-logs-all-traffic", "aws:ec2/flowLog:FlowLog", inputs(trafficType="REJECT")),
    Harm("alarms-in-time", "aws:cloudwatch/metricAlarm:MetricAlarm", inputs(threshold=50), "api-errors"),
    Harm("alarms-in-time", "aws:cloudwatch/metricAlarm:MetricAlarm", inputs(evaluationPeriods=60)),
    Harm("services-bound-to-account", "aws:sns/topicPolicy:TopicPolicy", anybody),
    Harm(
        "waf-logging",
        "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
        inputs(loggingFilter={"defaultBehavior": "DROP"}),
    ),
    Harm(
        "root-application-after-workspace",
        "kubernetes:argoproj.io/v1alpha1:Application",
        without("production/default-deny"),
    ),
    Harm("timeouts-sufficient", "aws:eks/nodeGroup:NodeGroup", hurried),
    Harm("timeouts-sufficient", "kubernetes:argoproj.io/v1alpha1:Application", hurried),
    Harm("cron-jobs-have-time", "kubernetes:batch/v1:CronJob", inputs(spec={"schedule": "* * * * *"})),
    Harm("memory-limited", RELEASE, values(resources={"requests": {"memory": "1Gi"}}), CONTROLLER),
    Harm("charts-without-privileges", RELEASE, values(securityContext={"privileged": True}), CONTROLLER),
    Harm("argo-cd-read-only-by-default", RELEASE, values(configs={"rbac": {"policy.default": "role:admin"}})),
    Harm("spot-nodes-first", RELEASE, values(expanderPriorities={"1": ["^eks-spot"], "2": ["^eks-workers"]})),
    Harm(
        "alerts-reach-receivers",
        RELEASE,
        values(alertmanager={"config": {"route": {"repeat_interval": "120h"}}}),
    ),
    Harm("no-plaintext-secrets", RELEASE, values(adminPassword="hunter2")),
    Harm("no-embedded-credentials", RELEASE, values(note="AKIA" + "ABCDEFGH" * 2)),
    Harm("no-timestamps", RELEASE, values(since="2026-11-21T09:24:00Z")),
)


@pytest.mark.parametrize("harm", HARMS, ids=str)
def test_harm_to_the_real_plan_is_noticed(harm: Harm, production: Plan) -> None:
    (rule,) = (one for one in RULES if one.id == harm.rule)
    assert list(rule.violations(DependencyGraph(harm.done(production))))
