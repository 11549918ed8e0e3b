"""Properties between the engine's format and plain values."""

from collections.abc import Mapping
from typing import Final

from google.protobuf.struct_pb2 import Struct, Value
from pulumi.runtime import rpc

from oneup.plan import Json
from oneup.rehearsal.protobuf import RESOURCE_SIGNATURE, SECRET_SIGNATURE, SIGNATURE, merge_outputs

UNKNOWN: Final = rpc.UNKNOWN
"""What a preview holds in place of a value that only the provider will compute."""

OUTPUT_SIGNATURE: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
REFERENCE: Final = "urn"
"""The key under which a whole resource is represented."""


def load(struct: Struct) -> dict[str, Json]:
    """Properties as plain values, without what says that they are secret or whose output they are."""
    return {key: _value(value) for key, value in struct.fields.items()}


def dump(values: Mapping[str, Json]) -> Struct:
    """Plain values as properties."""
    return merge_outputs(Struct(), values)


def _value(value: Value) -> Json:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        return value.string_value
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
    if signature in (SECRET_SIGNATURE, OUTPUT_SIGNATURE):
        return _value(struct.fields["value"]) if "value" in struct.fields else UNKNOWN
    if signature == RESOURCE_SIGNATURE:
        return {REFERENCE: struct.fields[REFERENCE].string_value}
    return load(struct)
