"""Whether the subnets have the addresses that nodes and pods take."""

import pytest

from oneup.installation import select
from oneup.installation.addresses import AddressUsage, address_shortage, address_usage
from oneup.installation.choose import SelectionError
from oneup.outputs import capacity
from oneup.plan import Json
from oneup.settings.model import AwsSettings
from tests.support.stacks import settings


def on_aws(**changes: Json) -> AwsSettings:
    found = settings("staging", **changes)
    assert isinstance(found, AwsSettings)
    return found


def delegated(*, on: bool) -> AwsSettings:
    return on_aws(cluster={"prefixDelegation": on})


def test_pods_take_whole_prefixes_where_nodes_get_prefixes() -> None:
    # Three zones, six nodes: two in each, with 17 pods and so two prefixes of 16 each.
    found = address_usage(delegated(on=True), 6 * 17, 6)
    assert found
    assert found.asked == 2 * (1 + 32)


def test_pods_take_an_address_each_where_they_do_not() -> None:
    found = address_usage(delegated(on=False), 6 * 17, 6)
    assert found
    assert found.asked == 2 * (1 + 17)


def test_what_others_take_of_a_subnet_is_not_free() -> None:
    few = address_usage(on_aws(network={"interfaceEndpoints": []}), 10, 3)
    more = address_usage(on_aws(network={"interfaceEndpoints": ["sts", "ec2"]}), 10, 3)
    assert few and more
    assert few.free - more.free == 2
    # A sixteenth of 10.0.0.0/16 for each zone's private subnet, or more.
    assert 4000 < few.free < 8192


def test_addresses_of_ipv6_do_not_end() -> None:
    stack = on_aws(network={"ipv6": True})
    assert address_usage(stack, 10_000, 100) is None
    assert list(address_shortage(stack, 10_000, 100)) == []


SMALL: dict[str, Json] = {
    "network": {"cidr": "10.0.0.0/22", "interfaceEndpoints": []},
    "nodeGroups": [
        {"name": "all", "instanceTypes": ["m6i.large"], "minSize": 3, "desiredSize": 6, "maxSize": 90}
    ],
}


def test_a_network_that_is_too_small_is_refused_with_the_numbers() -> None:
    with pytest.raises(
        SelectionError, match=r"on 90 nodes require \d+ addresses .* has \d+: use a larger network.cidr"
    ):
        select(on_aws(**SMALL))


def test_what_fits_is_shown() -> None:
    stack = on_aws()
    shown = capacity(stack, select(stack))
    assert any("addresses in the most used zone" in line for line in shown)
    assert AddressUsage(3, 4).line == "3 of 4 addresses in the most used zone"
