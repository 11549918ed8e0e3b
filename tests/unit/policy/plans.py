"""Small plans, written as what matters about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict, Unpack

from oneup.plan import JsonMap, Plan, Resource
from oneup.plan.graph import DependencyGraph
from oneup.policy import RULES, Violation


class Options(TypedDict, total=False):
    """What a resource may have in addition to its inputs."""

    custom: bool
    id: str
    protect: bool
    deleted_with: str
    ignore_changes: tuple[str, ...]
    custom_timeouts: Mapping[str, float]
    outputs: JsonMap


def urn(type_: str, name: str) -> str:
    return f"urn:pulumi:test::oneup::{type_}::{name}"


def made(
    type_: str,
    name: str = "it",
    inputs: JsonMap | None = None,
    *,
    needs: Sequence[Resource] = (),
    through: Mapping[str, Resource] | None = None,
    provider: Resource | None = None,
    parent: Resource | None = None,
    **options: Unpack[Options],
) -> Resource:
    """One resource: ``needs`` as ``depends_on``, ``through`` as outputs that flow into an input."""
    flows = {key: (source.urn,) for key, source in (through or {}).items()}
    values: dict[str, JsonMap | str] = {
        key: source.id or "[unknown]" for key, source in (through or {}).items()
    }
    return Resource(
        urn=urn(type_, name),
        type=type_,
        inputs={**values, **(inputs or {})},
        dependencies=tuple(dict.fromkeys([*(one.urn for one in needs), *(u for (u,) in flows.values())])),
        property_dependencies=flows,
        provider=f"{provider.urn}::id" if provider else "",
        parent=parent.urn if parent else "",
        custom=options.get("custom", True),
        id=options.get("id", ""),
        protect=options.get("protect", False),
        deleted_with=options.get("deleted_with", ""),
        ignore_changes=options.get("ignore_changes", ()),
        custom_timeouts=options.get("custom_timeouts", {}),
        outputs=options.get("outputs", {}),
    )


def plan(*resources: Resource) -> Plan:
    return Plan("test", resources)


def broken(rule: str, *resources: Resource) -> Sequence[Violation]:
    """What one rule says of a plan."""
    graph = DependencyGraph(plan(*resources))
    return [finding for one in RULES if one.id == rule for finding in one.violations(graph)]


@dataclass(frozen=True, kw_only=True)
class Case:
    """A rule, a plan that obeys it, and one that breaks it once."""

    rule: str
    good: tuple[Resource, ...]
    bad: tuple[Resource, ...]
    says: str
    """Part of the message about the bad plan."""

    def __str__(self) -> str:
        return f"{self.rule}: {self.says}"


AWS = made("pulumi:providers:aws", "aws", {"defaultTags": '{"tags":{"stack":"test"}}'})
CLUSTER = made("eks:index:Cluster", "cluster", {"name": "oneup-test"}, custom=False)
AUTOMATIC = made("eks:index:Cluster", "cluster", {"autoMode": {"enabled": True}}, custom=False)
CNI = made("aws:eks/addon:Addon", "vpc-cni", {"addonName": "vpc-cni"})
NODES = made("aws:eks/nodeGroup:NodeGroup", "workers", needs=(CNI,))
