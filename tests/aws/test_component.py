"""The cluster's component: its options, and what it makes of them."""

import base64
import json
from collections.abc import Iterator
from typing import cast

import pytest

from oneup.plan import Json, JsonMap, Plan
from tests.aws.conftest import NUMBER
from tests.up.cloud.cloud import Cloud
from tests.up.cloud.component import CLUSTER, UnknownOptionError, cluster_inputs, judge
from tests.up.cloud.driver import Driver, RefusedError, State, provider
from tests.up.cloud.simulated.eks import local_api

TRUST = '{"Version":"2012-10-17","Statement":[]}'
ROLE = f"arn:aws:iam::{NUMBER}:role/control-plane"


@pytest.fixture
def options(staging: Plan) -> dict[str, Json]:
    return dict(staging.of_type(CLUSTER)[0].inputs)


class TestOptions:
    def test_of_the_program_are_known(self, options: dict[str, Json]) -> None:
        judge(CLUSTER, options)

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"skipDefaultNodeGroup": False}, "skipDefaultNodeGroup: False"),
            ({"corednsAddonOptions": {"enabled": True}}, "corednsAddonOptions"),
            ({"fargate": True}, "fargate: True"),
            ({"useDefaultVpcCni": None}, "expects useDefaultVpcCni"),
        ],
    )
    def test_that_make_something_else(self, options: dict[str, Json], changes: JsonMap, said: str) -> None:
        with pytest.raises(UnknownOptionError, match=said):
            judge(CLUSTER, {**options, **changes})

    def test_reach_the_cluster(self, options: dict[str, Json]) -> None:
        made = cluster_inputs("cluster", options, ROLE)
        assert made["deletionProtection"] == options["deletionProtection"]
        assert made["enabledClusterLogTypes"] == options["enabledClusterLogTypes"]
        assert made["upgradePolicy"] == options["upgradePolicy"]
        assert made["encryptionConfig"] == {
            "provider": {"keyArn": options["encryptionConfigKeyArn"]},
            "resources": ["secrets"],
        }
        network = cast("JsonMap", made["vpcConfig"])
        assert network["publicAccessCidrs"] == options["publicAccessCidrs"]
        assert made["roleArn"] == ROLE

    def test_of_ipv6(self, options: dict[str, Json]) -> None:
        made = cluster_inputs("cluster", {**options, "ipFamily": "ipv6"}, ROLE)
        assert made["kubernetesNetworkConfig"] == {"ipFamily": "ipv6"}


@pytest.fixture
def subnets(aws: Driver) -> Iterator[list[State]]:
    vpc = aws.make("aws:ec2/vpc:Vpc", "vpc", cidrBlock="10.0.0.0/16")
    aws.make("aws:iam/role:Role", "control-plane", name="control-plane", assumeRolePolicy=TRUST)
    yield [
        aws.make(
            "aws:ec2/subnet:Subnet",
            zone,
            vpcId=vpc.id,
            availabilityZone=zone,
            cidrBlock=f"10.0.{place}.0/24",
        )
        for place, zone in enumerate(("eu-central-1a", "eu-central-1b"))
    ]
    local_api.clear()


def cluster(aws: Driver, subnets: list[State], **inputs: Json) -> State:
    network: Json = {"subnetIds": [subnet.id for subnet in subnets]}
    return aws.make("aws:eks/cluster:Cluster", "c", name="c", roleArn=ROLE, vpcConfig=network, **inputs)


