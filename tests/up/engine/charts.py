"""The charts that a stack's releases ask for: the real ones of a folder, or stand-ins made from their data.

A stand-in has its chart's own name, version, default values, schema of values and kinds, and of the rest one
workload and Service under the release's name: enough for Helm to install, wait, upgrade and uninstall.
"""

import io
import json
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import yaml

from charts import kept
from tests.cluster.harness.crds import FIRST_CHARTS, definition
from tests.cluster.harness.objects import Json, JsonMap, Object
from tests.up.engine.states import made, read_plan

IN_FOLDER: Final = frozenset(
    {
        "aws-load-balancer-controller",
        "chaos-mesh",
        "external-dns",
        "fluent-bit",
        "kong",
        "kube-prometheus-stack",
        "secrets-store-csi-driver-provider-aws",
        "sealed-secrets",
        "trivy-operator",
        "velero",
        "vertical-pod-autoscaler",
    }
)
"""Charts that have their kinds in ``crds/``, which Helm installs first, never changes and never removes."""

KEEP: Final = "helm.sh/resource-policy"

ALWAYS_KEPT: Final = ("postgresql.cnpg.io", "ceph.rook.io", "objectbucket.io")
"""API groups whose definitions their charts always keep."""

KINDS: Final = """\
{{- $crds := default dict .Values.crds }}
{{- if ne (get $crds "enabled" | toString) "false" }}
{{- $kept := eq (get $crds "keep" | toString) "true" }}
{{- $key := ternary "helm.sh/resource-policy" "example.com/none" $kept }}
{{ .Files.Get "files/kinds.yaml" | replace "example.com/policy" $key }}
{{- end }}
"""
"""Definitions as text: they hold braces, so they cannot be templates themselves."""

WORKLOAD: Final = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
  labels: &labels {app.kubernetes.io/name: {{ .Chart.Name }}, app.kubernetes.io/instance: {{ .Release.Name }}}
