"""The ways out of private subnets."""

from collections.abc import Iterator
from typing import Final

from oneup.settings.addons.places import enabled_addons
from oneup.settings.checks.surviving import repeated
from oneup.settings.errors import Problem, listed
from oneup.settings.model import AwsSettings
from oneup.settings.network import Nat

NODES_NEED: Final = ("ecr.api", "ecr.dkr", "ec2", "sts")
"""Without a way to these no node joins and no controller gets its credentials."""

ADDONS_NEED: Final = {"aws_load_balancer_controller": ("elasticloadbalancing",)}
"""What an addon calls beside that, by its field."""


def repeated_endpoints(settings: AwsSettings) -> Iterator[Problem]:
    """One endpoint of a service."""
    yield from repeated(("network", "interfaceEndpoints"), settings.network.interface_endpoints)


def without_nat(settings: AwsSettings) -> Iterator[Problem]:
    """Without NAT, AWS is reached through endpoints or not at all."""
    network = settings.network
    if network.nat is not Nat.NONE:
        return
    credentials = ("eks-auth",) if settings.cluster.identity == "podIdentity" else ()
    addons = [name for field in enabled_addons(settings) for name in ADDONS_NEED.get(field, ())]
    lacking = [
        name for name in (*NODES_NEED, *credentials, *addons) if name not in network.interface_endpoints
    ]
    if lacking:
        text = f"lacks {listed(lacking)}, and nodes have no other way there (network.nat is none); add them"
        yield Problem("network.interfaceEndpoints", text)


def images_from_elsewhere(settings: AwsSettings) -> Iterator[Problem]:
    """Most charts name images of public registries."""
    if settings.network.nat is Nat.NONE:
        text = "none leaves nodes only ECR to pull images from; mirror every image there"
        yield Problem("network.nat", text)
