"""MetalLB's pools: at least one, apart from one another, from pods and from Services."""

from collections.abc import Iterator
from ipaddress import IPv4Network
from itertools import combinations

from oneup.settings.errors import Problem, path
from oneup.settings.model import ExistingSettings


def pools(settings: ExistingSettings) -> Iterator[Problem]:
    """An address that two things could give out reaches neither."""
    knobs = settings.addons.metallb
    if not knobs.enabled:
        return
    if not knobs.pools:
        yield Problem(
            "addons.metallb.pools", "is empty; name a block of free addresses of the nodes' network"
        )
    taken = {
        "existing.podCidr": settings.existing.pod_cidr,
        "existing.serviceCidr": settings.existing.service_cidr,
    }
    for index, pool in enumerate(knobs.pools):
        for name, block in taken.items():
            if IPv4Network(pool).overlaps(IPv4Network(block)):
                text = f"{pool} overlaps {name} {block}; give free addresses of the nodes' network"
                yield Problem(path(("addons", "metallb", "pools", index)), text)
    for (_, first), (index, second) in combinations(enumerate(knobs.pools), 2):
        if IPv4Network(first).overlaps(IPv4Network(second)):
            text = f"{second} overlaps the pool {first}; keep one of the two"
            yield Problem(path(("addons", "metallb", "pools", index)), text)
