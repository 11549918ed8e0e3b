"""The providers by the protocol: where they are, what they wait for, and how they fail."""

import time

import pytest
from pulumi.runtime.proto import provider_pb2 as wire

from oneup.plan import Json
from tests.unit.up.conftest import NUMBER
from tests.up.cloud.api import AwsError
from tests.up.cloud.cloud import Cloud
from tests.up.cloud.driver import SCOPE, Driver, RefusedError, provider
from tests.up.cloud.plugin import Step
from tests.up.cloud.wire import dump, load

TOPIC = "aws:sns/topic:Topic"


class TestConfigure:
    def test_regions_side_by_side(self, aws: Driver) -> None:
        aws.configure("ireland", provider(NUMBER, "eu-west-1"))
        here = aws.create(f"{SCOPE}{TOPIC}::here", {"name": "topic"})
        there = aws.create(f"{SCOPE}{TOPIC}::there", {"name": "topic"}, "ireland")
        assert (here.outputs["region"], there.outputs["region"]) == ("eu-central-1", "eu-west-1")
        assert (here.outputs["tagsAll"], there.outputs["tagsAll"]) == ({"owner": "platform"}, {})

    def test_other_account(self, cloud: Cloud) -> None:
        with (
            Driver(cloud) as driver,
            pytest.raises(RefusedError, match="account ID not allowed: 111122223333"),
        ):
            driver.configure("aws", provider("999999999999"))

    @pytest.mark.parametrize(
        ("config", "said"),
        [({"region": "eu-central-1", "acessKey": "a"}, "acessKey: this provider"), ({}, "region: missing")],
    )
    def test_what_it_does_not_know(self, cloud: Cloud, config: dict[str, Json], said: str) -> None:
        with Driver(cloud) as driver, pytest.raises(RefusedError, match=said):
            driver.configure("aws", config)

    def test_assumes_a_role(self, cloud: Cloud) -> None:
        cloud.account.role("deployer")
        role: Json = f"arn:aws:iam::{NUMBER}:role/deployer"
        assumed = f'[{{"roleArn": "{role}", "sessionName": "oneup"}}]'
        with Driver(cloud) as driver:
            driver.configure("aws", {**provider(NUMBER), "assumeRoles": assumed})
            assert invoke(driver, "getCallerIdentity")["arn"] == (
                f"arn:aws:sts::{NUMBER}:assumed-role/deployer/oneup"
            )


def invoke(driver: Driver, function: str, **args: Json) -> dict[str, Json]:
    request = wire.InvokeRequest(tok=f"aws:index/{function}:{function}", args=dump(args))
    return load(getattr(driver.ask(driver.main, "Invoke", request), "return"))


class TestFunctions:
    def test_answers(self, aws: Driver) -> None:
        assert invoke(aws, "getCallerIdentity")["accountId"] == NUMBER
        assert invoke(aws, "getRegion")["name"] == "eu-central-1"
        assert invoke(aws, "getPartition")["partition"] == "aws"
        zones = invoke(aws, "getAvailabilityZones", state="available")["names"]
        assert zones == ["eu-central-1a", "eu-central-1b", "eu-central-1c"]

    def test_that_is_not_known(self, aws: Driver) -> None:
        with pytest.raises(RefusedError, match="no function aws:index/getAmi:getAmi"):
            invoke(aws, "getAmi")


class TestBehaviour:
    def test_waits_as_long_as_the_rehearsal_says(self, aws: Driver, cloud: Cloud) -> None:
        cloud.behaviour.scale = 0.01
        begun = time.monotonic()
        aws.make("aws:ec2/vpc:Vpc", "vpc", cidrBlock="10.0.0.0/16")
        assert time.monotonic() - begun >= 0.12

    def test_asks_before_each_step(self, aws: Driver, cloud: Cloud) -> None:
        steps: list[tuple[str, str]] = []
        cloud.behaviour.before = lambda step: steps.append((step.operation, step.urn))
        topic = aws.make(TOPIC, "topic", name="topic")
        aws.update(topic.urn, tags={"a": "b"})
        aws.delete(topic.urn)
        assert steps == [(one, topic.urn) for one in ("create", "update", "delete")]

    def test_a_step_can_be_refused(self, aws: Driver, cloud: Cloud) -> None:
        def refuse(step: Step) -> None:
            raise AwsError(step.operation, "ThrottlingException", "Rate exceeded")

        cloud.behaviour.before = refuse
        with pytest.raises(RefusedError, match=r"create of topic: .*ThrottlingException: Rate exceeded"):
            aws.make(TOPIC, "topic", name="topic")

    def test_what_is_made_in_part_is_told(self, aws: Driver) -> None:
        """Its id comes with the error, so that the engine knows it."""
        with pytest.raises(RefusedError, match=r"InvalidVpcID\.NotFound") as failure:
            aws.make("aws:ec2/internetGateway:InternetGateway", "internet", vpcId="vpc-0123456789abcdef0")
        assert failure.value.made.startswith("igw-")
        found = aws.cloud.account.api("eu-central-1").call("ec2", "DescribeInternetGateways", {})
        assert failure.value.made in str(found)
