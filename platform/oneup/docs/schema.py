"""The JSON Schema of a stack file, for completion and checks in an editor."""

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias, cast

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from oneup.docs.manual import to_markdown
from oneup.settings.base import Section
from oneup.settings.effects import descriptions
from oneup.settings.formats.form import ENCRYPTABLE
from oneup.settings.parse import FOUNDATIONS
from oneup.settings.shape import sections

Schema: TypeAlias = "str | int | float | bool | Sequence[Schema] | Mapping[str, Schema] | None"
Object: TypeAlias = "Mapping[str, Schema]"

_OTHER_NAMESPACE: Final = "^(?!oneup:)[^:]+:.+$"
_DROPPED: Final = frozenset({"title", "propertyNames", ENCRYPTABLE})
_ENCRYPTED: Final[Object] = {
    "description": "A value encrypted with `pulumi config set --secret --path`.",
    "type": "object",
    "properties": {"secure": {"type": "string"}},
    "required": ["secure"],
    "additionalProperties": False,
}
_PULUMIS_OWN: Final[Object] = {
    "secretsprovider": {"type": "string"},
    "encryptedkey": {"type": "string"},
    "encryptionsalt": {"type": "string"},
    "environment": {},
}


def stack_schema() -> Object:
    """The schema of ``Pulumi.<stack>.yaml``: it checks the form of values, not whether they fit together."""
    mode: JsonSchemaMode = "validation"
    every = dict.fromkeys(section for root in FOUNDATIONS.values() for _, section in sections(root))
    asked: list[tuple[type[BaseModel], JsonSchemaMode]] = [(section, mode) for section in every]
    made, whole = models_json_schema(asked, by_alias=True, ref_template="#/$defs/{model}")
    named = {section: str(made[section, mode]["$ref"]).rsplit("/", 1)[-1] for section in every}
    definitions: dict[str, Schema] = dict(whole["$defs"])
    for section, name in named.items():
        definitions[name] = _with_descriptions(section, whole["$defs"][name])
    configs = {name: _namespaced(definitions.pop(named[model])) for name, model in FOUNDATIONS.items()}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A stack of oneup",
        "type": "object",
        "properties": {"config": _by_foundation(configs), **_PULUMIS_OWN},
        "required": ["config"],
        "additionalProperties": False,
        "$defs": {
            "Encrypted": _ENCRYPTED,
            **{name: _for_editors(definitions[name]) for name in sorted(definitions)},
        },
    }


def _with_descriptions(section: type[Section], definition: Object) -> Object:
    """A section's definition, each of its settings with what it does."""
    properties = cast("Mapping[str, Object]", definition.get("properties", {}))
    told = {
        key: dict(sorted({**about, "description": descriptions(section)[key]}.items()))
        for key, about in properties.items()
    }
    return {**definition, **({"properties": told} if told else {})}


def _by_foundation(configs: Mapping[str, Object]) -> Object:
    first, *others = configs
    return {
        "type": "object",
        "properties": {"oneup:foundation": {"enum": list(configs)}},
        "required": ["oneup:foundation"],
        "if": {"properties": {"oneup:foundation": {"const": first}}},
        "then": configs[first],
        "else": configs[others[0]],
    }


def _namespaced(section: Schema) -> Object:
    assert isinstance(section, Mapping)
    properties, required = section["properties"], section["required"]
    assert isinstance(properties, Mapping)
    assert isinstance(required, Sequence)
    return {
        "type": "object",
        "properties": {f"oneup:{key}": _for_editors(value) for key, value in properties.items()},
        "required": [f"oneup:{key}" for key in required],
        "patternProperties": {_OTHER_NAMESPACE: {}},
        "additionalProperties": False,
    }


def _for_editors(schema: Schema) -> Schema:
    """Without titles that repeat the key, and with the encrypted form of each text that allows it."""
    if isinstance(schema, Mapping):
        return _mapping_for_editors(schema)
    if isinstance(schema, Sequence) and not isinstance(schema, str):
        return [_for_editors(inner) for inner in schema]
    return schema


def _mapping_for_editors(schema: Object) -> Object:
    kept = {key: _member(key, value) for key, value in schema.items() if key not in _DROPPED}
    if "patternProperties" in kept:
        kept["additionalProperties"] = False
    fixed = "enum" in schema or "const" in schema
    if schema.get("type") != "string" or not schema.get(ENCRYPTABLE, not fixed):
        return kept
    about = {key: kept.pop(key) for key in ("description", "default") if key in kept}
    return {"anyOf": [kept, {"$ref": "#/$defs/Encrypted"}], **about}


def _member(key: str, value: Schema) -> Schema:
    if key == "properties":
        return _properties(value)
    return to_markdown(value) if key == "description" and isinstance(value, str) else _for_editors(value)


def _properties(properties: Schema) -> Schema:
    assert isinstance(properties, Mapping)
    return {key: _for_editors(value) for key, value in properties.items()}
