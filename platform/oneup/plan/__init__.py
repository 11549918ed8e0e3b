"""The plan: what a rehearsal says the stack would hold, as ``pulumi stack export`` writes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"
JsonMap: TypeAlias = Mapping[str, Json]

SECRET = "[secret]"
"""What a plan holds in place of a secret."""

UNKNOWN = "[unknown]"
"""What a first preview's plan holds in place of a value that only the provider will compute."""


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
    """Outputs that are secret beside those that come of a secret input."""

    aliases: tuple[str, ...] = ()
    """URNs under which the state may know the resource from an earlier day."""

    external: bool = False
    """Read, not made: it exists already and stays where the stack goes."""

    import_id: str = ""
    version: str = ""
    """The provider's version that the program asks for."""

    source: str = field(default="", compare=False)
    """``file:line`` of the program that makes it, from the top of the project."""

    @property
    def name(self) -> str:
        """The logical name: the last part of the URN."""
        return self.urn.rsplit("::", 1)[-1]


@dataclass(frozen=True)
class Plan:
    """All resources of one stack, in the order of the program, each after what it needs."""

    stack: str
    resources: tuple[Resource, ...]

    def of_type(self, token: str) -> tuple[Resource, ...]:
        """The resources of one type token, such as ``aws:ec2/vpc:Vpc``."""
        return tuple(resource for resource in self.resources if resource.type == token)
