"""IAM enforced: who signs is held to his policies, as AWS reads them."""

import json

import pytest
from moto.iam.aws_managed_policies import aws_managed_policies_data

from oneup.plan import Json, Plan
from oneup.plan.resource_types import RESOURCE_TYPES
from oneup.plan.resource_types.actions import READ_ACTION, needed_actions
from tests.aws.conftest import NUMBER
from tests.support.plans import RehearseWith
from tests.up.cloud.authorization import permitted
from tests.up.cloud.cloud import Cloud
from tests.up.cloud.driver import Driver, RefusedError, provider

TRUST = '{"Version":"2012-10-17","Statement":[]}'
READ = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def policy(plan: Plan, purpose: str) -> str:
    found = plan.of_type("aws:iam/rolePolicy:RolePolicy")
    return next(str(one.inputs["policy"]) for one in found if one.name == purpose)


def without(document: str, action: str) -> str:
    """A policy that lacks an action."""
    changed = json.loads(document)
    for statement in changed["Statement"]:
        given = statement["Action"]
        statement["Action"] = [one for one in ([given] if isinstance(given, str) else given) if one != action]
    changed["Statement"] = [one for one in changed["Statement"] if one["Action"]]
    return json.dumps(changed)


def signed(cloud: Cloud, document: str) -> Driver:
    cloud.behaviour.credentials = cloud.account.role("ci", [document], [READ])
    cloud.account.enforce(True)
    return Driver(cloud)


class TestDeployer:
    def role(self, driver: Driver, **inputs: Json) -> None:
        driver.configure("aws", provider(NUMBER))
        given: dict[str, Json] = {"name": "oneup-staging-a", "assumeRolePolicy": TRUST, **inputs}
        driver.make("aws:iam/role:Role", "role", **given)

    def test_makes_roles_of_the_stack(self, staging: Plan, cloud: Cloud) -> None:
        with signed(cloud, policy(staging, "delivery-deploy")) as driver:
            self.role(driver)

    def test_makes_no_other_role(self, staging: Plan, cloud: Cloud) -> None:
        refused = pytest.raises(RefusedError, match="not authorized to perform: iam:CreateRole")
        with signed(cloud, policy(staging, "delivery-deploy")) as driver, refused:
            self.role(driver, name="other")

    def test_tags_only_if_it_may(self, staging: Plan, cloud: Cloud) -> None:
        refused = pytest.raises(RefusedError, match="not authorized to perform: iam:TagRole")
        with signed(cloud, without(policy(staging, "delivery-deploy"), "iam:TagRole")) as driver, refused:
            self.role(driver, tags={"a": "b"})

    @pytest.mark.parametrize(
        ("lacking", "said"),
        [
            ("iam:PassRole", "iam:PassRole"),
            ("eks:CreateCluster", "eks:CreateCluster"),
            ("kms:CreateGrant", "kms:CreateGrant"),
        ],
    )
    def test_lacks_an_action(self, staging: Plan, cloud: Cloud, lacking: str, said: str) -> None:
        with signed(cloud, without(policy(staging, "delivery-deploy"), lacking)) as driver:
            self.role(driver)
            role: Json = f"arn:aws:iam::{NUMBER}:role/oneup-staging-a"
            with pytest.raises(RefusedError, match=f"not authorized to perform: {said}"):
                driver.make(
                    "aws:eks/cluster:Cluster", "c", name="c", roleArn=role, vpcConfig={"subnetIds": []}
                )


VPC = "10.0.0.0/16"
NEEDED = ("ec2:ReplaceRoute", "kms:RetireGrant", "iam:CreateServiceLinkedRole")


