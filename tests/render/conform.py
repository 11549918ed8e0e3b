"""Validates objects against the schemas of Kubernetes and of CRDs, with kubeconform."""

import json
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final, TypeAlias, cast

from oneup.checks import ChartLibrary
from oneup.checks.charts import mapping
from oneup.checks.custom import strict
from oneup.plan import JsonMap

BUILT_IN: Final = "{{.NormalizedKubernetesVersion}}/{{.ResourceKind}}{{.KindSuffix}}.json"
CUSTOM: Final = "{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json"


@dataclass(frozen=True)
class Schemas:
    """Where schemas lie, and the minor version of Kubernetes whose are meant."""

    folder: Path
    version: str


Problems: TypeAlias = "Mapping[str, Sequence[str]]"


def write_schemas(charts: ChartLibrary, versions: Iterable[str], folder: Path) -> Path:
    """The schemas that ``problems`` looks in: of custom kinds, and of Kubernetes' minor versions."""
    for (group, kind), definition in charts.kinds.items():
        for version in cast("Sequence[JsonMap]", definition["versions"]):
            file = folder / group / f"{kind.lower()}_{version['name']}.json"
            file.parent.mkdir(parents=True, exist_ok=True)
            schema = strict(mapping(version["openAPIV3Schema"]), root=True)
            file.write_text(json.dumps({"$schema": "http://json-schema.org/draft-04/schema#", **schema}))
    for version in versions:
        _write_built_in(version, folder / f"v{version}.0")
    return folder


def _write_built_in(version: str, folder: Path) -> None:
    """Kubeconform's own are on the network. The tests have these anyway; without ids they find each other."""
    folder.mkdir()
    known = files("kubernetes_validate") / "kubernetes-json-schema" / f"v{version}.0-local-strict"
    for file in known.iterdir():
        text = file.read_text("utf-8").replace("/api/_definitions.json", "_definitions.json")
        schema = cast("JsonMap", json.loads(text))
        kept = {key: value for key, value in schema.items() if key not in {"$id", "$schema"}}
        (folder / file.name).write_text(json.dumps(kept), "utf-8")


def problems(binary: Path, things: Mapping[str, Sequence[JsonMap]], schemas: Schemas) -> Problems:
    """What kubeconform has against the objects of each; a kind without a schema is a problem too.

    It is asked once for all: most of its time goes into reading schemas.
    """
    where = [
        part for place in (BUILT_IN, CUSTOM) for part in ("-schema-location", f"{schemas.folder}/{place}")
    ]
    version = ("-kubernetes-version", f"{schemas.version}.0")
    command = [str(binary), "-strict", "-summary", "-output", "json", *version, *where]
    with tempfile.TemporaryDirectory() as scratch:
        for name, of_one in things.items():
            text = "\n---\n".join(json.dumps(thing) for thing in of_one)
            (Path(scratch) / f"{name}.yaml").write_text(text, "utf-8")
        done = subprocess.run([*command, scratch], check=False, capture_output=True, text=True)
    if not done.stdout:
        raise RuntimeError(f"kubeconform: {done.stderr.strip()}")
    answer = cast("JsonMap", json.loads(done.stdout))
    looked_at = sum(cast("Mapping[str, int]", answer["summary"]).values())
    if looked_at != (given := sum(map(len, things.values()))):
        raise RuntimeError(f"kubeconform looked at {looked_at} objects of {given}")
    found: dict[str, list[str]] = {name: [] for name in things}
    for each in cast("Sequence[JsonMap]", answer.get("resources") or []):
        found[Path(str(each["filename"])).stem].append(_described(each))
    return found


def _described(found: JsonMap) -> str:
    details = cast("Sequence[JsonMap]", found.get("validationErrors") or [])
    why = "; ".join(f"{each['path']}: {each['msg']}" for each in details) or str(found["msg"])
    return f"{found['kind']} {found['name']}: {why}"
