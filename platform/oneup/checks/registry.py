"""A schema registry without remote references."""

from collections.abc import Iterable

from referencing import Registry, Resource
from referencing.exceptions import NoSuchResource
from referencing.jsonschema import Schema, SchemaRegistry, SchemaResource

from oneup.plan import JsonMap


def schema_registry(schemas: Iterable[JsonMap] = ()) -> SchemaRegistry:
    """A registry of schemas by their ``$id``; a reference to any other is an error, not a download."""
    known: SchemaRegistry = Registry[Schema](retrieve=_refuse)
    for schema in schemas:
        resource: SchemaResource = Resource[Schema].from_contents(schema)
        known = resource @ known
    return known


def _refuse(uri: str) -> SchemaResource:
    raise NoSuchResource(ref=uri)
