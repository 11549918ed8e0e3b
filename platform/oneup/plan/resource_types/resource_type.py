"""What is known of one resource type."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from oneup.plan import JsonMap
from oneup.plan.inputs import is_true
from oneup.plan.resource_types.simulated import Simulator

Condition: TypeAlias = Callable[[JsonMap], bool]


@dataclass(frozen=True)
class Encryption:
    """How a type is encrypted at rest."""

    is_on: Condition
    """Whether a resource with these inputs is encrypted."""

    inputs: str
    """The inputs to set, as a message names them."""


@dataclass(frozen=True)
class ResourceType:
    """One resource type."""

    token: str
    """The type token, such as ``aws:ec2/vpc:Vpc``."""

    taggable: bool = True
    encryption: Encryption | None = None
    """None if it stores no data, or if the data's encryption is a resource of its own."""

    has_resource_policy: bool = False
    """Whether its input ``policy`` says which principals may use it."""

    seconds: float | None = None
    """Typical seconds to create it; None for the default."""

    timeouts: Mapping[str, int] = field(default_factory=dict[str, int])
    """The provider's own timeouts in seconds, by step: create, update, delete; only those that are long."""

    simulate: Simulator | None = None
    """The outputs of a rehearsal in addition to the inputs, as far as the program reads them."""

    replaces: tuple[str, ...] = ()
    """Inputs, by path, that AWS cannot change: the provider's schema says ForceNew."""

    cloudformation: str = ""
    """The type in CloudFormation, whose handlers name the actions that it needs."""

    actions: tuple[str, ...] = ()
    """Actions that the provider needs in addition to those of the handlers."""

    unneeded: tuple[str, ...] = ()
    """Patterns of the handlers' actions that serve options which the program does not use."""

    passes_roles_to: tuple[str, ...] = ()
    """The services that a resource hands a role to, as ``iam:PassedToService`` names them."""

    service_linked_roles: tuple[str, ...] = ()
    """The services whose service-linked role AWS creates with the first resource."""


def by_key(*keys: str) -> Encryption:
    """Encrypted if any of these inputs is given."""
    return Encryption(lambda inputs: any(bool(inputs.get(key)) for key in keys), " or ".join(keys))


def by_flag(key: str) -> Encryption:
    """Encrypted if this input is true."""
    return Encryption(lambda inputs: is_true(inputs.get(key)), key)
