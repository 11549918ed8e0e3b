"""What AWS refuses is refused: wrong parameters, and deletes of what is in use."""

import pytest

from tests.up.cloud.cloud import Cloud
from tests.up.cloud.driver import Driver, RefusedError, State

TRUST = '{"Version":"2012-10-17","Statement":[]}'


def network(aws: Driver) -> tuple[State, State, State]:
    vpc = aws.make("aws:ec2/vpc:Vpc", "vpc", cidrBlock="10.0.0.0/16")
    zone, block = "eu-central-1a", "10.0.0.0/24"
    subnet = aws.make("aws:ec2/subnet:Subnet", "subnet", vpcId=vpc.id, cidrBlock=block, availabilityZone=zone)
    group = aws.make("aws:ec2/securityGroup:SecurityGroup", "group", vpcId=vpc.id, description="group")
    return vpc, subnet, group


class TestDelete:
    def test_subnet_and_group_with_an_interface(self, aws: Driver, cloud: Cloud) -> None:
        vpc, subnet, group = network(aws)
        api = cloud.account.api("eu-central-1")
        made = api.call("ec2", "CreateNetworkInterface", {"SubnetId": subnet.id, "Groups": [group.id]})
        for one in (subnet, group, vpc):
            with pytest.raises(RefusedError, match="DependencyViolation"):
                aws.delete(one.urn)
        interface = made["NetworkInterface"]
        assert isinstance(interface, dict)
        api.call("ec2", "DeleteNetworkInterface", {"NetworkInterfaceId": interface["NetworkInterfaceId"]})
        aws.down()

    def test_gateway_and_address_of_a_nat_gateway(self, aws: Driver) -> None:
        vpc, subnet, _ = network(aws)
        gateway = aws.make("aws:ec2/internetGateway:InternetGateway", "internet", vpcId=vpc.id)
        address = aws.make("aws:ec2/eip:Eip", "address", domain="vpc")
        nat = aws.make("aws:ec2/natGateway:NatGateway", "nat", allocationId=address.id, subnetId=subnet.id)
        for one, code in ((gateway, "DependencyViolation"), (address, "InvalidIPAddress.InUse")):
            with pytest.raises(RefusedError, match=code):
                aws.delete(one.urn)
        aws.delete(nat.urn)
        aws.down()

    def test_vpc_with_a_group_gateway_or_endpoint(self, aws: Driver) -> None:
        vpc, subnet, group = network(aws)
        aws.delete(subnet.urn)
        with pytest.raises(RefusedError, match=f"DependencyViolation.*{group.id}"):
            aws.delete(vpc.urn)
        aws.delete(group.urn)
        token = "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway"
        for one in (
            aws.make("aws:ec2/internetGateway:InternetGateway", "internet", vpcId=vpc.id),
            aws.make(token, "egress", vpcId=vpc.id),
            aws.make(
                "aws:ec2/vpcEndpoint:VpcEndpoint",
                "s3",
                vpcId=vpc.id,
                serviceName="com.amazonaws.eu-central-1.s3",
                vpcEndpointType="Gateway",
            ),
        ):
            with pytest.raises(RefusedError, match="DependencyViolation"):
                aws.delete(vpc.urn)
            aws.delete(one.urn)
        aws.delete(vpc.urn)

    def test_group_of_an_endpoint(self, aws: Driver) -> None:
        vpc, subnet, group = network(aws)
        aws.make(
            "aws:ec2/vpcEndpoint:VpcEndpoint",
            "sts",
            vpcId=vpc.id,
            serviceName="com.amazonaws.eu-central-1.sts",
            vpcEndpointType="Interface",
            subnetIds=[subnet.id],
            securityGroupIds=[group.id],
        )
        with pytest.raises(RefusedError, match="DependencyViolation"):
            aws.delete(group.urn)

    def test_role_with_a_policy(self, aws: Driver) -> None:
        role = aws.make("aws:iam/role:Role", "role", name="role", assumeRolePolicy=TRUST)
        token = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
        policy = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"
        aws.make(token, "attachment", role=role.id, policyArn=policy)
        with pytest.raises(RefusedError, match="DeleteConflict"):
            aws.delete(role.urn)

    @pytest.mark.parametrize("versioned", [False, True])
    def test_bucket_with_objects(self, aws: Driver, cloud: Cloud, versioned: bool) -> None:
        api = cloud.account.api("eu-central-1")
        bucket = aws.make("aws:s3/bucket:Bucket", "logs", bucket="oneup-logs", forceDestroy=False)
        if versioned:
            status = {"Status": "Enabled"}
            api.call("s3", "PutBucketVersioning", {"Bucket": bucket.id, "VersioningConfiguration": status})
        api.call("s3", "PutObject", {"Bucket": bucket.id, "Key": "line"})
        if versioned:
            api.call("s3", "DeleteObject", {"Bucket": bucket.id, "Key": "line"})
        with pytest.raises(RefusedError, match="BucketNotEmpty"):
            aws.delete(bucket.urn)
        aws.update(bucket.urn, forceDestroy=True)
        aws.delete(bucket.urn)
        assert "oneup-logs" not in str(api.call("s3", "ListBuckets", {}))

    def test_what_is_gone_is_as_good(self, aws: Driver, cloud: Cloud) -> None:
        bucket = aws.make("aws:s3/bucket:Bucket", "logs", bucket="oneup-logs")
        cloud.account.api("eu-central-1").call("s3", "DeleteBucket", {"Bucket": bucket.id})
        assert aws.read(bucket.urn) is None
        aws.delete(bucket.urn)