def edit(driver: Driver, action: str) -> None:
    """A change to a stack that needs an action."""
    if action == "iam:CreateServiceLinkedRole":
        driver.make("aws:guardduty/detector:Detector", "detector", enable=True)
    elif action == "kms:RetireGrant":
        encrypted: Json = [{"encryptionType": "KMS"}]
        made = driver.make(
            "aws:ecr/repository:Repository", "shop", name="shop", encryptionConfigurations=encrypted
        )
        driver.delete(made.urn)
    else:
        vpc = driver.make("aws:ec2/vpc:Vpc", "vpc", cidrBlock=VPC)
        table = driver.make("aws:ec2/routeTable:RouteTable", "table", vpcId=vpc.id)
        ways = [
            driver.make("aws:ec2/internetGateway:InternetGateway", name, vpcId=vpc.id).id for name in "ab"
        ]
        to: dict[str, Json] = {"routeTableId": table.id, "destinationCidrBlock": "0.0.0.0/0"}
        route = driver.make("aws:ec2/route:Route", "route", **to, gatewayId=ways[0])
        driver.update(route.urn, gatewayId=ways[1])


class TestEdits:
    @pytest.mark.parametrize("action", NEEDED)
    def test_allowed(self, staging: Plan, cloud: Cloud, action: str) -> None:
        with signed(cloud, policy(staging, "delivery-deploy")) as driver:
            driver.configure("aws", provider(NUMBER))
            edit(driver, action)

    @pytest.mark.parametrize("action", NEEDED)
    def test_needed(self, staging: Plan, cloud: Cloud, action: str) -> None:
        refused = pytest.raises(RefusedError, match=f"not authorized to perform: {action}")
        with signed(cloud, without(policy(staging, "delivery-deploy"), action)) as driver:
            driver.configure("aws", provider(NUMBER))
            with refused:
                edit(driver, action)

    def test_assumes_the_providers_role(self, rehearse_with: RehearseWith, cloud: Cloud) -> None:
        role = f"arn:aws:iam::{NUMBER}:role/provisioner"
        document = policy(rehearse_with("staging", aws={"roleArn": role}), "delivery-deploy")
        cloud.account.role("provisioner", [statement(Action="*", Resource="*")])
        assumed = json.dumps([{"roleArn": role, "sessionName": "oneup"}])
        with signed(cloud, document) as driver:
            driver.configure("aws", {**provider(NUMBER), "assumeRoles": assumed})
            driver.make("aws:iam/role:Role", "role", name="other", assumeRolePolicy=TRUST)
            with pytest.raises(RefusedError, match="not authorized to perform: sts:AssumeRole"):
                driver.configure("other", {**provider(NUMBER), "assumeRoles": assumed.replace("pro", "re")})


BOUNDARY = f"arn:aws:iam::{NUMBER}:policy/boundary"


class TestWriteRoles:
    @pytest.fixture
    def bounded(self, rehearse_with: RehearseWith) -> str:
        plan = rehearse_with("staging", aws={"permissionsBoundary": BOUNDARY})
        return policy(plan, "delivery-deploy")

    def write(self, driver: Driver, name: str, **inputs: Json) -> None:
        """Make a role with a policy."""
        driver.configure("aws", provider(NUMBER))
        driver.make("aws:iam/role:Role", "role", name=name, assumeRolePolicy=TRUST, **inputs)
        rights = statement(Action="*", Resource="*")
        driver.make("aws:iam/rolePolicy:RolePolicy", "rights", name="all", role=name, policy=rights)

    def test_within_the_boundary(self, bounded: str, cloud: Cloud) -> None:
        with signed(cloud, bounded) as driver:
            self.write(driver, "oneup-staging-a", permissionsBoundary=BOUNDARY)

    @pytest.mark.parametrize("boundary", [None, "arn:aws:iam::aws:policy/AdministratorAccess"])
    def test_without_the_boundary(self, bounded: str, cloud: Cloud, boundary: str | None) -> None:
        refused = pytest.raises(RefusedError, match="not authorized to perform: iam:CreateRole")
        with signed(cloud, bounded) as driver, refused:
            self.write(driver, "oneup-staging-a", permissionsBoundary=boundary)

    def test_role_that_has_no_boundary(self, bounded: str, cloud: Cloud) -> None:
        cloud.account.role("oneup-staging-a")
        policies = "aws:iam/rolePolicy:RolePolicy"
        with signed(cloud, bounded) as driver:
            driver.configure("aws", provider(NUMBER))
            with pytest.raises(RefusedError, match="not authorized to perform: iam:PutRolePolicy"):
                driver.make(policies, "rights", name="all", role="oneup-staging-a", policy=statement())

    @pytest.mark.parametrize("purpose", ["deploy", "preview", "images"])
    def test_delivery_roles(self, staging: Plan, cloud: Cloud, purpose: str) -> None:
        role = f"oneup-staging-delivery-{purpose}"
        cloud.account.role(role)
        policies, document = "aws:iam/rolePolicy:RolePolicy", statement(Action="*", Resource="*")
        with signed(cloud, policy(staging, "delivery-deploy")) as driver:
            driver.configure("aws", provider(NUMBER))
            with pytest.raises(RefusedError, match="not authorized to perform: iam:PutRolePolicy"):
                driver.make(policies, "rights", name="all", role=role, policy=document)

    def test_passes_to_the_stacks_services_only(self, staging: Plan, cloud: Cloud) -> None:
        with signed(
            cloud, policy(staging, "delivery-deploy").replace('"vpc-flow-logs.', '"other.')
        ) as driver:
            driver.configure("aws", provider(NUMBER))
            vpc = driver.make("aws:ec2/vpc:Vpc", "vpc", cidrBlock=VPC)
            role = f"arn:aws:iam::{NUMBER}:role/oneup-staging-a"
            logs = "arn:aws:s3:::oneup-staging-logs"
            with pytest.raises(RefusedError, match="not authorized to perform: iam:PassRole"):
                driver.make(
                    "aws:ec2/flowLog:FlowLog",
                    "flows",
                    vpcId=vpc.id,
                    iamRoleArn=role,
                    logDestination=logs,
                    logDestinationType="s3",
                    trafficType="ALL",
                )


