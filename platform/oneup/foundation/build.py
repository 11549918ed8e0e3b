"""Builds the foundation that a stack names."""

from oneup.foundation.handle import Handle
from oneup.settings.model import Settings


def build(settings: Settings) -> Handle:
    """Make the network, cluster, nodes and identity on AWS, or take the cluster that exists."""
    raise NotImplementedError(settings)
