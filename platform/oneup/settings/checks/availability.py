"""What stays up when a zone, a node or a human fails."""

from collections.abc import Iterator

from oneup.settings.errors import Problem, path
from oneup.settings.model import AwsSettings, Settings
from oneup.settings.network import Nat


def interruptible_only(settings: AwsSettings) -> Iterator[Problem]:
    """The platform's own controllers need nodes that are not taken away."""
    if settings.node_groups and all(group.capacity == "SPOT" for group in settings.node_groups):
        text = "are all SPOT, and AWS may take all of them at once; add a group with capacity: ON_DEMAND"
        yield Problem("nodeGroups", text)


def single_replicas(settings: Settings) -> Iterator[Problem]:
    """One replica of each controller does not survive its node."""
    if settings.environment == "production" and settings.availability == "single":
        text = "single runs one replica of each controller in production; high runs two or more"
        yield Problem("availability", text)


def one_way_out(settings: AwsSettings) -> Iterator[Problem]:
    """With one NAT gateway a zone takes the others' way out with it."""
    if settings.availability == "high" and settings.network.nat is Nat.SINGLE:
        text = "single lets the zone of the one NAT gateway take every way out with it; per-zone does not"
        yield Problem("network.nat", text)


def unprotected(settings: AwsSettings) -> Iterator[Problem]:
    """Protection goes off for the one deployment that takes the platform down."""
    if settings.environment == "production" and not settings.cluster.deletion_protection:
        yield Problem("cluster.deletionProtection", "is off, so a slip can delete the production cluster")


def few_spot_types(settings: AwsSettings) -> Iterator[Problem]:
    """Spot capacity of one type runs out often."""
    for index, group in enumerate(settings.node_groups):
        if group.capacity == "SPOT" and len(group.instance_types) == 1:
            only = group.instance_types[0]
            text = f"{only} alone is interrupted more often; name several types of its size"
            yield Problem(path(("nodeGroups", index, "instanceTypes")), text)
