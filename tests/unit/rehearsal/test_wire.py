"""The SDK's wire format, read and written."""

from google.protobuf.struct_pb2 import Struct
from hypothesis import given
from hypothesis import strategies as st

from oneup.plan import SECRET, UNKNOWN, Json
from oneup.rehearsal.protobuf import merge_outputs, resource_references, to_json

TEXT = st.text(max_size=5)
SCALARS = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=9,
)
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET_VALUE = "1b47061264138c4ac30d75fd1eb44270"
REFERENCE = "5cf8f73096256a8f31e491e813e4eb8e"


def struct(**values: Json) -> Struct:
    return merge_outputs(Struct(), values)


@given(st.dictionaries(TEXT, JSON, max_size=4))
def test_what_is_written_is_read(values: dict[str, Json]) -> None:
    assert to_json(merge_outputs(Struct(), values)) == values


def test_numbers_are_whole_where_they_can_be() -> None:
    assert repr(to_json(struct(a=1, b=1.0, c=1.5))) == "{'a': 1, 'b': 1, 'c': 1.5}"


def test_keys_are_sorted_at_every_depth() -> None:
    assert repr(to_json(struct(b={"d": 1, "c": 2}, a=1))) == "{'a': 1, 'b': {'c': 2, 'd': 1}}"


def test_a_secret_is_hidden_at_any_depth() -> None:
    hidden: Json = {SIGNATURE: SECRET_VALUE, "value": {"user": "correct", "password": "horse"}}
    assert to_json(struct(plain="x", deep=[{"within": hidden}])) == {
        "plain": "x",
        "deep": [{"within": SECRET}],
    }


def test_an_unknown_is_named_and_an_unknown_secret_is_a_secret() -> None:
    unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
    hidden: Json = {SIGNATURE: SECRET_VALUE, "value": unknown}
    assert to_json(struct(a=unknown, b=hidden)) == {"a": UNKNOWN, "b": SECRET}


def test_a_resource_stands_as_its_urn() -> None:
    reference: Json = {SIGNATURE: REFERENCE, "urn": "urn:a", "id": "1"}
    given = struct(cluster=reference, deep=[{"role": {**reference, "urn": "urn:b"}}])
    assert to_json(given) == {"cluster": "urn:a", "deep": [{"role": "urn:b"}]}
    assert sorted(resource_references(given)) == ["urn:a", "urn:b"]


def test_an_output_that_is_secret_reaches_the_program_as_one() -> None:
    found = merge_outputs(struct(name="x"), {"password": "horse"}, secret=("password", "absent"))
    assert to_json(found) == {"name": "x", "password": SECRET}
    assert found.fields["password"].struct_value.fields["value"].string_value == "horse"
