"""The subnets and routes of one zone.

Everything here is named after its zone, so that adding a zone changes no other zone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv6Network
from typing import Final, Literal

import pulumi
import pulumi_aws as aws

from oneup.foundation.account import Account
from oneup.settings.subnets import ZoneSubnets

Tier = Literal["public", "private", "isolated"]

DISCOVERY_TAG: Final = "karpenter.sh/discovery"
"""Karpenter discovers subnets by this tag."""


IPV6_TIERS: Final[Mapping[Tier, int]] = {"public": 0, "private": 16, "isolated": 32}
"""Index of each tier's first /64 block among the VPC's 256."""


@dataclass(frozen=True)
class Vpc:
    """The VPC of the zones."""

    account: Account
    id: pulumi.Output[str]
    parent: pulumi.Resource
    ipv6_block: pulumi.Output[str] | None = None
    """The VPC's /56 IPv6 block from Amazon, if it has IPv6."""

    def options(self, depends_on: list[pulumi.Resource] | None = None) -> pulumi.ResourceOptions:
        """Options of a resource of the network."""
        return pulumi.ResourceOptions(parent=self.parent, depends_on=depends_on or [])


@dataclass(frozen=True)
class Zone:
    """One zone's subnets and route tables."""

    name: str
    public: aws.ec2.Subnet
    private: aws.ec2.Subnet
    isolated: aws.ec2.Subnet
    private_routes: aws.ec2.RouteTable
    isolated_routes: aws.ec2.RouteTable
    associations: Mapping[Tier, pulumi.Resource]
    """The route table association of each subnet."""


def create_zone(vpc: Vpc, plan: ZoneSubnets, public_routes: aws.ec2.RouteTable) -> Zone:
    """Create the zone's subnets; the private and the isolated one have their own route tables."""
    zone = plan.zone
    public = _subnet(vpc, "public", zone, plan.public)
    private = _subnet(vpc, "private", zone, plan.private)
    isolated = _subnet(vpc, "isolated", zone, plan.isolated)
    private_routes = route_table(vpc, f"private-{zone}")
    isolated_routes = route_table(vpc, f"isolated-{zone}")
    associations: dict[Tier, pulumi.Resource] = {
        "public": _associate(vpc, f"public-{zone}", public, public_routes),
        "private": _associate(vpc, f"private-{zone}", private, private_routes),
        "isolated": _associate(vpc, f"isolated-{zone}", isolated, isolated_routes),
    }
    return Zone(zone, public, private, isolated, private_routes, isolated_routes, associations)


def create_nat_gateway(vpc: Vpc, zone: Zone, way_out: pulumi.Resource) -> aws.ec2.NatGateway:
    """A NAT gateway in the zone's public subnet; it depends on the public default route."""
    name = f"nat-{zone.name}"
    names = {"Name": f"{vpc.account.name}-{name}"}
    address = aws.ec2.Eip(name, domain="vpc", tags=names, opts=vpc.options([way_out]))
    return aws.ec2.NatGateway(
        name,
        allocation_id=address.id,
        subnet_id=zone.public.id,
        tags=names,
        opts=vpc.options([way_out, zone.associations["public"]]),
    )


def route_through_nat(vpc: Vpc, zone: Zone, nat: aws.ec2.NatGateway) -> aws.ec2.Route:
    """The private subnet's default route."""
    return aws.ec2.Route(
        f"private-{zone.name}",
        route_table_id=zone.private_routes.id,
        destination_cidr_block="0.0.0.0/0",
        nat_gateway_id=nat.id,
        opts=vpc.options(),
    )


def route_table(vpc: Vpc, name: str) -> aws.ec2.RouteTable:
    """A route table without inline routes; each route is a resource."""
    return aws.ec2.RouteTable(
        name, vpc_id=vpc.id, tags={"Name": f"{vpc.account.name}-{name}"}, opts=vpc.options()
    )


def _subnet(vpc: Vpc, tier: Tier, zone: str, cidr: str) -> aws.ec2.Subnet:
    """A subnet; it never assigns public addresses at launch."""
    name = f"{tier}-{zone}"
    return aws.ec2.Subnet(
        name,
        vpc_id=vpc.id,
        availability_zone=zone,
        cidr_block=cidr,
        map_public_ip_on_launch=False,
        ipv6_cidr_block=ipv6_subnet(vpc, tier, zone),
        assign_ipv6_address_on_creation=True if vpc.ipv6_block is not None else None,
        tags={"Name": f"{vpc.account.name}-{name}", **_discovery(vpc.account.name, tier)},
        opts=vpc.options(),
    )


def ipv6_subnet(vpc: Vpc, tier: Tier, zone: str) -> pulumi.Output[str] | None:
    """The subnet's /64 block, by tier and position of the zone, independent of the number of zones."""
    if vpc.ipv6_block is None:
        return None
    place = IPV6_TIERS[tier] + vpc.account.settings.network.zones.index(zone)
    return vpc.ipv6_block.apply(lambda block: str(list(IPv6Network(block).subnets(new_prefix=64))[place]))


def _discovery(cluster: str, tier: Tier) -> Mapping[str, str]:
    """The tags by which the load balancer controller and Karpenter find their subnets."""
    tags: dict[Tier, Mapping[str, str]] = {
        "public": {"kubernetes.io/role/elb": "1"},
        "private": {"kubernetes.io/role/internal-elb": "1", DISCOVERY_TAG: cluster},
        "isolated": {},
    }
    return tags[tier]


def _associate(
    vpc: Vpc, name: str, subnet: aws.ec2.Subnet, table: aws.ec2.RouteTable
) -> aws.ec2.RouteTableAssociation:
    return aws.ec2.RouteTableAssociation(
        name, subnet_id=subnet.id, route_table_id=table.id, opts=vpc.options()
    )
