"""A rehearsed stack: the objects of its plan, and how it sets up Argo CD."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import cast

import yaml

from tests.cluster.harness.objects import JsonMap, Object, read

SECRET = "[secret]"
"""What a plan holds in place of a secret."""

STAND_IN = {"data": "c2ltdWxhdGVk", "stringData": "simulated"}
"""What stands for a secret in an object that the API server must accept."""


@dataclass(frozen=True)
class Stack:
    """What a rehearsal wrote of one stack."""

    name: str
    folder: Path

    @cached_property
    def objects(self) -> tuple[Object, ...]:
        """Every Kubernetes object that the plan declares."""
        return tuple(_with_secrets(each) for each in read(self.folder / "manifests"))

    @property
    def root(self) -> Object:
        """The root Application, from which Argo CD finds all others."""
        (root,) = (
            each for each in self.objects if each.kind == "Application" and each.group == "argoproj.io"
        )
        return root

    @property
    def upstream(self) -> str:
        """The URL that the root Application follows."""
        return self.root.text("spec", "source", "repoURL")

    @cached_property
    def argo_cd(self) -> Object:
        """The values of Argo CD's release."""
        for release in sorted((self.folder / "releases").glob("*/release.yaml")):
            if Object(cast(JsonMap, yaml.safe_load(release.read_text()))).text("chart") == "argo-cd":
                values = release.with_name("values.yaml").read_text()
                return Object(cast(JsonMap, yaml.safe_load(values)))
        raise LookupError(f"{self.folder / 'releases'} has no release of the chart argo-cd")

    def following(self, url: str) -> tuple[Object, ...]:
        """The plan's objects, with another repository for the upstream, and without sync windows."""
        return tuple(_following(each, self.upstream, url) for each in self.objects)


def _following(each: Object, upstream: str, url: str) -> Object:
    raw = json.loads(json.dumps(each.raw).replace(json.dumps(upstream)[1:-1], url))
    if each.kind == "AppProject":
        raw["spec"].pop("syncWindows", None)
    return Object(raw)


def _with_secrets(each: Object) -> Object:
    if each.kind != "Secret":
        return each
    parts = {part: _stand_in(each.map(part), value) for part, value in STAND_IN.items() if each.map(part)}
    return each.having(**parts)


def _stand_in(values: JsonMap, value: str) -> JsonMap:
    return {key: value if held == SECRET else held for key, held in values.items()}


def rehearsed_stacks(build: Path, settings: Path, only: str = "") -> tuple[Stack, ...]:
    """All stacks that have a stack file, or one of them; each must have been rehearsed."""
    known = {file.name.split(".")[1] for file in settings.glob("Pulumi.*.yaml")}
    named = {only} if only else known
    if unknown := named - known:
        raise LookupError(
            f"there is no Pulumi.{unknown.pop()}.yaml; the stacks are {', '.join(sorted(known))}"
        )
    rehearsed = {folder.parent.name for folder in build.glob("*/manifests")}
    if missing := named - rehearsed:
        raise LookupError(f"not rehearsed: {', '.join(sorted(missing))}; run `make rehearse` first")
    return tuple(Stack(name, build / name) for name in sorted(named))
