"""AWS resources are tagged."""

from collections.abc import Iterator
from typing import Final

from oneup.plan import Resource
from oneup.plan.graph import DependencyGraph
from oneup.plan.inputs import as_list, as_mapping, value_at
from oneup.plan.query import LAUNCH_TEMPLATE
from oneup.policy.rule import PlanRule, ResourceRule

UNTAGGABLE: Final = frozenset(
    {
        "aws:acm/certificateValidation:CertificateValidation",
        "aws:autoscaling/tag:Tag",
        "aws:cloudwatch/eventTarget:EventTarget",
        "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
        "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation",
        "aws:ec2/route:Route",
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        "aws:ec2/tag:Tag",
        "aws:ec2/securityGroupRule:SecurityGroupRule",
        "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation",
        "aws:ecr/lifecyclePolicy:LifecyclePolicy",
        "aws:ecr/repositoryPolicy:RepositoryPolicy",
        "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
        "aws:guardduty/detectorFeature:DetectorFeature",
        "aws:iam/rolePolicy:RolePolicy",
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        "aws:kms/alias:Alias",
        "aws:kms/grant:Grant",
        "aws:kms/keyPolicy:KeyPolicy",
        "aws:route53/record:Record",
        "aws:s3/bucketAcl:BucketAcl",
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        "aws:s3/bucketLogging:BucketLogging",
        "aws:s3/bucketNotification:BucketNotification",
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        "aws:s3/bucketPolicy:BucketPolicy",
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "aws:s3/bucketVersioning:BucketVersioning",
        "aws:secretsmanager/secretPolicy:SecretPolicy",
        "aws:secretsmanager/secretVersion:SecretVersion",
        "aws:sns/topicPolicy:TopicPolicy",
        "aws:sns/topicSubscription:TopicSubscription",
        "aws:sqs/queuePolicy:QueuePolicy",
        "aws:wafv2/webAclAssociation:WebAclAssociation",
        "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
    }
)
"""Types of the AWS provider that have no tags; a test compares them with the provider's own classes."""


def _untagged(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    for resource in graph.plan.resources:
        if not resource.type.startswith("aws:") or resource.type in UNTAGGABLE or not resource.custom:
            continue
        provider = graph.by_urn.get(resource.provider.rpartition("::")[0])
        defaults = as_mapping(provider.inputs.get("defaultTags")) if provider else None
        if not value_at(defaults, "tags") and not as_mapping(resource.inputs.get("tags")):
            yield resource, "it has no tags; create it with the provider that has default tags"


def _launched_untagged(resource: Resource) -> Iterator[str]:
    if resource.type != LAUNCH_TEMPLATE:
        return
    tagged = [
        value_at(specification, "resourceType")
        for specification in as_list(resource.inputs.get("tagSpecifications"))
        if as_mapping(value_at(specification, "tags"))
    ]
    for missing in ("instance", "volume"):
        if missing not in tagged:
            yield f"each {missing} that it launches has no tags; add tagSpecifications for {missing!r}"


RULES: Final = (
    PlanRule(
        id="aws-resources-tagged",
        description="Every taggable AWS resource has tags; the provider's default tags count.",
        check=_untagged,
    ),
    ResourceRule(
        id="launch-template-tags",
        description="A launch template tags its instances and volumes, which default tags do not.",
        check=_launched_untagged,
    ),
)
