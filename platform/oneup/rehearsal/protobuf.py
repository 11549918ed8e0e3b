"""Converts the SDK's protobuf structs: secrets become ``[secret]``, unknowns ``[unknown]``, references URNs."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, cast

from google.protobuf.struct_pb2 import ListValue, Struct, Value
from pulumi.runtime import rpc

from oneup.plan import SECRET, UNKNOWN, Json

SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
SECRET_SIGNATURE: Final = "1b47061264138c4ac30d75fd1eb44270"
RESOURCE_SIGNATURE: Final = "5cf8f73096256a8f31e491e813e4eb8e"


def to_json(struct: Struct) -> dict[str, Json]:
    """A resource's properties as in a plan, with sorted keys."""
    return {key: _value(struct.fields[key]) for key in sorted(struct.fields)}


def _value(value: Value) -> Json:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        return UNKNOWN if value.string_value == rpc.UNKNOWN else value.string_value
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    if kind == "bool_value":
        return value.bool_value
    if kind == "struct_value":
        return _struct(value.struct_value)
    if kind == "list_value":
        return [_value(item) for item in value.list_value.values]
    return None


def _struct(struct: Struct) -> Json:
    signature = struct.fields[SIGNATURE].string_value if SIGNATURE in struct.fields else ""
    if signature == SECRET_SIGNATURE:
        return SECRET
    if signature == RESOURCE_SIGNATURE:
        return struct.fields["urn"].string_value
    return to_json(struct)


def resource_references(struct: Struct) -> Iterator[str]:
    """The URNs of resource references in properties."""
    for value in struct.fields.values():
        yield from _references(value)


def _references(value: Value) -> Iterator[str]:
    if value.HasField("struct_value"):
        inner = value.struct_value
        if SIGNATURE in inner.fields and inner.fields[SIGNATURE].string_value == RESOURCE_SIGNATURE:
            yield inner.fields["urn"].string_value
        else:
            yield from resource_references(inner)
    elif value.HasField("list_value"):
        for item in value.list_value.values:
            yield from _references(item)


def merge_outputs(struct: Struct, values: Mapping[str, Json], secret: Iterable[str] = ()) -> Struct:
    """A copy of ``struct`` updated with ``values``; the keys in ``secret`` are marked as secrets."""
    merged = Struct()
    merged.CopyFrom(struct)
    for key, value in values.items():
        merged.fields[key].CopyFrom(_wire(value))
    for key in secret:
        if key in merged.fields:
            plain = Value()
            plain.CopyFrom(merged.fields[key])
            merged.fields[key].struct_value.fields[SIGNATURE].string_value = SECRET_SIGNATURE
            merged.fields[key].struct_value.fields["value"].CopyFrom(plain)
    return merged


def _wire(value: Json) -> Value:
    if value is None:
        return Value(null_value=0)  # pyright: ignore[reportArgumentType] - the enum's only member is 0
    if isinstance(value, bool):
        return Value(bool_value=value)
    if isinstance(value, str):
        return Value(string_value=value)
    if isinstance(value, int | float):
        return Value(number_value=value)
    if isinstance(value, dict):
        return Value(struct_value=merge_outputs(Struct(), value))
    return Value(list_value=ListValue(values=[_wire(item) for item in cast("list[Json]", value)]))
