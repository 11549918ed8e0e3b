"""Ways to Services from outside: balancers, and addresses where no cloud gives them."""

from typing import ClassVar

from oneup.settings.addons.switch import AwsOnly, ExistingOnly
from oneup.settings.formats.address import Cidr


class LoadBalancerController(AwsOnly):
    """The AWS load balancer controller."""

    in_auto_mode: ClassVar[bool] = False


class MetalLb(ExistingOnly):
    """Addresses that MetalLB gives to Services of type LoadBalancer, announced by ARP."""

    reason: ClassVar[str] = (
        "MetalLB announces addresses by ARP, which a VPC ignores, and on AWS load balancers give them"
    )

    pools: tuple[Cidr, ...] = ()
    """Blocks of free addresses in the nodes' own network."""
