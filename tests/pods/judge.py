"""Kyverno's own command as the judge: which pods break which rule."""

import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import yaml

from oneup.addons.kyverno.pod_rules import manifests
from oneup.plan import JsonMap
from oneup.settings.model import Settings
from oneup.workspace.manifest import Manifest
from oneup.workspace.namespace import APPLICATION_LABEL
from tests import ROOT

TOOLS = ROOT / "build" / "tools"


@dataclass(frozen=True, order=True)
class Broken:
    """A rule, and the workload that breaks it."""

    rule: str
    workload: str
    """``Kind namespace/name``."""


def document(manifest: Manifest) -> JsonMap:
    """A manifest as it is applied."""
    about = {"name": manifest.name, "namespace": manifest.namespace, "labels": dict(manifest.labels)}
    metadata = {key: value for key, value in about.items() if value}
    head = {"apiVersion": manifest.api_version, "kind": manifest.kind, "metadata": metadata}
    return cast(JsonMap, {**head, **manifest.body})


@dataclass(frozen=True)
class Judge:
    """The rules of one stack, in a folder of files."""

    folder: Path

    @classmethod
    def of(cls, settings: Settings, folder: Path) -> "Judge":
        """The judge with a stack's rules and exceptions."""
        folder.mkdir(parents=True, exist_ok=True)
        made = [document(manifest) for manifest in manifests(settings)]
        for kind, name in (("ValidatingPolicy", "rules"), ("PolicyException", "exceptions")):
            chosen = [each for each in made if each["kind"] == kind]
            (folder / f"{name}.yaml").write_text(yaml.safe_dump_all(chosen))
        return cls(folder)

    def broken(self, workloads: Sequence[JsonMap]) -> frozenset[Broken]:
        """What breaks a rule, judged as if every namespace were one of applications."""
        places = {_namespace(each) for each in workloads}
        values = {
            "apiVersion": "cli.kyverno.io/v1alpha1",
            "kind": "Values",
            "metadata": {"name": "values"},
            "namespaceSelector": [
                {"name": name, "labels": dict(APPLICATION_LABEL)} for name in sorted(places)
            ],
        }
        (self.folder / "values.yaml").write_text(yaml.safe_dump(values))
        (self.folder / "workloads.yaml").write_text(yaml.safe_dump_all(workloads))
        return frozenset(_failures(self._apply()))

    def _apply(self) -> str:
        exceptions = self.folder / "exceptions.yaml"
        command: list[str | Path] = [TOOLS / "kyverno", "apply", self.folder / "rules.yaml"]
        command += ["--resource", self.folder / "workloads.yaml", "--policy-report", "--output-format=json"]
        command += ["--values-file", self.folder / "values.yaml"]
        if exceptions.read_text():
            command += ["--exceptions", exceptions]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        # It ends with 1 where a rule is broken, and with more where it could not judge.
        assert done.returncode in (0, 1), done.stdout + done.stderr
        return done.stdout


def _namespace(workload: JsonMap) -> str:
    return str(cast(Mapping[str, object], workload["metadata"]).get("namespace", "default"))


def _failures(report: str) -> Iterable[Broken]:
    start = report.index("{")
    content = cast(Mapping[str, object], json.loads(report[start:]))
    for result in cast(Sequence[Mapping[str, object]], content["results"]):
        for resource in cast(Sequence[Mapping[str, str]], result["resources"]):
            if result["result"] == "fail":
                place = f"{resource['kind']} {resource.get('namespace', 'default')}/{resource['name']}"
                yield Broken(str(result["policy"]), place)
