"""Custom resource definitions, made from the data of the charts that bring them."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import cast

from charts import chart_of
from tests.cluster.harness.api import Api, RefusedError
from tests.cluster.harness.objects import JsonMap, Object
from tests.cluster.harness.processes import wait_until

FIRST_CHARTS = ("gateway-api-crds", "prometheus-operator-crds", "karpenter-crd")
"""Charts whose definitions win over others' copies: Consul's of the Gateway API lack the rules."""

WHOLE = (("argoproj.io", "Application"), ("argoproj.io", "AppProject"))
"""Kinds with a status that is written with the rest of the object: Argo CD gives them no subresource."""

UNAPPROVED: JsonMap = {"api-approved.kubernetes.io": "unapproved, from a chart's data"}
"""Kubernetes keeps its own groups from definitions that do not say whether it approved them."""

Wanted = tuple[str, str]
"""A group and a kind."""


class NoDefinitionError(Exception):
    """A custom resource whose definition no chart brings."""


@cache
def index(charts: Path) -> Mapping[Wanted, JsonMap]:
    """The definitions of all charts by group and kind."""
    files = sorted(
        charts.glob("*/crds.json"),
        key=lambda file: (chart_of(file.parent) not in FIRST_CHARTS, file.parent.name),
    )
    found: dict[Wanted, JsonMap] = {}
    for file in files:
        for entry in Object({"all": cast(JsonMap, json.loads(file.read_text()))}).each("all"):
            found.setdefault((entry.text("group"), entry.text("kind")), entry.raw)
    return found


def definition(entry: JsonMap) -> Object:
    """The CustomResourceDefinition that an entry of a chart's ``crds.json`` describes."""
    short = Object(entry)
    names = {
        key: entry[key] for key in ("plural", "singular", "shortNames", "listKind", "kind") if entry.get(key)
    }
    apart = (short.text("group"), short.text("kind")) not in WHOLE
    versions: list[JsonMap] = [
        {
            "name": version.text("name"),
            "served": True,
            "storage": version.at("storage"),
            "schema": {"openAPIV3Schema": version.at("openAPIV3Schema")},
            "subresources": {"status": {}} if apart and _has_status(version) else {},
        }
        for version in short.each("versions")
    ]
    return Object(
        {
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": {
                "name": f"{short.text('plural')}.{short.text('group')}",
                "annotations": UNAPPROVED if short.text("group").endswith(".k8s.io") else {},
            },
            "spec": {
                "group": short.text("group"),
                "scope": short.text("scope"),
                "names": names,
                "versions": versions,
            },
        }
    )


def _has_status(version: Object) -> bool:
    return bool(version.map("openAPIV3Schema", "properties", "status"))


def load(api: Api, charts: Path, objects: Iterable[Object]) -> tuple[Object, ...]:
    """Apply the definitions that the objects need, and wait until the server serves them."""
    definitions = index(charts)
    served = {(kind.api_version.rpartition("/")[0], kind.kind) for kind in api.kinds()}
    own = {(each.text("spec", "group"), each.text("spec", "names", "kind")) for each in objects}
    wanted = {(each.group, each.kind) for each in objects} - served - own
    if unknown := sorted(f"{kind}.{group}" for group, kind in wanted - set(definitions)):
        raise NoDefinitionError(f"no chart in {charts} defines {', '.join(unknown)}")
    made = tuple(api.apply(definition(definitions[key])) for key in sorted(wanted))
    for each in made:
        wait_until(lambda each=each: _served(api, each), 60, lambda each=each: f"{each.name} is not served")
    return made


def _served(api: Api, made: Object) -> bool:
    """Whether the server serves every version of a definition."""
    group, kind = made.text("spec", "group"), made.text("spec", "names", "kind")
    try:
        return all(api.kind(f"{group}/{each.text('name')}", kind) for each in made.each("spec", "versions"))
    except RefusedError:
        return False


def await_description(api: Api, api_version: str, kind: str) -> None:
    """Wait until the server's OpenAPI description has a kind: it comes a moment after the kind is served."""
    path = f"/openapi/v3/{'apis' if '/' in api_version else 'api'}/{api_version}"
    entry = f'"kind":"{kind}"'

    def described() -> bool:
        try:
            return entry in json.dumps(api.request("GET", path).raw, separators=(",", ":"))
        except RefusedError:
            return False

    wait_until(described, 60, lambda: f"{kind} is not in {path}")
