"""Builds a plan from what the engine passes to a policy pack."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import pulumi
from pulumi_policy import (
    PolicyProviderResource,
    PolicyResource,
    PolicyResourceOptions,
    ResourceValidationArgs,
    StackValidationArgs,
)
from pulumi_policy.proxy import UnknownValueError

from oneup.plan import UNKNOWN, Json, JsonMap, Plan, Resource
from oneup.plan.graph import REMOTE
from oneup.plan.resource_types.engine import PROVIDERS

EngineValue: TypeAlias = """(
    str | int | float | bool | pulumi.Asset | pulumi.Archive
    | Sequence[EngineValue] | Mapping[str, EngineValue] | None
)"""
"""A value as the SDK passes it; reading one that is not known yet raises ``UnknownValueError``."""


def resource_of(args: ResourceValidationArgs) -> Resource:
    """The resource that the engine is about to make, by its inputs alone."""
    return Resource(
        urn=args.urn,
        type=args.resource_type,
        custom=_is_custom(args.resource_type, args.provider),
        inputs=_plain_map(args.props),
        parent=args.opts.parent or "",
        provider=_reference(args.provider),
        protect=args.opts.protect,
        custom_timeouts=_timeouts(args.opts),
        ignore_changes=tuple(args.opts.ignore_changes),
    )


def stack_of(args: StackValidationArgs, seen: Mapping[str, JsonMap]) -> Plan:
    """The whole stack, by URN: the engine's own order is arbitrary.

    ``seen`` holds the inputs of resources; where it has none, the outputs, which are what the engine
    gives here, stand in.
    """
    resources = {one.urn: _part(one, seen) for one in args.resources}
    for one in args.resources:
        if one.provider and one.provider.urn not in resources:
            resources[one.provider.urn] = _provider(one.provider)
    return Plan("", tuple(resources[urn] for urn in sorted(resources)))


def _part(one: PolicyResource, seen: Mapping[str, JsonMap]) -> Resource:
    outputs = _plain_map(one.props)
    return Resource(
        urn=one.urn,
        type=one.resource_type,
        custom=_is_custom(one.resource_type, one.provider),
        id=str(outputs.get("id", "")),
        inputs={} if one.resource_type.startswith(REMOTE) else seen.get(one.urn, outputs),
        outputs=outputs,
        parent=one.parent.urn if one.parent else "",
        dependencies=_urns(one.dependencies),
        property_dependencies={key: _urns(found) for key, found in one.property_dependencies.items()},
        provider=_reference(one.provider),
        protect=one.opts.protect,
        custom_timeouts=_timeouts(one.opts),
        ignore_changes=tuple(one.opts.ignore_changes),
    )


def _provider(provider: PolicyProviderResource) -> Resource:
    inputs = _plain_map(provider.props)
    return Resource(urn=provider.urn, type=provider.resource_type, custom=True, inputs=inputs)


def _is_custom(token: str, provider: PolicyProviderResource | None) -> bool:
    """Whether a resource is not a component: the engine does not say, but only custom resources have a provider."""
    return token.startswith(PROVIDERS) or (provider is not None and not token.startswith(REMOTE))


def _reference(provider: PolicyProviderResource | None) -> str:
    return f"{provider.urn}::" if provider else ""


def _timeouts(options: PolicyResourceOptions) -> Mapping[str, float]:
    limits = options.custom_timeouts
    named = (
        ("create", limits.create_seconds),
        ("update", limits.update_seconds),
        ("delete", limits.delete_seconds),
    )
    return {key: seconds for key, seconds in named if seconds}


def _urns(resources: Iterable[PolicyResource]) -> tuple[str, ...]:
    return tuple(sorted(resource.urn for resource in resources))


def _plain_map(props: Mapping[str, EngineValue]) -> JsonMap:
    return {key: _item(props, key) for key in props}


def _plain(value: EngineValue) -> Json:
    if isinstance(value, Mapping):
        return _plain_map(value)
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    if isinstance(value, Sequence):
        return [_entry(value, place) for place in range(len(value))]
    return type(value).__name__


def _item(props: Mapping[str, EngineValue], key: str) -> Json:
    try:
        return _plain(props[key])
    except UnknownValueError:
        return UNKNOWN


def _entry(entries: Sequence[EngineValue], place: int) -> Json:
    try:
        return _plain(entries[place])
    except UnknownValueError:
        return UNKNOWN
