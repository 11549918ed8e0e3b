"""Availability zones."""

from collections.abc import Iterator
from typing import Final

from oneup.settings.checks.surviving import repeated, surviving
from oneup.settings.errors import Problem, listed, path
from oneup.settings.model import AwsSettings
from oneup.settings.nodes import NodeGroup
from oneup.settings.shape import Path

_FEWEST: Final = 2
"""EKS spreads its control plane over subnets of two zones at least."""


def of_the_region(settings: AwsSettings) -> Iterator[Problem]:
    """A zone lies in the stack's region."""
    region = settings.aws.region
    for index, zone in enumerate(settings.network.zones):
        if zone[:-1] != region:
            text = f"{zone} is not in {region} (aws.region); did you mean {region}{zone[-1]}?"
            yield Problem(path(("network", "zones", index)), text)


def enough(settings: AwsSettings) -> Iterator[Problem]:
    """Two zones or more, each once."""
    zones = settings.network.zones
    yield from repeated(("network", "zones"), zones)
    if len(set(zones)) < _FEWEST:
        yield Problem(
            "network.zones", f"names {len(set(zones))} of the {_FEWEST} zones that EKS needs; add more"
        )


def of_the_groups(settings: AwsSettings) -> Iterator[Problem]:
    """A group's zones are the network's."""
    for index, group in enumerate(settings.node_groups):
        yield from surviving(_of_group(settings, ("nodeGroups", index, "zones"), group))


def _of_group(settings: AwsSettings, key: Path, group: NodeGroup) -> Iterator[Problem]:
    if group.zones is None:
        return
    if not group.zones:
        yield Problem(path(key), "is empty; name a zone, or remove the key for all of the network's")
    yield from repeated(key, group.zones)
    for index, zone in enumerate(group.zones):
        if zone not in settings.network.zones:
            text = f"{zone} is not in network.zones ({listed(settings.network.zones)}); name one of these"
            yield Problem(path((*key, index)), text)
