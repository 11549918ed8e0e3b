"""The containers that the stack's own objects and its charts' values describe."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from oneup.plan import UNKNOWN, Json, JsonMap, Resource
from oneup.plan.inputs import as_list, as_mapping, as_strings, is_true, mappings, value_at
from oneup.plan.query import RELEASE, is_object
from oneup.policy.rule import ResourceRule

RESTRICTED: Final[Mapping[tuple[str, ...], Json]] = {
    ("allowPrivilegeEscalation",): False,
    ("readOnlyRootFilesystem",): True,
    ("runAsNonRoot",): True,
    ("seccompProfile", "type"): "RuntimeDefault",
}
"""What Pod Security's level ``restricted`` asks of a container, and a root file system that is read-only."""

WORKLOADS: Final = ("kubernetes:apps/", "kubernetes:batch/")
"""Types of which the stack itself writes the pods."""

BINARY_UNITS: Final = ("", "Ki", "Mi", "Gi", "Ti")
QUANTITY: Final = re.compile(r"(\d+)(|Ki|Mi|Gi|Ti)")

OF_POD: Final = (("runAsNonRoot",), ("seccompProfile", "type"))
"""What a container takes over from its pod."""


def _pod_specs(resource: Resource) -> Iterator[JsonMap]:
    if resource.type.startswith(WORKLOADS):
        for part in mappings(resource.inputs.get("spec")):
            spec = as_mapping(value_at(part, "template", "spec"))
            if as_list(spec.get("containers")):
                yield spec


def _containers(spec: JsonMap) -> Iterator[JsonMap]:
    for key in ("initContainers", "containers"):
        yield from map(as_mapping, as_list(spec.get(key)))


def _unrestricted(resource: Resource) -> Iterator[str]:
    for spec in _pod_specs(resource):
        for container in _containers(spec):
            for path, wanted in RESTRICTED.items():
                said = value_at(container, "securityContext", *path)
                if said is None and path in OF_POD:
                    said = value_at(spec, "securityContext", *path)
                if said not in (wanted, UNKNOWN):
                    fix = f"set securityContext.{'.'.join(path)} to {wanted}"
                    yield f"its container {container.get('name')} may do more than it needs; {fix}"
            if as_strings(value_at(container, "securityContext", "capabilities", "drop")) != ("ALL",):
                fix = "set securityContext.capabilities.drop to [ALL]"
                yield f"its container {container.get('name')} keeps capabilities; {fix}"


def _escalating(resource: Resource) -> Iterator[str]:
    if resource.type != RELEASE:
        return
    for part in mappings(resource.inputs.get("values")):
        for key in ("allowPrivilegeEscalation", "privileged"):
            if is_true(part.get(key)):
                yield f"its values give a container more privileges than its user has; leave {key} out"


def _unlimited_memory(resource: Resource) -> Iterator[str]:
    if resource.type != RELEASE and not is_object(resource):
        return
    for part in mappings(resource.inputs):
        asked, limit = value_at(part, "requests", "memory"), value_at(part, "limits", "memory")
        if not isinstance(asked, str) or UNKNOWN in (asked, limit):
            continue
        if not isinstance(limit, str):
            yield f"a container that requests {asked} may take a node's memory; set limits.memory"
        elif _bytes(limit) < _bytes(asked):
            yield f"a container's memory limit {limit} is below its request {asked}; raise limits.memory"


def _bytes(quantity: str) -> int:
    """A quantity of memory in bytes; 0 where it is written in another way."""
    found = QUANTITY.fullmatch(quantity)
    return int(found[1]) * 1024 ** BINARY_UNITS.index(found[2]) if found else 0


RULES: Final = (
    ResourceRule(
        id="containers-restricted",
        controls=("CIS EKS 4.2.5",),
        description="The stack's own pods run unprivileged, on a read-only root file system.",
        check=_unrestricted,
    ),
    ResourceRule(
        id="charts-without-privileges",
        controls=("CIS EKS 4.2.1", "CIS EKS 4.2.5"),
        description="No chart's values make a container privileged or let it gain privileges.",
        check=_escalating,
    ),
    ResourceRule(
        id="memory-limited",
        description="Every container that requests memory has a limit, which is not below the request.",
        check=_unlimited_memory,
    ),
)
