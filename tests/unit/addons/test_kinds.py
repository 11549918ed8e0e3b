"""Kinds that the stack defines itself are those that their projects define."""

from collections.abc import Mapping
from typing import cast

import pytest

from oneup.addonkit.addon import AddonContext, AddonModule, Manifest
from oneup.addons import gateway_api, snapshot_controller
from oneup.checks import ChartLibrary
from oneup.plan import Json
from oneup.plan.inputs import value_at
from tests.support.stacks import settings

DEFINED = [
    pytest.param(cast(AddonModule, module), id=module.NAME) for module in (gateway_api, snapshot_controller)
]


def definitions(module: AddonModule) -> list[Manifest]:
    made = module.addon(AddonContext(settings("baremetal"), frozenset()))
    return [one for one in made.prerequisite_manifests if one.kind == "CustomResourceDefinition"]


def structure(schema: Json) -> Json:
    """A schema without what people read: descriptions, and what a broken rule says."""
    if isinstance(schema, Mapping):
        read = ("description", "message") if "rule" in schema else ("description",)
        return {
            key: structure(value)
            for key, value in schema.items()
            if not (key in read and isinstance(value, str))
        }
    return [structure(one) for one in schema] if isinstance(schema, list) else schema


@pytest.mark.parametrize("module", DEFINED)
def test_a_kind_has_the_names_and_the_structure_of_its_project(
    module: AddonModule, charts: ChartLibrary
) -> None:
    for made in definitions(module):
        spec = cast(Mapping[str, Json], made.body["spec"])
        known = charts.kinds[str(spec["group"]), str(value_at(spec, "names", "kind"))]
        assert value_at(spec, "names", "plural") == known["plural"]
        assert spec["scope"] == known["scope"]
        theirs = {str(value_at(one, "name")): one for one in cast("list[Json]", known["versions"])}
        for version in cast("list[Json]", spec["versions"]):
            schema = structure(value_at(theirs[str(value_at(version, "name"))], "openAPIV3Schema"))
            assert isinstance(schema, dict)
            properties = {**cast("dict[str, Json]", schema["properties"])}
            for implied in ("apiVersion", "kind"):
                properties.pop(implied)
            assert value_at(version, "schema", "openAPIV3Schema") == {**schema, "properties": properties}


@pytest.mark.parametrize("module", DEFINED)
def test_one_version_of_each_is_stored_and_all_are_reviewed(module: AddonModule) -> None:
    for made in definitions(module):
        versions = cast("list[Mapping[str, Json]]", value_at(cast(Json, made.body), "spec", "versions"))
        assert [one["storage"] for one in versions].count(True) == 1
        assert made.annotations["api-approved.kubernetes.io"]
