"""IAM enforced: who signs is held to his policies, as AWS reads them."""

import json

import pytest

from oneup.plan import Json, Plan
from tests.unit.up.conftest import NUMBER
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
        ("lacking", "said"), [("iam:PassRole", "iam:PassRole"), ("eks:Create*", "eks:CreateCluster")]
    )
    def test_lacks_an_action(self, staging: Plan, cloud: Cloud, lacking: str, said: str) -> None:
        with signed(cloud, without(policy(staging, "delivery-deploy"), lacking)) as driver:
            self.role(driver)
            role: Json = f"arn:aws:iam::{NUMBER}:role/oneup-staging-a"
            with pytest.raises(RefusedError, match=f"not authorized to perform: {said}"):
                driver.make(
                    "aws:eks/cluster:Cluster", "c", name="c", roleArn=role, vpcConfig={"subnetIds": []}
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
    return json.dumps({"Statement": [{"Effect": effect, **rest}]})


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
