"""What the nodes can hold."""

from collections.abc import Iterator
from typing import Final

from oneup.settings.errors import Problem, path
from oneup.settings.instances import InstanceType, instance_type
from oneup.settings.model import AwsSettings

_SYSTEM_PODS: Final = 5
"""On every node: aws-node, kube-proxy, the EBS driver, the pod identity and node monitoring agents."""

_FEWEST_PODS: Final = _SYSTEM_PODS + 3


def _types(settings: AwsSettings) -> Iterator[tuple[str, str]]:
    """Each instance type with the key where it is named."""
    for index, group in enumerate(settings.node_groups):
        for place, name in enumerate(group.instance_types):
            yield path(("nodeGroups", index, "instanceTypes", place)), name


def pods(settings: AwsSettings) -> Iterator[Problem]:
    """A node holds more than the system's own pods."""
    delegated = settings.cluster.prefix_delegation
    for key, name in _types(settings):
        kind = instance_type(name)
        holds = kind.pods(prefix_delegation=delegated) if kind else _FEWEST_PODS
        if kind and holds < _FEWEST_PODS:
            few = f"{name} holds {holds} pods, and the system has {_SYSTEM_PODS} on every node"
            yield Problem(key, f"{few}; {_way_out(kind)}")


def _way_out(kind: InstanceType) -> str:
    if not kind.nitro:
        return f"{kind.name} takes no address prefixes, so choose a larger type, such as t3.medium"
    lifted = kind.pods(prefix_delegation=True)
    return f"set cluster.prefixDelegation: true ({lifted} pods), or choose a larger type, such as t3.medium"


def not_counted(settings: AwsSettings) -> Iterator[Problem]:
    """A type that is not in the table is used as it is."""
    for key, name in _types(settings):
        if instance_type(name) is None:
            text = f"{name} is not in oneup's table of instance types: what it can hold is not counted"
            yield Problem(key, text)
