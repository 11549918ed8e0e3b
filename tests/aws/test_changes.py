"""Changes: what the provider says of them, what AWS has afterwards, and what was changed behind its back."""

from pulumi.runtime.proto import provider_pb2 as wire

from oneup.plan import Json
from tests.up.cloud.cloud import Cloud
from tests.up.cloud.driver import Driver, State
from tests.up.cloud.wire import UNKNOWN

TRUST = '{"Version":"2012-10-17","Statement":[]}'
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"


def read(aws: Driver, made: State) -> State:
    found = aws.read(made.urn)
    assert found is not None
    return found


def changes(aws: Driver, made: State, **inputs: Json) -> State:
    """Change a resource; what AWS has afterwards is what was asked for."""
    assert aws.diff(made.urn, **inputs).replaces == []
    state = aws.update(made.urn, **inputs)
    assert read(aws, made) == state
    return state


class TestUpdate:
    def test_tags(self, aws: Driver) -> None:
        vpc = aws.make("aws:ec2/vpc:Vpc", "vpc", cidrBlock="10.0.0.0/16", tags={"Name": "a", "old": "b"})
        assert vpc.outputs["tagsAll"] == {"Name": "a", "old": "b", "owner": "platform"}
        changed = changes(aws, vpc, tags={"Name": "c"})
        assert changed.outputs["tagsAll"] == {"Name": "c", "owner": "platform"}

    def test_setting_with_a_call_of_its_own(self, aws: Driver) -> None:
        vpc = aws.make("aws:ec2/vpc:Vpc", "vpc", cidrBlock="10.0.0.0/16", enableDnsHostnames=True)
        changes(aws, vpc, enableDnsHostnames=False)

    def test_setting_taken_away(self, aws: Driver, cloud: Cloud) -> None:
        group = aws.make("aws:cloudwatch/logGroup:LogGroup", "logs", name="/logs", retentionInDays=7)
        changes(aws, group, retentionInDays=None)
        found = cloud.account.api("eu-central-1").call("logs", "DescribeLogGroups", {})
        assert "retentionInDays" not in str(found)

    def test_template_gets_a_version(self, aws: Driver) -> None:
        template = aws.make(TEMPLATE, "workers", description="first", updateDefaultVersion=True)
        assert template.outputs["latestVersion"] == 1
        changed = changes(aws, template, description="second")
        assert (changed.outputs["latestVersion"], changed.outputs["defaultVersion"]) == (2, 2)

    def test_trust(self, aws: Driver) -> None:
        role = aws.make("aws:iam/role:Role", "role", name="role", assumeRolePolicy=TRUST, description="a")
        statement = (
            '[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]'
        )
        other = TRUST.replace("[]", statement)
        changes(aws, role, assumeRolePolicy=other, description="b")

    def test_key(self, aws: Driver) -> None:
        key = aws.make("aws:kms/key:Key", "key", description="a", enableKeyRotation=True)
        changes(aws, key, description="b")
        changes(aws, key, enableKeyRotation=False)

    def test_rule_of_a_firewall(self, aws: Driver) -> None:
        seen: Json = {"cloudwatchMetricsEnabled": True, "metricName": "all", "sampledRequestsEnabled": True}

        def rules(limit: int) -> Json:
            statement: Json = {"rateBasedStatement": {"aggregateKeyType": "IP", "limit": limit}}
            rule: Json = {
                "name": "rate",
                "priority": 0,
                "action": {"block": {}},
                "statement": statement,
                "visibilityConfig": seen,
            }
            return [rule]

        acl = aws.make(
            "aws:wafv2/webAcl:WebAcl",
            "firewall",
            name="firewall",
            scope="REGIONAL",
            defaultAction={"allow": {}},
            rules=rules(2000),
            visibilityConfig=seen,
        )
        changes(aws, acl, rules=rules(1000))


