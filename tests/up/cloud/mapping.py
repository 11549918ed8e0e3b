"""Between the SDK's names and AWS's: botocore's models say what a parameter is called and what it takes."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from oneup.plan import Json, JsonMap


class Shape(Protocol):
    """A shape of a botocore model, as far as this module looks."""

    name: str
    type_name: str
    enum: Sequence[str]
    members: Mapping[str, "Shape"]
    member: "Shape"
    value: "Shape"


class MappingError(ValueError):
    """An input that AWS's model does not take."""


_PAIR: Final = {
    frozenset({first, second})
    for first, second in (("key", "value"), ("tagkey", "tagvalue"), ("name", "value"))
}
"""The members of a shape that is one tag, or one dimension."""


def encode(shape: Shape, value: Json, names: Mapping[str, str], path: str = "") -> Json:
    """A value as the parameter takes it; raises ``MappingError`` for what the model does not know."""
    match shape.type_name:
        case "structure":
            return _structure(shape, value, names, path)
        case "list":
            return _list(shape, value, names, path)
        case "map":
            if not isinstance(value, Mapping):
                raise MappingError(f"{path}: a map, not {value!r}")
            return {
                key: encode(shape.value, one, names, f"{path}.{key}")
                for key, one in value.items()
                if one is not None
            }
        case "integer" | "long":
            return _integer(value, path)
        case "double" | "float":
            return float(_text(value))
        case "boolean":
            return _boolean(value, path)
        case _:
            return _string(shape, value, path)


def _structure(shape: Shape, value: Json, names: Mapping[str, str], path: str) -> Json:
    # The provider's schema has lists of at most one where the API has a structure.
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, Mapping):
        raise MappingError(f"{path or shape.name}: a structure, not {value!r}")
    encoded: dict[str, Json] = {}
    for key, one in value.items():
        if one is None or key.startswith("__"):
            continue
        member = match(shape.members, names.get(key, key))
        if member is None:
            raise MappingError(f"{path}.{key}".lstrip(".") + f": {shape.name} has no such parameter")
        encoded[member] = encode(shape.members[member], one, names, f"{path}.{key}".lstrip("."))
    return encoded


def _list(shape: Shape, value: Json, names: Mapping[str, str], path: str) -> Json:
    if isinstance(value, Mapping) and is_pair(shape.member):
        first, second = _pair(shape.member)
        return [{first: key, second: _text(one)} for key, one in sorted(value.items())]
    items = value if isinstance(value, list) else [value]
    return [encode(shape.member, one, names, f"{path}[{place}]") for place, one in enumerate(items)]


def is_pair(shape: Shape) -> bool:
    """Whether a shape is one tag: a key and its value."""
    return shape.type_name == "structure" and frozenset(map(_plain, shape.members)) in _PAIR


def _pair(shape: Shape) -> tuple[str, str]:
    key = next(member for member in shape.members if _plain(member).endswith(("key", "name")))
    return key, next(member for member in shape.members if member != key)


def _integer(value: Json, path: str) -> int:
    number = float(_text(value))
    if not number.is_integer():
        raise MappingError(f"{path}: a whole number, not {value!r}")
    return int(number)


def _boolean(value: Json, path: str) -> bool:
    if _text(value) not in ("true", "false"):
        raise MappingError(f"{path}: true or false, not {value!r}")
    return _text(value) == "true"


def _string(shape: Shape, value: Json, path: str) -> str:
    text = _text(value)
    if shape.enum and text not in shape.enum:
        raise MappingError(f"{path}: {text!r} is none of {', '.join(shape.enum)}")
    return text


def _text(value: Json) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping) or (isinstance(value, Sequence) and not isinstance(value, str)):
        raise MappingError(f"one value, not {value!r}")
    return "" if value is None else str(value)


def match(members: Mapping[str, object], key: str) -> str | None:
    """The member that a key means: whatever the case, singular or plural."""
    if key in members:
        return key
    by_form = {form: member for member in members for form in _forms(member)}
    return next((by_form[form] for form in _forms(key) if form in by_form), None)


def _forms(name: str) -> tuple[str, ...]:
    plain = _plain(name)
    singular = re.sub(r"ies$", "y", plain) if plain.endswith("ies") else plain.removesuffix("s")
    return (plain, singular)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def reconcile(recorded: Json, live: Json, names: Mapping[str, str]) -> Json:
    """What was recorded, where AWS says the same in other words; else what AWS says."""
    if _nothing(recorded) and _nothing(live):
        return recorded
    if isinstance(recorded, Mapping):
        return _reconciled_map(recorded, live, names)
    if isinstance(recorded, list):
        return _reconciled_list(recorded, live, names)
    return recorded if _same(recorded, live) else plain(live)


def _reconciled_map(recorded: JsonMap, live: Json, names: Mapping[str, str]) -> Json:
    if isinstance(live, list):
        live = from_pairs(live) or (live[0] if len(live) == 1 else None)
    if not isinstance(live, Mapping):
        return plain(live)
    result: dict[str, Json] = {}
    for key, one in recorded.items():
        member = match(live, names.get(key, key))
        result[key] = reconcile(one, live[member] if member else None, names)
    return {key: one for key, one in result.items() if one is not None or recorded[key] is None}


def _reconciled_list(recorded: list[Json], live: Json, names: Mapping[str, str]) -> Json:
    """In the order of what was recorded, as far as AWS has it: AWS has sets, mostly."""
    if isinstance(live, Mapping) and len(recorded) == 1:
        live = [live]
    if not isinstance(live, list):
        return plain(live)
    left = list(live)
    matched = [next((one for one in left if reconcile(item, one, names) == item), None) for item in recorded]
    if None in matched:
        pairs = zip(recorded, live, strict=False)
        return [reconcile(one, other, names) for one, other in pairs] + [
            plain(one) for one in live[len(recorded) :]
        ]
    for one in matched:
        left.remove(one)
    return [*recorded, *map(plain, left)]


def from_pairs(items: Sequence[Json]) -> dict[str, Json]:
    """A mapping of a list of tags; empty where the list is of something else."""
    tags: dict[str, Json] = {}
    for item in items:
        if not isinstance(item, Mapping) or frozenset(map(_plain, item)) not in _PAIR:
            return {}
        key = next(one for one in item if _plain(one).endswith(("key", "name")))
        tags[str(item[key])] = next(value for one, value in item.items() if one != key)
    return tags


def _nothing(value: Json) -> bool:
    return value is None or value is False or value in ("", [], {})


def _same(recorded: Json, live: Json) -> bool:
    if isinstance(live, Mapping):
        return _document(recorded) == live
    if isinstance(live, list):
        return len(live) == 1 and _same(recorded, live[0])
    one, other = _text(recorded), _text(live)
    if one.lower() == other.lower():
        return True
    document = _document(recorded)
    if document is not None and document == _document(live):
        return True
    number = _number(one)
    return number is not None and number == _number(other)


def _document(value: Json) -> Json:
    if not isinstance(value, str) or not value.startswith(("{", "[")):
        return None
    try:
        return json.loads(value)
    except ValueError:
        return None


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def plain(live: Json) -> Json:
    """What AWS says, named as the SDK names outputs."""
    if isinstance(live, Mapping):
        return {_camel(key): plain(one) for key, one in live.items()}
    if isinstance(live, list):
        return from_pairs(live) or [plain(one) for one in live]
    return live


def _camel(name: str) -> str:
    return re.sub(r"^[A-Z]+(?=[A-Z][a-z]|$)|^[A-Z]", lambda found: found[0].lower(), name)