def test_previewer_reads_and_makes_nothing(staging: Plan, cloud: Cloud) -> None:
    with Driver(cloud) as administrator:
        administrator.configure("aws", provider(NUMBER))
        vpc = administrator.make("aws:ec2/vpc:Vpc", "vpc", cidrBlock="10.0.0.0/16")
    with signed(cloud, policy(staging, "delivery-preview")) as driver:
        driver.configure("aws", provider(NUMBER))
        driver.states[vpc.urn] = vpc
        assert not driver.drift()
        with pytest.raises(RefusedError, match="not authorized to perform: ec2:DeleteVpc"):
            driver.delete(vpc.urn)


def statement(effect: str = "Allow", **rest: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": effect, **rest}]})


@pytest.mark.parametrize(
    ("documents", "wanted"),
    [
        ([statement(Action="s3:Put*", Resource="*")], True),
        ([statement(Action=["s3:get*", "s3:PUTOBJECT"], Resource="arn:aws:s3:::a/?")], True),
        ([statement(Action="s3:Put*", Resource="arn:aws:s3:::b/*")], False),
        ([statement(NotAction="s3:Get*", Resource="*")], True),
        ([statement(NotAction="s3:*", Resource="*")], False),
        ([statement(Action="*", Resource="*"), statement("Deny", Action="s3:*", Resource="*")], False),
        ([statement(Action="*", Resource="*", Condition={"StringEquals": {"a:b": "c"}})], False),
        ([statement(Action="*", Resource="*", Condition={"StringEquals": {"a:known": "yes"}})], True),
        ([statement(Action="*", Resource="*", Condition={"StringEquals": {"a:known": "no"}})], False),
        ([statement(Action="*", Resource="*", Condition={"StringEqualsIfExists": {"a:b": "c"}})], True),
        ([], False),
    ],
)
def test_policies(documents: list[str], wanted: bool) -> None:
    assert permitted(documents, "s3:PutObject", "arn:aws:s3:::a/b", {"a:known": "yes"}) is wanted


def test_what_only_reads_is_in_read_only_access() -> None:
    document = json.loads(aws_managed_policies_data)["ReadOnlyAccess"]["Document"]
    needed = frozenset[str]().union(*map(needed_actions, RESOURCE_TYPES.values()))
    reading = [action for action in sorted(needed) if READ_ACTION.fullmatch(action)]
    assert reading
    lacking = [action for action in reading if not permitted([json.dumps(document)], action, "*", {})]
    assert not lacking
