"""What an IPv6 cluster cannot be combined with."""

from collections.abc import Iterator

from oneup.settings.errors import Problem, path
from oneup.settings.instances import instance_type
from oneup.settings.model import AwsSettings


def combined(settings: AwsSettings) -> Iterator[Problem]:
    """EKS chooses the Services' addresses, and nodes give prefixes to pods or nothing."""
    if not settings.network.ipv6:
        return
    if settings.cluster.service_cidr:
        given = settings.cluster.service_cidr
        text = f"{given} is for IPv4, and EKS chooses with network.ipv6; remove one of the two"
        yield Problem("cluster.serviceCidr", text)
    if not settings.cluster.prefix_delegation:
        text = (
            "false leaves pods without addresses, which network.ipv6 gives by prefix; remove one of the two"
        )
        yield Problem("cluster.prefixDelegation", text, text)
    for index, group in enumerate(settings.node_groups):
        for place, name in enumerate(group.instance_types):
            kind = instance_type(name)
            if kind and not kind.nitro:
                text = f"{name} takes no address prefixes, which network.ipv6 needs; choose a newer type"
                yield Problem(path(("nodeGroups", index, "instanceTypes", place)), text)
