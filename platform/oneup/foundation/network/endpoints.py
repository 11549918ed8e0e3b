"""VPC endpoints for AWS services."""

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from oneup.foundation.network.zone import Vpc, Zone


def create_endpoints(vpc: Vpc, zones: Sequence[Zone]) -> tuple[pulumi.Resource, ...]:
    """The free S3 gateway endpoint, and the interface endpoints of the settings."""
    services = vpc.account.settings.interface_endpoints
    return (_s3(vpc, zones), *(_interfaces(vpc, zones, services) if services else ()))


def _s3(vpc: Vpc, zones: Sequence[Zone]) -> pulumi.Resource:
    """Images of ECR and EKS addons are stored in S3: pulling them needs no NAT."""
    tables = [table.id for zone in zones for table in (zone.private_routes, zone.isolated_routes)]
    return aws.ec2.VpcEndpoint(
        "s3-gateway",
        vpc_id=vpc.id,
        service_name=_service(vpc, "s3"),
        vpc_endpoint_type="Gateway",
        route_table_ids=tables,
        tags={"Name": f"{vpc.account.name}-s3"},
        opts=vpc.options(),
    )


def _interfaces(vpc: Vpc, zones: Sequence[Zone], services: Sequence[str]) -> tuple[pulumi.Resource, ...]:
    """One endpoint per service, in every private subnet, with one security group."""
    group = aws.ec2.SecurityGroup(
        "endpoints",
        vpc_id=vpc.id,
        description="Interface endpoints",
        tags={"Name": f"{vpc.account.name}-endpoints"},
        opts=vpc.options(),
    )
    rule = aws.vpc.SecurityGroupIngressRule(
        "endpoints-https-from-vpc",
        security_group_id=group.id,
        description="HTTPS from inside the VPC",
        cidr_ipv4=vpc.account.settings.network.cidr,
        ip_protocol="tcp",
        from_port=443,
        to_port=443,
        tags={"Name": f"{vpc.account.name}-endpoints-https-from-vpc"},
        opts=vpc.options(),
    )
    over_ipv6 = _over_ipv6(vpc, group, vpc.ipv6_block) if vpc.ipv6_block is not None else ()
    endpoints = (
        aws.ec2.VpcEndpoint(
            service,
            vpc_id=vpc.id,
            service_name=_service(vpc, service),
            vpc_endpoint_type="Interface",
            private_dns_enabled=True,
            subnet_ids=[zone.private.id for zone in zones],
            security_group_ids=[group.id],
            tags={"Name": f"{vpc.account.name}-{service}"},
            opts=vpc.options(),
        )
        for service in services
    )
    return (rule, *over_ipv6, *endpoints)


def _over_ipv6(
    vpc: Vpc, group: aws.ec2.SecurityGroup, block: pulumi.Output[str]
) -> tuple[pulumi.Resource, ...]:
    """The same ingress rule over IPv6, for pods without IPv4 addresses."""
    name = "endpoints-https-from-vpc-over-ipv6"
    rule = aws.vpc.SecurityGroupIngressRule(
        name,
        security_group_id=group.id,
        description="HTTPS from inside the VPC, over IPv6",
        cidr_ipv6=block,
        ip_protocol="tcp",
        from_port=443,
        to_port=443,
        tags={"Name": f"{vpc.account.name}-{name}"},
        opts=vpc.options(),
    )
    return (rule,)


def _service(vpc: Vpc, name: str) -> str:
    return f"com.amazonaws.{vpc.account.aws.region}.{name}"