class TestCluster:
    def test_stands_in_its_subnets(self, aws: Driver, subnets: list[State]) -> None:
        made = cluster(aws, subnets)
        with pytest.raises(RefusedError, match="DependencyViolation"):
            aws.delete(subnets[0].urn)
        aws.delete(made.urn)
        aws.delete(subnets[0].urn)

    def test_has_the_local_api(self, aws: Driver, subnets: list[State], cloud: Cloud) -> None:
        certificate = base64.b64encode(b"certificate").decode()
        cloud.account.local_api("https://127.0.0.1:6443", certificate)
        made = cluster(aws, subnets)
        assert made.outputs["endpoint"] == "https://127.0.0.1:6443"
        assert made.outputs["certificateAuthority"] == {"data": certificate}

    def test_is_protected(self, aws: Driver, subnets: list[State]) -> None:
        made = cluster(aws, subnets, deletionProtection=True)
        with pytest.raises(RefusedError, match="deletion protection"):
            aws.delete(made.urn)
        aws.update(made.urn, deletionProtection=False)
        aws.delete(made.urn)

    def test_keeps_its_security_group_in_a_preview(self, aws: Driver, subnets: list[State]) -> None:
        made = cluster(aws, subnets, deletionProtection=True)
        group = cast("JsonMap", made.outputs["vpcConfig"])["clusterSecurityGroupId"]
        for change in ({"deletionProtection": False}, {"vpcConfig": {"subnetIds": [subnets[0].id]}}):
            known = aws.foresee_change(made.urn, **change)
            assert cast("JsonMap", known["vpcConfig"])["clusterSecurityGroupId"] == group

    def test_version_goes_up_by_one(self, aws: Driver, subnets: list[State]) -> None:
        made = cluster(aws, subnets, version="1.35")
        aws.update(made.urn, version="1.36")
        for version in ("1.38", "1.35"):
            with pytest.raises(RefusedError, match="Unsupported Kubernetes minor version"):
                aws.update(made.urn, version=version)

    def test_wants_two_zones(self, aws: Driver, subnets: list[State]) -> None:
        with pytest.raises(RefusedError, match="at least two different AZs"):
            cluster(aws, subnets[:1])

    def test_entry_for_nobody(self, aws: Driver, subnets: list[State]) -> None:
        cluster(aws, subnets)
        nobody = f"arn:aws:iam::{NUMBER}:role/nobody"
        with pytest.raises(RefusedError, match="does not exist"):
            aws.make("aws:eks/accessEntry:AccessEntry", "nobody", clusterName="c", principalArn=nobody)

    def test_addon_configured_by_no_json(self, aws: Driver, subnets: list[State]) -> None:
        cluster(aws, subnets)
        with pytest.raises(RefusedError, match="not in JSON"):
            aws.make(
                "aws:eks/addon:Addon", "cni", clusterName="c", addonName="vpc-cni", configurationValues="{"
            )


def test_kubeconfig(staging: Plan, cloud: Cloud) -> None:
    """The component's outputs, by a plan's own options on a network of the test's."""
    with Driver(cloud) as driver:
        driver.configure("aws", provider(NUMBER))
        vpc = driver.make("aws:ec2/vpc:Vpc", "vpc", cidrBlock="10.0.0.0/16")
        role = driver.make("aws:iam/role:Role", "role", name="control-plane", assumeRolePolicy=TRUST)
        made = [
            driver.make(
                "aws:ec2/subnet:Subnet", zone, vpcId=vpc.id, availabilityZone=zone, cidrBlock=block
            ).id
            for zone, block in (("eu-central-1a", "10.0.1.0/24"), ("eu-central-1b", "10.0.2.0/24"))
        ]
        planned = staging.of_type(CLUSTER)[0]
        outputs = driver.construct(
            planned, {**planned.inputs, "serviceRole": role.urn, "subnetIds": list(made)}
        )
        config = json.loads(str(outputs["kubeconfigJson"]))
        assert config == outputs["kubeconfig"]
        assert config["users"][0]["user"]["exec"]["args"][:3] == ["--region", "eu-central-1", "eks"]
        issuer = str(outputs["oidcIssuer"])
        assert outputs["oidcProviderArn"] == f"arn:aws:iam::{NUMBER}:oidc-provider/{issuer}"
        assert str(outputs["clusterSecurityGroupId"]).startswith("sg-")
