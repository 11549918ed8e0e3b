"""Writes the results of a rehearsal: plan, Kubernetes objects, releases, pages."""

import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from oneup import libyaml
from oneup.plan import Json, JsonMap, Plan, Resource
from oneup.plan.resource_types.kubernetes import PREFIX, RELEASE
from oneup.rehearsal.state import to_state_json


def write_results(plan: Plan, folder: Path, pages: Mapping[str, bytes]) -> None:
    """Replace ``folder`` atomically: ``plan.json``, ``manifests/``, ``releases/`` and the given pages.

    The old folder stays until the new one is complete.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as scratch:
        new = Path(scratch) / "new"
        new.mkdir()
        (new / "plan.json").write_text(to_state_json(plan), encoding="utf-8")
        for name, content in pages.items():
            (new / name).write_bytes(content)
        _write_objects(plan, new)
        if folder.exists():
            folder.rename(Path(scratch) / "old")
        new.rename(folder)


def _write_objects(plan: Plan, folder: Path) -> None:
    manifests, releases = folder / "manifests", folder / "releases"
    manifests.mkdir()
    releases.mkdir()
    for resource in plan.resources:
        if is_object(resource):
            (manifests / file_name(resource)).write_text(libyaml.dump(manifest(resource)), encoding="utf-8")
    installed = plan.of_type(RELEASE)
    names = Counter(release_name(resource) for resource in installed)
    for resource in installed:
        own = release_name(resource)
        # Release names are unique per namespace; if two namespaces share one, add the namespace.
        space = f"{resource.inputs.get('namespace')}-" if names[own] > 1 else ""
        _write_release(resource, releases / f"{space}{own}")


def is_object(resource: Resource) -> bool:
    """Whether a resource is one Kubernetes object, custom resources among them."""
    return (
        resource.custom
        and resource.type.startswith(PREFIX)
        and resource.type != RELEASE
        and "kind" in resource.inputs
    )


def manifest(resource: Resource) -> JsonMap:
    """The object as it is sent to the API server."""
    first = ("apiVersion", "kind", "metadata")
    rest = sorted(set(resource.inputs) - set(first))
    return {key: resource.inputs[key] for key in (*first, *rest) if key in resource.inputs}


def file_name(resource: Resource) -> str:
    """``<kind>.<group>_<namespace>_<name>.yaml``; none of the three holds an underscore."""
    metadata = cast("Mapping[str, str]", resource.inputs.get("metadata") or {})
    group = str(resource.inputs["apiVersion"]).rpartition("/")[0]
    kind = f"{resource.inputs['kind']}.{group}".lower().rstrip(".")
    parts = (kind, metadata.get("namespace", ""), metadata.get("name") or resource.name)
    # Role names may contain colons, which not every file system allows.
    return "_".join(part for part in parts if part).replace(":", "-") + ".yaml"


def release_name(resource: Resource) -> str:
    """What Helm calls a release."""
    return str(resource.inputs.get("name") or resource.name)


def _write_release(resource: Resource, folder: Path) -> None:
    inputs = resource.inputs
    folder.mkdir()
    repository = cast("Mapping[str, str]", inputs.get("repositoryOpts") or {})
    release: Json = {
        "chart": inputs.get("chart"),
        "repository": repository.get("repo", ""),
        "version": inputs.get("version"),
        "namespace": inputs.get("namespace"),
    }
    (folder / "release.yaml").write_text(libyaml.dump(release), encoding="utf-8")
    (folder / "values.yaml").write_text(libyaml.dump(inputs.get("values") or {}), encoding="utf-8")
