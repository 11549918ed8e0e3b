"""What the SDK says of a resource type: the one place that names every output."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Protocol, cast, get_args, get_origin

import pulumi
from pulumi import _types as types  # pyright: ignore[reportPrivateUsage] - alone knows what an output is read as

from oneup.plan import Json
from tests.up.cloud.mapping import from_pairs, match

PACKAGE = "pulumi_aws"


class ResourceClass(Protocol):
    """A generated class, which knows its token."""

    pulumi_type: str


def resource_class(module: str, name: str) -> ResourceClass | None:
    """The class of that name, where it is one of a resource."""
    found = getattr(import_module(f"{PACKAGE}.{module}"), name)
    is_one = isinstance(found, type) and issubclass(found, pulumi.CustomResource)
    return cast("ResourceClass", found) if is_one else None


def of_token(token: str) -> ResourceClass:
    """The class of a type token such as ``aws:ec2/vpc:Vpc``."""
    found = resource_class(token.split(":")[1].split("/")[0], token.rpartition(":")[2])
    assert found, f"{PACKAGE} has no {token}"
    return found


@cache
def outputs(token: str) -> Mapping[str, type]:
    """The outputs of a type, as the engine names them, with the types that the SDK reads them as."""
    return types.resource_types(cast("type", of_token(token)))


def conform(value: Json, wanted: type) -> Json:
    """An output as the SDK takes it; None for what it would not take."""
    wanted = types.unwrap_type(wanted)
    origin, inner = get_origin(wanted), cast("tuple[type, ...]", get_args(wanted))
    if value is None:
        return None
    if origin in (list, Sequence):
        return [conform(one, inner[0]) for one in (value if isinstance(value, list) else [value])]
    if origin in (dict, Mapping):
        pairs = from_pairs(value) if isinstance(value, list) else value
        return (
            {key: conform(one, inner[1]) for key, one in pairs.items()}
            if isinstance(pairs, Mapping)
            else None
        )
    if types.is_output_type(wanted):
        return _structure(value, wanted)
    return _scalar(value, wanted)


def _structure(value: Json, wanted: type) -> Json:
    if isinstance(value, list):
        value = value[0] if len(value) == 1 else None
    if not isinstance(value, Mapping):
        return None
    known = types.output_type_types(wanted)
    named = {match(known, key): one for key, one in value.items()}
    return {key: conform(one, known[key]) for key, one in named.items() if key is not None}


def _scalar(value: Json, wanted: type) -> Json:
    if isinstance(value, list | Mapping):
        return None if wanted in (str, bool, int, float) else value
    if wanted is str:
        return str(value).lower() if isinstance(value, bool) else str(value)
    if wanted is bool:
        return str(value).lower() == "true"
    if wanted in (int, float) and isinstance(value, str):
        return float(value) if re.fullmatch(r"-?\d+(\.\d+)?", value) else None
    return value
