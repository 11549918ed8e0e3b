"""Resolves deferred outputs in plain values."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

import pulumi

from oneup.values import DeferredOutput, FoundationOutput, Scalar, Value

FoundationOutputs: TypeAlias = Mapping[FoundationOutput, pulumi.Output[str]]
Resolved: TypeAlias = "Scalar | pulumi.Output[str] | Sequence[Resolved] | Mapping[str, Resolved]"


def resolve(value: Value, facts: FoundationOutputs) -> Resolved:
    """The value with each ``DeferredOutput`` replaced by the foundation's output.

    Raises ``KeyError`` for an output that this foundation does not have.
    """
    match value:
        case DeferredOutput(fact, template):
            output = facts[fact]
            return output if template == "{}" else output.apply(lambda text: template.replace("{}", text))
        case Mapping():
            return {key: resolve(item, facts) for key, item in value.items()}
        case str() | int() | float() | None:
            return value
        case _:
            return [resolve(item, facts) for item in value]


def deferred_outputs(value: Value) -> Iterator[FoundationOutput]:
    """The deferred outputs in a value."""
    match value:
        case DeferredOutput(fact):
            yield fact
        case Mapping():
            for item in value.values():
                yield from deferred_outputs(item)
        case str() | int() | float() | None:
            return
        case _:
            for item in value:
                yield from deferred_outputs(item)
