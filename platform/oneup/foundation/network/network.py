"""The network of a stack."""

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

import pulumi
import pulumi_aws as aws

from oneup.foundation.account import Account
from oneup.foundation.network.endpoints import create_endpoints
from oneup.foundation.network.flow_logs import create_flow_logs
from oneup.foundation.network.zone import (
    Tier,
    Vpc,
    Zone,
    create_nat_gateway,
    create_zone,
    route_table,
    route_through_nat,
)
from oneup.settings.network import Nat
from oneup.settings.subnets import plan_subnets

Gateways: TypeAlias = Mapping[str, aws.ec2.NatGateway]

NODE_TIERS: Final[tuple[Tier, ...]] = ("public", "private")
"""The subnet tiers that nodes and load balancers use."""


class Network(pulumi.ComponentResource):
    """A VPC with public, private and isolated subnets in every zone.

    Public subnets hold load balancers and NAT gateways and nothing else.
    """

    vpc_id: pulumi.Output[str]
    ipv6_block: pulumi.Output[str] | None
    zones: tuple[Zone, ...]
    """In the order of the settings."""

    nat_gateways: Gateways
    """The NAT gateways by their zone."""

    egress_resources: tuple[pulumi.Resource, ...]
    """What nodes need to reach AWS, registries and the control plane, until they are
    deleted: route table associations, routes and endpoints."""

    def __init__(self, account: Account, key: pulumi.Output[str]) -> None:
        """Create the network; log groups are encrypted with the key."""
        options = pulumi.ResourceOptions(providers={"aws": account.provider})
        super().__init__("oneup:platform:Network", "network", None, options)
        settings = account.settings.network
        vpc = self._vpc(account)
        self.vpc_id, self.ipv6_block = vpc.id, vpc.ipv6_block
        public_routes = route_table(vpc, "public")
        internet = self._internet(vpc, public_routes)
        plan = plan_subnets(settings.cidr, settings.zones)
        self.zones = tuple(create_zone(vpc, zone, public_routes) for zone in plan.zones)
        self.gateways, used = self._gateways(vpc, internet)
        over_ipv6 = self._ipv6_routes(vpc)
        routes = tuple(route_through_nat(vpc, zone, used[zone.name]) for zone in self.zones if used)
        joined = tuple(zone.associations[tier] for zone in self.zones for tier in NODE_TIERS)
        self.ways_out = (internet, *joined, *routes, *over_ipv6, *create_endpoints(vpc, self.zones))
        if settings.flow_logs:
            create_flow_logs(vpc, settings.flow_logs, key)
        self.register_outputs({})

    def private_subnets(self, zones: Sequence[str] | None = None) -> list[pulumi.Output[str]]:
        """Ids of the private subnets of these zones, or of all."""
        return [zone.private.id for zone in self.zones if zones is None or zone.name in zones]

    def _vpc(self, account: Account) -> Vpc:
        names, ipv6 = {"Name": account.name}, account.settings.network.ipv6
        made = aws.ec2.Vpc(
            "vpc",
            cidr_block=account.settings.network.cidr,
            assign_generated_ipv6_cidr_block=True if ipv6 else None,
            enable_dns_hostnames=True,
            enable_dns_support=True,
            tags=names,
            opts=pulumi.ResourceOptions(parent=self, protect=account.protect),
        )
        vpc = Vpc(account, made.id, self, made.ipv6_cidr_block if ipv6 else None)
        # Managed without rules, so that resources without an explicit security group get no access.
        aws.ec2.DefaultSecurityGroup(
            "default", vpc_id=vpc.id, tags={"Name": f"{account.name}-default-unused"}, opts=vpc.options()
        )
        return vpc

    def _internet(self, vpc: Vpc, public_routes: aws.ec2.RouteTable) -> aws.ec2.Route:
        """The public subnets' default route."""
        gateway = aws.ec2.InternetGateway(
            "internet", vpc_id=vpc.id, tags={"Name": vpc.account.name}, opts=vpc.options()
        )
        if vpc.ipv6_block is not None:
            aws.ec2.Route(
                "public-ipv6",
                route_table_id=public_routes.id,
                destination_ipv6_cidr_block="::/0",
                gateway_id=gateway.id,
                opts=vpc.options(),
            )
        return aws.ec2.Route(
            "public",
            route_table_id=public_routes.id,
            destination_cidr_block="0.0.0.0/0",
            gateway_id=gateway.id,
            opts=vpc.options(),
        )

    def _ipv6_routes(self, vpc: Vpc) -> tuple[pulumi.Resource, ...]:
        """The private subnets' IPv6 egress, through an egress-only internet gateway."""
        if vpc.ipv6_block is None:
            return ()
        gateway = aws.ec2.EgressOnlyInternetGateway(
            "egress-ipv6", vpc_id=vpc.id, tags={"Name": f"{vpc.account.name}-egress-ipv6"}, opts=vpc.options()
        )
        return tuple(
            aws.ec2.Route(
                f"private-{zone.name}-ipv6",
                route_table_id=zone.private_routes.id,
                destination_ipv6_cidr_block="::/0",
                egress_only_gateway_id=gateway.id,
                opts=vpc.options(),
            )
            for zone in self.zones
        )

    def _gateways(self, vpc: Vpc, internet: aws.ec2.Route) -> tuple[Gateways, Gateways]:
        """The NAT gateways by their own zone, and by each zone that uses them."""
        match vpc.account.settings.network.nat:
            case Nat.NONE:
                return {}, {}
            case Nat.SINGLE:
                shared = create_nat_gateway(vpc, self.zones[0], internet)
                return {self.zones[0].name: shared}, {zone.name: shared for zone in self.zones}
            case Nat.PER_ZONE:
                each = {zone.name: create_nat_gateway(vpc, zone, internet) for zone in self.zones}
                return each, each
