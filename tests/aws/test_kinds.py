"""The tables hold every type that the program may register, and say nothing that the SDK does not know."""

from collections.abc import Mapping, Sequence

import pytest

from oneup.plan import Json
from oneup.plan.resource_types import RESOURCE_TYPES
from oneup.plan.resource_types.actions import READ_ACTION, needed_actions
from oneup.plan.resource_types.identity import ROLE
from oneup.rehearsal.simulate import FUNCTIONS as REHEARSED
from tests.support.program_types import called_functions, registered_types
from tests.up.cloud import sdk
from tests.up.cloud.authorization import NAMED
from tests.up.cloud.cloud import Cloud
from tests.up.cloud.functions import FUNCTIONS
from tests.up.cloud.kinds import KINDS

BY_THE_COMPONENT = {"aws:eks/cluster:Cluster"}


class TestEveryType:
    def test_is_known(self) -> None:
        assert registered_types() - KINDS.keys() == set()

    def test_is_used(self) -> None:
        assert KINDS.keys() - registered_types() == BY_THE_COMPONENT

    def test_functions_are_known(self) -> None:
        known = {token.split(":")[1] for token in FUNCTIONS}
        assert called_functions() - known == set()
        assert REHEARSED.keys() <= FUNCTIONS.keys()


@pytest.mark.parametrize("token", sorted(KINDS))
class TestOneType:
    def test_is_the_sdks(self, token: str) -> None:
        assert sdk.of_token(token).pulumi_type == token

    def test_takes_tags_where_the_sdk_does(self, token: str) -> None:
        assert (KINDS[token].tagging is not None) == ("tagsAll" in sdk.outputs(token))

    def test_names_properties_that_there_are(self, token: str) -> None:
        kind = KINDS[token]
        named = {
            *kind.local,
            *kind.unread,
            *kind.volatile,
            *filter(None, [kind.autoname]),
            *(key for setting in kind.settings for key in setting.keys),
        }
        assert {one.partition(".")[0] for one in named} <= sdk.outputs(token).keys()

    def test_needs_what_it_calls(self, token: str) -> None:
        """What each call asks of IAM is among the actions that the type's entry needs, but for reading."""
        kind = KINDS[token]
        settings = (call for one in kind.settings for call in (one.call, one.unset) if call)
        tagging = (kind.tagging.add, kind.tagging.remove) if kind.tagging else ()
        calls = (kind.create, *kind.after, *kind.update, *kind.delete, *settings, *tagging)
        asked = {f"{call.service or kind.service}:{call.operation}" for call in calls}
        actions = {NAMED.get(one, one) for one in asked if not READ_ACTION.fullmatch(NAMED.get(one, one))}
        assert actions - needed_actions(RESOURCE_TYPES[token]) <= NEVER.get(token, set())

    def test_can_be_counted(self, token: str) -> None:
        """Each is listed by AWS, or belongs to what is, or to no account at all."""
        assert KINDS[token].listing or token in PARTS


NEVER = {ROLE: {"iam:DeleteRolePermissionsBoundary"}}
"""Calls that the deploy role may not make: an administrator takes a boundary away."""

PARTS = {
    "aws:acm/certificateValidation:CertificateValidation": "waits only",
    "aws:autoscaling/tag:Tag": "goes with the group",
    "aws:cloudwatch/eventTarget:EventTarget": "keeps the rule from going",
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": "goes with the VPC",
    "aws:ec2/route:Route": "goes with the table",
    "aws:ec2/routeTableAssociation:RouteTableAssociation": "keeps the table from going",
    "aws:ec2/tag:Tag": "goes with what it is on",
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": "goes with the repository",
    "aws:ecr/repositoryPolicy:RepositoryPolicy": "goes with the repository",
    "aws:eks/accessEntry:AccessEntry": "goes with the cluster",
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": "goes with the entry",
    "aws:eks/addon:Addon": "goes with the cluster",
    "aws:eks/nodeGroup:NodeGroup": "keeps the cluster from going",
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": "goes with the cluster",
    "aws:guardduty/detectorFeature:DetectorFeature": "goes with the detector",
    "aws:iam/rolePolicy:RolePolicy": "keeps the role from going",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "keeps the role from going",
    "aws:route53/record:Record": "keeps the zone from going",
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": "goes with the bucket",
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": "goes with the bucket",
    "aws:s3/bucketPolicy:BucketPolicy": "goes with the bucket",
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": "goes with the bucket",
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": "goes with the bucket",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": (
        "goes with the bucket"
    ),
    "aws:s3/bucketVersioning:BucketVersioning": "goes with the bucket",
    "aws:sns/topicPolicy:TopicPolicy": "goes with the topic",
    "aws:sqs/queuePolicy:QueuePolicy": "goes with the queue",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "goes with the group",
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": "goes with the list",
}


def test_summary_says_what_is_ours() -> None:
    lines = Cloud.simulated()
    assert "simulated: eks create_addon (moto has no addons of EKS)" in lines
    assert len(lines) == len(set(lines))
    assert any("aws:ec2/subnet:Subnet DependencyViolation" in line for line in Cloud.refused())


@pytest.mark.parametrize(
    ("wanted", "live", "said"),
    [
        (Mapping[str, str], [{"Key": "a", "Value": "b"}], {"a": "b"}),
        (Mapping[str, str], [], {}),
        (Sequence[str], "a", ["a"]),
        (str, True, "true"),
        (bool, "true", True),
        (float, "3", 3.0),
        (float, "a", None),
        (str, {"a": "b"}, None),
    ],
)
def test_outputs_are_as_the_sdk_takes_them(wanted: type, live: Json, said: Json) -> None:
    assert sdk.conform(live, wanted) == said


def test_structures_are_as_the_sdk_takes_them() -> None:
    wanted = sdk.outputs("aws:eks/cluster:Cluster")["vpcConfig"]
    live: Json = [
        {"subnetIds": "subnet-1", "clusterSecurityGroupId": "sg-1", "endpointPublicAccess": "true", "x": 1}
    ]
    assert sdk.conform(live, wanted) == {
        "subnetIds": ["subnet-1"],
        "clusterSecurityGroupId": "sg-1",
        "endpointPublicAccess": True,
    }
