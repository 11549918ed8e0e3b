"""EC2 instance types: vCPUs, memory, network interfaces.

Sizes of one name are the same in nearly all families, so families and sizes are two
small tables. An unknown type can be used; its capacity is not checked.
"""

from dataclasses import dataclass
from typing import Final, Literal

Architecture = Literal["x86_64", "arm64"]

_PREFIX_ADDRESSES: Final = 16
_HOST_NETWORK_PODS: Final = 2
_MANY_VCPUS: Final = 30


@dataclass(frozen=True, kw_only=True)
class InstanceType:
    """One instance type."""

    name: str
    architecture: Architecture
    nitro: bool
    """Whether it supports prefix delegation."""

    vcpus: int
    memory_mib: int
    interfaces: int
    """Network interfaces at most."""

    addresses: int
    """IPv4 addresses on each interface at most; the first is the interface's own."""

    def pods(self, *, prefix_delegation: bool) -> int:
        """Maximum pods by addresses, as EKS computes it: at most 110, or 250 from 30 vCPUs."""
        per_slot = _PREFIX_ADDRESSES if prefix_delegation and self.nitro else 1
        by_address = self.interfaces * (self.addresses - 1) * per_slot + _HOST_NETWORK_PODS
        return min(by_address, 110 if self.vcpus < _MANY_VCPUS else 250)


@dataclass(frozen=True)
class _Family:
    gib_per_vcpu: int
    architecture: Architecture = "x86_64"


_SIZES: Final = {
    "medium": (1, 2, 4),
    "large": (2, 3, 10),
    "xlarge": (4, 4, 15),
    "2xlarge": (8, 4, 15),
    "4xlarge": (16, 8, 30),
    "8xlarge": (32, 8, 30),
    "12xlarge": (48, 8, 30),
    "16xlarge": (64, 15, 50),
}
"""Of a size: vCPUs, interfaces, addresses on each."""

_FAMILIES: Final = {
    **dict.fromkeys(("c5", "c5a", "c6i", "c6a", "c7i", "c7i-flex", "c7a"), _Family(2)),
    **dict.fromkeys(("m5", "m5a", "m5d", "m6i", "m6a", "m7i", "m7i-flex", "m7a"), _Family(4)),
    **dict.fromkeys(("r5", "r5a", "r5d", "r6i", "r6a", "r7i", "r7a", "i4i"), _Family(8)),
    **dict.fromkeys(("c6g", "c7g", "c8g"), _Family(2, "arm64")),
    **dict.fromkeys(("m6g", "m7g", "m8g"), _Family(4, "arm64")),
    **dict.fromkeys(("r6g", "r7g", "r8g"), _Family(8, "arm64")),
}
_NO_MEDIUM: Final = frozenset(
    name for name, family in _FAMILIES.items() if family.architecture == "x86_64" and not name.endswith("7a")
)
_NOT_OFFERED: Final = frozenset({f"{name}.medium" for name in _NO_MEDIUM} | {"c5.8xlarge", "c5.16xlarge"})

_BURSTABLE_SIZES: Final = {
    "nano": (2, 512, 2, 2),
    "micro": (2, 1024, 2, 2),
    "small": (2, 2048, 3, 4),
    "medium": (2, 4096, 3, 6),
    "large": (2, 8192, 3, 12),
    "xlarge": (4, 16384, 4, 15),
    "2xlarge": (8, 32768, 4, 15),
}
"""Of a size: vCPUs, MiB, interfaces, addresses on each."""

_BURSTABLE: Final[dict[str, Architecture]] = {"t3": "x86_64", "t3a": "x86_64", "t4g": "arm64"}

_EXCEPTIONS: Final = {
    "t3a.small": (2, 2048, 2, 4),
    "t2.nano": (1, 512, 2, 2),
    "t2.micro": (1, 1024, 2, 2),
    "t2.small": (1, 2048, 3, 4),
    "t2.medium": (2, 4096, 3, 6),
    "t2.large": (2, 8192, 3, 12),
}
"""Types that differ from their family: vCPUs, MiB, interfaces, addresses per interface."""


def instance_type(name: str) -> InstanceType | None:
    """The instance type, or None if it is unknown."""
    family, _, size = name.partition(".")
    if name in _EXCEPTIONS:
        return _named(name, _EXCEPTIONS[name], "x86_64")
    if family in _BURSTABLE and size in _BURSTABLE_SIZES:
        return _named(name, _BURSTABLE_SIZES[size], _BURSTABLE[family])
    if family not in _FAMILIES or size not in _SIZES or name in _NOT_OFFERED:
        return None
    vcpus, interfaces, addresses = _SIZES[size]
    memory_mib = vcpus * _FAMILIES[family].gib_per_vcpu * 1024
    return _named(name, (vcpus, memory_mib, interfaces, addresses), _FAMILIES[family].architecture)


def _named(name: str, figures: tuple[int, int, int, int], architecture: Architecture) -> InstanceType:
    vcpus, memory_mib, interfaces, addresses = figures
    return InstanceType(
        name=name,
        architecture=architecture,
        nitro=not name.startswith("t2."),
        vcpus=vcpus,
        memory_mib=memory_mib,
        interfaces=interfaces,
        addresses=addresses,
    )