class TestDiff:
    def test_nothing(self, aws: Driver) -> None:
        vpc = aws.make("aws:ec2/vpc:Vpc", "vpc", cidrBlock="10.0.0.0/16")
        assert aws.diff(vpc.urn).changes == wire.DiffResponse.DIFF_NONE

    def test_replaces(self, aws: Driver) -> None:
        vpc = aws.make("aws:ec2/vpc:Vpc", "vpc", cidrBlock="10.0.0.0/16")
        found = aws.diff(vpc.urn, cidrBlock="10.1.0.0/16")
        assert (list(found.replaces), found.deleteBeforeReplace) == (["cidrBlock"], False)
        assert found.detailedDiff["cidrBlock"].kind == wire.PropertyDiff.UPDATE_REPLACE

    def test_fixed_name_goes_first(self, aws: Driver) -> None:
        named = aws.make("aws:iam/role:Role", "a", name="role", assumeRolePolicy=TRUST, path="/a/")
        unnamed = aws.make("aws:iam/role:Role", "b", assumeRolePolicy=TRUST, path="/a/")
        assert aws.diff(named.urn, path="/b/").deleteBeforeReplace
        assert not aws.diff(unnamed.urn, path="/b/").deleteBeforeReplace
        assert unnamed.inputs["__defaults"] == ["name"]

    def test_name_that_was_made_up_stays(self, aws: Driver) -> None:
        template = aws.make(TEMPLATE, "workers", description="first")
        name = template.inputs["name"]
        assert str(name).startswith("workers-")
        assert aws.update(template.urn, description="second").inputs["name"] == name

    def test_tags_of_the_provider(self, aws: Driver, cloud: Cloud) -> None:
        vpc = aws.make("aws:ec2/vpc:Vpc", "vpc", cidrBlock="10.0.0.0/16")
        tag = {"Resources": [vpc.id], "Tags": [{"Key": "owner", "Value": "somebody"}]}
        cloud.account.api("eu-central-1").call("ec2", "CreateTags", tag)
        vpc.outputs = read(aws, vpc).outputs
        assert list(aws.diff(vpc.urn).diffs) == ["tagsAll"]


class TestDrift:
    def test_is_seen(self, aws: Driver, cloud: Cloud) -> None:
        group = aws.make("aws:cloudwatch/logGroup:LogGroup", "logs", name="/logs", retentionInDays=7)
        asked = {"logGroupName": "/logs", "retentionInDays": 30}
        cloud.account.api("eu-central-1").call("logs", "PutRetentionPolicy", asked)
        assert read(aws, group).inputs["retentionInDays"] == 30
        assert aws.drift() == [group.urn]

    def test_of_tags(self, aws: Driver, cloud: Cloud) -> None:
        vpc = aws.make("aws:ec2/vpc:Vpc", "vpc", cidrBlock="10.0.0.0/16", tags={"Name": "a"})
        tag = {"Resources": [vpc.id], "Tags": [{"Key": "Name", "Value": "b"}, {"Key": "by", "Value": "hand"}]}
        cloud.account.api("eu-central-1").call("ec2", "CreateTags", tag)
        assert read(aws, vpc).inputs["tags"] == {"Name": "b", "by": "hand"}


class TestPreview:
    def test_knows_what_is_given(self, aws: Driver) -> None:
        urn = "urn:pulumi:test::oneup::aws:ec2/vpc:Vpc::vpc"
        known = aws.foresee(urn, {"cidrBlock": "10.0.0.0/16", "tags": {"Name": "a"}})
        assert known["cidrBlock"] == "10.0.0.0/16"
        assert known["tagsAll"] == {"Name": "a", "owner": "platform"}
        assert known["arn"] == known["defaultSecurityGroupId"] == UNKNOWN

    def test_makes_nothing(self, aws: Driver, cloud: Cloud) -> None:
        found = cloud.inventory("eu-central-1")
        aws.foresee("urn:pulumi:test::oneup::aws:ec2/vpc:Vpc::vpc", {"cidrBlock": "10.0.0.0/16"})
        assert cloud.inventory("eu-central-1") == found

    def test_of_a_change_keeps_what_aws_added(self, aws: Driver) -> None:
        template = aws.make(
            TEMPLATE, "workers", description="first", metadataOptions={"httpTokens": "required"}
        )
        known = aws.foresee_change(
            template.urn, description="second", metadataOptions={"httpTokens": "optional"}
        )
        assert known["arn"] == template.outputs["arn"]
        assert known["latestVersion"] == UNKNOWN
        assert known["metadataOptions"] == {"httpTokens": "optional"}
        assert aws.drift() == []
