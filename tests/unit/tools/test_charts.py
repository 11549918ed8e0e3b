"""`make charts`: what helm fetches is what the checks of Helm values read."""

import hashlib
import io
import tarfile
import threading
from collections.abc import Generator, Mapping
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml

import charts as fetching
from charts import Pin, fetch_all, fetch_bundles, pins, served
from oneup.checks import ChartLibrary
from tests.unit.conftest import HELM_MISSING

DEFINITION = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: kettles.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Kettle, plural: kettles, singular: kettle, listKind: KettleList}
  versions:
    - name: v1
      served: true
      storage: true
      schema: {openAPIV3Schema: {enum: [=, "!="]}}
    - {name: v0, served: false, storage: false, schema: {openAPIV3Schema: {type: object}}}
"""
OTHER = DEFINITION.replace("kettle", "cup").replace("Kettle", "Cup")


def chart(name: str, version: str, **more: object) -> str:
    return yaml.safe_dump({"apiVersion": "v2", "name": name, "version": version, **more})


FILES: Mapping[str, str] = {
    "tea/Chart.yaml": chart(
        "tea", "1.2.3", dependencies=[{"name": "milk", "version": "^2", "repository": "https://example.com"}]
    ),
    "tea/values.yaml": "cups: 1\nmilk: {fat: 3}\n",
    "tea/values.schema.json": '{"properties": {"cups": {"type": "integer"}}}',
    "tea/crds/kettle.yaml": DEFINITION,
    "tea/templates/cup.yaml": OTHER,
    "tea/charts/milk/Chart.yaml": chart("milk", "2.0.1"),
    "tea/charts/milk/values.yaml": "fat: 1\noats: false\n",
}


def packaged(folder: Path) -> None:
    """A chart repository: one archive, and the index that names it."""
    with tarfile.open(folder / "tea-1.2.3.tgz", "w:gz") as archive:
        for name, text in FILES.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))
    digest = hashlib.sha256((folder / "tea-1.2.3.tgz").read_bytes()).hexdigest()
    about = {
        "apiVersion": "v2",
        "name": "tea",
        "version": "1.2.3",
        "digest": digest,
        "urls": ["tea-1.2.3.tgz"],
    }
    index = {"apiVersion": "v1", "entries": {"tea": [about]}, "generated": "2026-01-01T00:00:00Z"}
    (folder / "index.yaml").write_text(yaml.safe_dump(index))
    (folder / "kinds.yaml").write_text(DEFINITION)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def repository(tmp_path: Path) -> Generator[str]:
    (tmp_path / "repository").mkdir()
    packaged(tmp_path / "repository")
    handler = partial(Quiet, directory=str(tmp_path / "repository"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def helm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    for name in ("CACHE", "CONFIG", "DATA"):
        monkeypatch.setenv(f"HELM_{name}_HOME", str(tmp_path / name))
    try:
        return fetching.helm_binary()
    except fetching.ChartError:
        pytest.skip(HELM_MISSING)


def test_a_chart_is_fetched_whole_with_what_is_below_it(repository: str, helm: str, tmp_path: Path) -> None:
    folder = tmp_path / "charts"
    assert fetch_all(helm, [Pin(repository, "tea", "1.2.3")], folder) == []
    known = ChartLibrary(folder)
    found = known.find("tea", "1.2.3")
    assert found
    assert found.defaults == {"cups": 1, "milk": {"fat": 3, "oats": False}}
    assert found.schema == {"properties": {"cups": {"type": "integer"}}}
    assert set(known.kinds) == {("example.com", "Kettle"), ("example.com", "Cup")}
    assert known.versions("milk") == ["2.0.1"]


def test_what_is_there_is_not_fetched_again(repository: str, helm: str, tmp_path: Path) -> None:
    wanted = [Pin(repository, "tea", "1.2.3")]
    fetch_all(helm, wanted, tmp_path / "charts")
    assert fetch_all("/there/is/no/helm", wanted, tmp_path / "charts") == []


def test_a_chart_that_cannot_be_had_is_named_and_stops_no_other(
    repository: str, helm: str, tmp_path: Path
) -> None:
    wanted = [Pin(repository, "tea", "9.9.9"), Pin(repository, "tea", "1.2.3")]
    (problem,) = fetch_all(helm, wanted, tmp_path / "charts")
    assert problem.startswith(f"tea 9.9.9 of {repository}: ")
    assert [path.name for path in sorted((tmp_path / "charts").iterdir())] == ["milk-2.0.1", "tea-1.2.3"]


def test_kinds_without_a_chart_are_fetched_too(repository: str, tmp_path: Path) -> None:
    bundles = {"kettle-crds": [f"{repository}/kinds.yaml"], "none": [f"{repository}/none.yaml"]}
    (problem,) = fetch_bundles(bundles, tmp_path / "charts")
    assert problem.startswith("none: ")
    assert set(ChartLibrary(tmp_path / "charts").kinds) == {("example.com", "Kettle")}


def test_only_served_versions_are_kept() -> None:
    (kind,) = served(DEFINITION)
    assert kind["scope"] == "Namespaced"
    assert kind["versions"] == [{"name": "v1", "storage": True, "openAPIV3Schema": {"enum": ["=", "!="]}}]


def test_every_chart_of_the_catalogue_is_asked_for() -> None:
    asked = {(pin.name, pin.version) for pin in pins()}
    assert {"argo-cd", "karpenter", "promtail", "rook-ceph", "base"} <= {name for name, _ in asked}


def test_what_is_pinned_is_what_the_data_at_hand_are_of(charts: ChartLibrary) -> None:
    assert [pin for pin in pins() if not charts.find(pin.name, pin.version)] == []


def test_without_helm_it_is_said_how_to_get_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(fetching, "ROOT", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(fetching.ChartError, match="make tools TOOLS=helm"):
        fetching.helm_binary()
