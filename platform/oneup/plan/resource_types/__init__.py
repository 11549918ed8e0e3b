"""What is known of each resource type: one entry per type, in a module per topic."""

from collections.abc import Mapping
from typing import Final

from oneup.plan.resource_types import cluster, edge, identity, kubernetes, monitoring, network, storage
from oneup.plan.resource_types.resource_type import ResourceType

RESOURCE_TYPES: Final[Mapping[str, ResourceType]] = {
    entry.token: entry
    for topic in (network, cluster, identity, storage, monitoring, edge)
    for entry in topic.TYPES
}
"""The types of AWS and of pulumi-eks, by their tokens."""


def resource_type(token: str) -> ResourceType | None:
    """The entry of a type; None for components, providers and types that have none."""
    if token.startswith(kubernetes.PREFIX):
        return kubernetes.kubernetes_type(token)
    return RESOURCE_TYPES.get(token)
