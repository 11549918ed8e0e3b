"""The plan: the resources of a rehearsed stack, in the format of ``pulumi stack export``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"
JsonMap: TypeAlias = Mapping[str, Json]

SECRET = "[secret]"
"""Replaces a secret in a plan."""

UNKNOWN = "[unknown]"
"""Replaces a provider-computed value in the plan of a first preview."""


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource of a plan, in the terms of the state's deployment version 3."""

    urn: str
    type: str
    custom: bool
    id: str = ""
    parent: str = ""
    inputs: JsonMap = field(default_factory=dict[str, Json])
    outputs: JsonMap = field(default_factory=dict[str, Json])
    dependencies: tuple[str, ...] = ()
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    provider: str = ""
    protect: bool = False
    retain_on_delete: bool = False
    deleted_with: str = ""
    custom_timeouts: Mapping[str, float] = field(default_factory=dict[str, float])
    ignore_changes: tuple[str, ...] = ()
    """Inputs whose changes are ignored after creation."""

    replace_on_changes: tuple[str, ...] = ()
    secret_outputs: tuple[str, ...] = ()
    """Outputs that are secret in addition to those derived from secret inputs."""

    aliases: tuple[str, ...] = ()
    """Former URNs of the resource."""

    external: bool = False
    """Whether it is only read: it exists already and is not deleted with the stack."""

    import_id: str = ""
    version: str = ""
    """The provider version that the program requires."""

    source_location: str = field(default="", compare=False)
    """``file:line`` of the program that makes it, from the top of the project."""

    @property
    def name(self) -> str:
        """The logical name: the last part of the URN."""
        return self.urn.rsplit("::", 1)[-1]


@dataclass(frozen=True)
class Plan:
    """All resources of one stack, in program order, each after its dependencies."""

    stack: str
    resources: tuple[Resource, ...]

    def of_type(self, token: str) -> tuple[Resource, ...]:
        """The resources of one type token, such as ``aws:ec2/vpc:Vpc``."""
        return tuple(resource for resource in self.resources if resource.type == token)
