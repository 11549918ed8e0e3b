"""The vocabulary of the tables in ``kinds``: how one resource type is made of calls of AWS's API.

Parameters are templates. A text that begins with ``$`` is a JMESPath expression over the resource's inputs,
what AWS said of it, and ``id``, ``account``, ``region`` and ``partition``; one that comes to nothing is left
out. All others are as they stand.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from oneup.plan import Json

Template: TypeAlias = Mapping[str, Json]

TOP: Final = "."
"""Where inputs are parameters of the call itself."""


@dataclass(frozen=True)
class Call:
    """One call of the API."""

    operation: str
    params: Template = field(default_factory=dict[str, Json])
    result: str = "@"
    """What of the answer is used: a JMESPath expression that comes to a mapping."""

    inputs: str = ""
    """The parameter that takes the resource's inputs, by their names; ``TOP`` for the call itself."""

    when: str = ""
    """A condition, as an expression like those of the templates."""

    service: str = ""
    """Another service than the type's."""

    optional: bool = False
    """Whether AWS answers with an error where there is nothing to read."""


@dataclass(frozen=True)
class Setting:
    """Inputs that have calls of their own, made after the resource is there and when one of them changes."""

    keys: tuple[str, ...]
    call: Call
    unset: Call | None = None
    """The call where none of the inputs is given any more."""


@dataclass(frozen=True)
class Tagging:
    """How a type is tagged."""

    add: Call
    remove: Call
    member: str = ""
    """The parameter of the create call that takes tags; without one they are added afterwards."""

    read: Call | None = None
    """Where reading the resource does not show its tags."""


@dataclass(frozen=True)
class Refusal:
    """A delete that AWS refuses and moto would not: asked of moto first, refused with AWS's error."""

    code: str
    ask: Call
    """Finds what stands in the way; the refusal is AWS's where the answer is not empty."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One resource type."""

    token: str
    service: str
    create: Call
    id: str
    """The resource's id: an expression over its inputs and the answer of the create call."""

    reads: tuple[Call, ...]
    """What shows the resource, merged; the first one answers an error or nothing where it is gone."""

    delete: tuple[Call, ...] = ()
    """In order; none where AWS deletes it with the resource that it belongs to."""

    update: tuple[Call, ...] = ()
    """What changes all inputs that have no setting of their own."""

    after: tuple[Call, ...] = ()
    """What completes the resource once it has an id."""

    settings: tuple[Setting, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    """Inputs and outputs whose parameter has another name than the SDK gives it."""

    finds: Mapping[str, str] = field(default_factory=dict[str, str])
    """Inputs and outputs that reading shows elsewhere: expressions over what was read."""

    local: tuple[str, ...] = ()
    """Inputs that are the provider's own, or that only a delete needs."""

    unread: tuple[str, ...] = ()
    """Inputs, by path, that neither AWS nor moto shows again."""

    volatile: tuple[str, ...] = ()
    """Outputs that any update may change."""

    autoname: str = ""
    """The input that the provider makes up of the resource's name, where the program gives none."""

    tagging: Tagging | None = None
    refusals: tuple[Refusal, ...] = ()
    listing: Call | None = None
    """The ids of all that exist; none for what vanishes with the resource that it belongs to."""

    lingers: bool = False
    """Whether AWS still lists a resource that was removed."""