spec:
  replicas: 1
  selector: {matchLabels: *labels}
  template:
    metadata: {labels: *labels}
    spec:
      {{- $global := .Values.global | default dict }}
      {{- with (.Values.priorityClassName | default (get $global "priorityClassName")) }}
      priorityClassName: {{ . }}
      {{- end }}
      securityContext: {runAsNonRoot: true, runAsUser: 65532, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: main
          image: example.com/stand-in:1
          resources: {requests: {cpu: 10m, memory: 16Mi}, limits: {memory: 16Mi}}
          securityContext:
            {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
---
apiVersion: v1
kind: Service
metadata: {name: {{ .Release.Name }}}
spec:
  selector: {app.kubernetes.io/name: {{ .Chart.Name }}, app.kubernetes.io/instance: {{ .Release.Name }}}
  ports: [{name: http, port: 80, targetPort: 8080}]
"""


@dataclass(frozen=True)
class Wanted:
    """A chart that a release asks for."""

    name: str
    version: str
    repository: str
    """The URL of the repository, or that of the chart itself for an OCI registry."""

    skips_kinds: bool


@dataclass(frozen=True)
class Packed:
    """A chart as it is served."""

    wanted: Wanted
    archive: bytes
    real: bool


def wanted(plans: Iterable[Path]) -> Iterator[Wanted]:
    """The charts of some rehearsed plans' releases, each once, as the first plan wants it."""
    resources = [each for plan in plans for each in made(read_plan(plan)).values()]
    seen: set[tuple[str, str]] = set()
    for inputs in (each for item in resources for each in _release(item)):
        chart, version = inputs.text("chart"), inputs.text("version")
        if (chart, version) not in seen:
            seen.add((chart, version))
            repository = chart if chart.startswith("oci://") else inputs.text("repositoryOpts", "repo")
            yield Wanted(chart.rpartition("/")[2], version, repository, inputs.at("skipCrds") is True)


def _release(resource: Object) -> tuple[Object, ...]:
    return (Object(resource.map("inputs")),) if resource.text("type").endswith(":Release") else ()


def pack(charts: Iterable[Wanted], data: Path, sources: Path | None) -> Iterator[Packed]:
    """Each chart: the real one where the folder of sources has it, else a stand-in.

    A definition that two charts bring is left to the one that is made for it, as the stack's values say.
    """
    first = sorted(charts, key=lambda chart: (chart.name not in FIRST_CHARTS, chart.name))
    taken: set[str] = set()
    for chart in first:
        real = _source(chart, sources)
        kinds = (
            []
            if real or chart.skips_kinds
            else [kind for kind in _kinds(chart, data) if kind.name not in taken]
        )
        taken.update(kind.name for kind in kinds)
        yield Packed(chart, _pack(real, chart) if real else _stand_in(chart, data, kinds), bool(real))


def _source(chart: Wanted, sources: Path | None) -> Path | None:
    """The folder of the real chart, at the version that is asked for."""
    for folder in (sources / f"{chart.name}-{chart.version}", sources / chart.name) if sources else ():
        file = folder / "Chart.yaml"
        if file.is_file() and str(_read(file).text("version")).removeprefix(
            "v"
        ) == chart.version.removeprefix("v"):
            return folder
    return None


def _pack(folder: Path, chart: Wanted) -> bytes:
    """The folder as helm packs it, which leaves out what .helmignore says."""
    with tempfile.TemporaryDirectory() as scratch:
        command = ["helm", "package", str(folder), "--version", chart.version, "--destination", scratch]
        subprocess.run(command, check=True, capture_output=True)
        (made,) = Path(scratch).glob("*.tgz")
        return made.read_bytes()


def _data(chart: Wanted, data: Path) -> Path:
    """Where the chart's data are: by name and version as `make charts` keeps them, or by name alone."""
    fetched = kept(data, chart.name, chart.version)
    return fetched if fetched.is_dir() else data / chart.name


def _kinds(chart: Wanted, data: Path) -> list[Object]:
    file = _data(chart, data) / "crds.json"
    entries = cast("list[JsonMap]", json.loads(file.read_text())) if file.exists() else []
    return [definition(entry) for entry in entries]


def _stand_in(chart: Wanted, data: Path, kinds: list[Object]) -> bytes:
    folder = _data(chart, data)
    if not folder.is_dir():
        raise LookupError(f"{data} has no data of the chart {chart.name}, and it is not among the sources")
    # Without its dependencies, which are not here: Helm would miss them.
    about = {key: value for key, value in _read(folder / "Chart.yaml").raw.items() if key != "dependencies"}
    files: dict[str, str] = {
        "Chart.yaml": yaml.safe_dump({**about, "version": chart.version}),
        "values.yaml": (folder / "values.yaml").read_text(),
        "templates/workload.yaml": WORKLOAD,
    }
    schema = folder / "values.schema.json"
    if schema.exists():
        files["values.schema.json"] = schema.read_text()
    if kinds and chart.name in IN_FOLDER:
        files["crds/kinds.yaml"] = _text(kinds)
    elif kinds:
        files["files/kinds.yaml"] = _text(_kept(kind) for kind in kinds)
        files["templates/kinds.yaml"] = KINDS
    return _archive(chart.name, files)


def _kept(kind: Object) -> Object:
    """A definition that stays when its release goes, always or where the values say so."""
    key = KEEP if kind.text("spec", "group") in ALWAYS_KEPT else "example.com/policy"
    metadata = {**kind.map("metadata"), "annotations": {**kind.map("metadata", "annotations"), key: "keep"}}
    return kind.having(metadata=metadata)


def _text(kinds: Iterable[Object]) -> str:
    """Definitions as one text, without their descriptions: Helm keeps a release in one Secret of 1 MiB."""
    return "\n---\n".join(json.dumps(_undescribed(kind.raw), separators=(",", ":")) for kind in kinds)


def _undescribed(value: Json) -> Json:
    if isinstance(value, Mapping):
        return {
            key: _undescribed(each)
            for key, each in value.items()
            if not (key == "description" and isinstance(each, str))
        }
    return [_undescribed(each) for each in value] if isinstance(value, list) else value


def _read(file: Path) -> Object:
    return Object(cast(JsonMap, yaml.safe_load(file.read_text())))


def _archive(name: str, files: Mapping[str, str]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz", compresslevel=1) as tar:
        for path, text in files.items():
            content = text.encode()
            info = tarfile.TarInfo(f"{name}/{path}")
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return out.getvalue()
