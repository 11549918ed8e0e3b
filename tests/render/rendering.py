"""A release of a plan, rendered by helm as an install would."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, cast

from charts import ChartError, Pin, documents
from oneup.checks.charts import mapping
from oneup.checks.findings import RELEASE
from oneup.checks.kubernetes import served
from oneup.plan import JsonMap, Plan, Resource

GROUPS: Final = {
    "prometheus-operator-crds": "monitoring.coreos.com/v1",
    "cert-manager": "cert-manager.io/v1",
}
"""Kinds that some charts look for before they use them, by the release that brings them first."""


@dataclass(frozen=True)
class Release:
    """The arguments of helm for a release, with values as JSON."""

    name: str
    pin: Pin
    namespace: str
    values: str
    kubernetes: str
    """The minor version of the cluster, such as ``1.35``."""

    kinds: tuple[str, ...]
    """What the API server serves, of which helm without one knows little: charts look before they use it."""

    brings: bool = True
    """Whether the definitions in the chart's folder ``crds`` come with it."""


def releases(plan: Plan, kubernetes: str) -> Sequence[Release]:
    """The releases of a plan."""
    found = plan.of_type(RELEASE)
    names = {str(resource.inputs["name"]) for resource in found}
    kinds = (*served(kubernetes), *(kind for bringing, kind in GROUPS.items() if bringing in names))
    return [_release(resource.inputs, kubernetes, kinds) for resource in found]


def _release(inputs: JsonMap, kubernetes: str, kinds: tuple[str, ...]) -> Release:
    above, _, chart = str(inputs["chart"]).rpartition("/")
    repository = str(mapping(inputs.get("repositoryOpts")).get("repo") or above)
    pin = Pin(repository, chart, str(inputs["version"]))
    values = json.dumps(inputs.get("values") or {}, sort_keys=True)
    brings = inputs.get("skipCrds") is not True
    return Release(str(inputs["name"]), pin, str(inputs["namespace"]), values, kubernetes, kinds, brings)


@cache
def rendered(release: Release, chart: Path, helm: str) -> Sequence[JsonMap]:
    """The objects of a release, its definitions too. Raises ``ChartError`` with what helm says."""
    where = ["--namespace", release.namespace, "--kube-version", f"{release.kubernetes}.0"]
    known = [f"--api-versions={kind}" for kind in release.kinds]
    crds = ["--include-crds"] if release.brings else []
    command = [helm, "template", release.name, str(chart), *where, *known, *crds, "--values", "-"]
    done = subprocess.run(command, input=release.values, check=False, capture_output=True, text=True)
    if done.returncode:
        raise ChartError(f"{release.name} does not render: {done.stderr.strip()}")
    return objects(done.stdout)


def objects(manifests: str) -> Sequence[JsonMap]:
    """The objects of a stream of manifests; those of a List one by one."""
    found: list[JsonMap] = []
    for thing in documents(manifests):
        items = thing.get("items") if str(thing.get("kind")).endswith("List") else None
        found += cast("Sequence[JsonMap]", items) if isinstance(items, Sequence) else [thing]
    return found


def made(plan: Plan, addon: str) -> Sequence[JsonMap]:
    """The manifests of an addon in addition to its release."""
    below = f"oneup:platform:Addon::{addon}"
    return [thing.inputs for thing in plan.resources if thing.parent.endswith(below) and is_object(thing)]


def is_object(resource: Resource) -> bool:
    """Whether a resource is a Kubernetes object of its own; a patch of somebody else's is not."""
    whole = not resource.type.rpartition(":")[2].endswith("Patch")
    return resource.type.startswith("kubernetes:") and "apiVersion" in resource.inputs and whole


def built(kustomize: Path, folder: Path) -> Sequence[JsonMap]:
    """The objects of a kustomization."""
    done = subprocess.run([kustomize, "build", folder], check=True, capture_output=True, text=True)
    return objects(done.stdout)
