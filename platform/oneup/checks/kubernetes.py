"""Strict Kubernetes schemas, of objects and of types that charts use in values."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Final, cast

from jsonschema import Draft202012Validator
from kubernetes_validate import utils  # pyright: ignore[reportMissingTypeStubs] - it has none
from referencing.jsonschema import SchemaRegistry

from oneup.checks.errors import described
from oneup.checks.registry import schema_registry
from oneup.plan import Json, JsonMap

META: Final = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"


def built_in_object_errors(thing: JsonMap, version: str) -> Iterator[str]:
    """What the API server of a Kubernetes minor version would reject in a built-in object.

    Raises ``LookupError`` for a kind that this version does not have.
    """
    api_version, kind = str(thing["apiVersion"]), str(thing["kind"])
    yield from described(_validator(_file(api_version, kind), version), thing)


def is_built_in(api_version: str, kind: str, version: str) -> bool:
    """Whether a Kubernetes minor version has the kind."""
    try:
        _validator(_file(api_version, kind), version)
    except LookupError:
        return False
    return True


def type_errors(value: Json, schema: JsonMap, version: str) -> Iterator[str]:
    """What is wrong with a value; the schema may refer to Kubernetes' types by ``kubernetes(name)``."""
    yield from described(Draft202012Validator(schema, registry=_registry(version)), value)


def type_reference(name: str) -> JsonMap:
    """A reference to one of Kubernetes' types, such as ``core.v1.ResourceRequirements``."""
    full = name if name.startswith("io.k8s.") else f"io.k8s.api.{name}"
    return {"$ref": f"https://kubernetes.io/api/_definitions.json#/$defs/{full}"}


@cache
def served(version: str) -> tuple[str, ...]:
    """What an API server of the version serves: ``policy/v1`` and ``policy/v1/PodDisruptionBudget``."""
    found: set[str] = set()
    definitions = cast("Mapping[str, JsonMap]", _contents("_definitions.json", version)["$defs"])
    for definition in definitions.values():
        for kind in cast("Sequence[JsonMap]", definition.get("x-kubernetes-group-version-kind", ())):
            group = "/".join(filter(None, (str(kind["group"]), str(kind["version"]))))
            found |= {group, f"{group}/{kind['kind']}"}
    return tuple(sorted(found))


def _file(api_version: str, kind: str) -> str:
    """The name of a kind's file: ``rbac.authorization.k8s.io/v1`` Role is ``role-rbac-v1.json``."""
    group, _, minor = api_version.rpartition("/")
    return "-".join(part for part in (kind.lower(), group.split(".")[0], minor) if part) + ".json"


@cache
def _contents(file: str, version: str) -> JsonMap:
    try:
        read = utils.schema_contents(f"kubernetes-json-schema/v{version}.0-local-strict/{file}", version)
    except (FileNotFoundError, utils.VersionNotSupportedError) as error:
        raise LookupError(f"Kubernetes {version} has no {file.removesuffix('.json')}") from error
    return cast(JsonMap, read)


@cache
def _registry(version: str) -> SchemaRegistry:
    """Kubernetes's schema definitions."""
    return schema_registry([_contents("_definitions.json", version)])


@cache
def _validator(file: str, version: str) -> Draft202012Validator:
    return Draft202012Validator(_contents(file, version), registry=_registry(version))
