"""Who may reach the Kubernetes API."""

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Final

from oneup.settings.checks.addresses import PRIVATE
from oneup.settings.checks.surviving import repeated
from oneup.settings.errors import Problem, path
from oneup.settings.model import AwsSettings

_LIST: Final = ("cluster", "endpoint", "allowedCidrs")
_MOST_ALLOWED: Final = 40
_WIDEST_ALLOWED: Final = 8
"""A wider block is no allow-list, whatever its number."""

_NEVER_OUTSIDE: Final = (
    *PRIVATE,
    *(IPv4Network(block) for block in ("100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16")),
)


def reachable(settings: AwsSettings) -> Iterator[Problem]:
    """Somebody must be able to reach the API."""
    endpoint = settings.cluster.endpoint
    if not endpoint.public and not endpoint.private:
        text = "is neither public nor private, so nothing reaches the API; set private: true"
        yield Problem("cluster.endpoint", text)


def closed_to_nodes(settings: AwsSettings) -> Iterator[Problem]:
    """Without the private endpoint nodes come from outside, with addresses that no list holds."""
    endpoint = settings.cluster.endpoint
    if endpoint.public and not endpoint.private and endpoint.allowed_cidrs:
        text = "false leaves the nodes only the public endpoint, and allowedCidrs closes that; set it to true"
        yield Problem("cluster.endpoint.private", text)


def allow_list(settings: AwsSettings) -> Iterator[Problem]:
    """The list holds what EKS takes, and has an effect."""
    endpoint = settings.cluster.endpoint
    if endpoint.allowed_cidrs and not endpoint.public and endpoint.private:
        text = "has no effect, because the endpoint is not public; remove it"
        yield Problem(path(_LIST), text)
    if len(endpoint.allowed_cidrs) > _MOST_ALLOWED:
        count = len(endpoint.allowed_cidrs)
        yield Problem(path(_LIST), f"has {count} blocks; EKS takes at most {_MOST_ALLOWED}")
    yield from repeated(_LIST, endpoint.allowed_cidrs)
    for index, cidr in enumerate(endpoint.allowed_cidrs):
        if any(IPv4Network(cidr).subnet_of(block) for block in _NEVER_OUTSIDE):
            text = f"{cidr} never reaches the public endpoint; give the address that the internet sees"
            yield Problem(path((*_LIST, index)), text)


def open_to_all(settings: AwsSettings) -> Iterator[Problem]:
    """A public endpoint has a list of who may reach it."""
    endpoint = settings.cluster.endpoint
    if not endpoint.public:
        return
    if not endpoint.allowed_cidrs:
        text = "is empty, so the whole internet reaches the API; name your networks, such as 203.0.113.0/24"
        yield Problem(path(_LIST), text)
    for index, cidr in enumerate(endpoint.allowed_cidrs):
        if IPv4Network(cidr).prefixlen < _WIDEST_ALLOWED:
            text = f"{cidr} opens the API to the internet; name your networks, such as 203.0.113.0/24"
            yield Problem(path((*_LIST, index)), text)