class TestCreate:
    def test_block_outside_the_vpc(self, aws: Driver) -> None:
        vpc = aws.make("aws:ec2/vpc:Vpc", "vpc", cidrBlock="10.0.0.0/16")
        with pytest.raises(RefusedError, match=r"creating subnet: CreateSubnet: api error Inv.*\.Range"):
            aws.make("aws:ec2/subnet:Subnet", "subnet", vpcId=vpc.id, cidrBlock="10.1.0.0/24")

    def test_name_twice(self, aws: Driver) -> None:
        aws.make("aws:iam/role:Role", "one", name="role", assumeRolePolicy=TRUST)
        with pytest.raises(RefusedError, match="EntityAlreadyExists"):
            aws.make("aws:iam/role:Role", "two", name="role", assumeRolePolicy=TRUST)

    def test_policy_that_aws_does_not_have(self, aws: Driver) -> None:
        role = aws.make("aws:iam/role:Role", "role", name="role", assumeRolePolicy=TRUST)
        token = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
        with pytest.raises(RefusedError, match="NoSuchEntity"):
            aws.make(
                token, "attachment", role=role.id, policyArn="arn:aws:iam::aws:policy/AmazonEKSClusterPolcy"
            )

    def test_wrong_parameter(self, aws: Driver) -> None:
        with pytest.raises(RefusedError, match="'HOURLY' is none of FIFTEEN_MINUTES"):
            aws.make(
                "aws:guardduty/detector:Detector", "guard", enable=True, findingPublishingFrequency="HOURLY"
            )

    def test_input_that_the_type_has_not(self, aws: Driver) -> None:
        with pytest.raises(RefusedError, match="cidr: aws:ec2/vpc:Vpc has no such input"):
            aws.make("aws:ec2/vpc:Vpc", "vpc", cidr="10.0.0.0/16")

    def test_input_that_no_call_takes(self, aws: Driver) -> None:
        with pytest.raises(RefusedError, match="no call takes deliveryPolicy"):
            aws.make("aws:sns/topic:Topic", "topic", name="topic", deliveryPolicy="{}")

    def test_type_that_is_not_known(self, aws: Driver) -> None:
        with pytest.raises(RefusedError, match="does not know aws:rds/instance:Instance: add it to"):
            aws.make("aws:rds/instance:Instance", "database")
