"""`make charts`: what helm fetches is what the checks of Helm values read."""

import hashlib
import io
import json
import tarfile
import threading
from collections.abc import Generator, Mapping
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml

import charts as fetching
from charts import (
    POLICIES,
    Pin,
    Policy,
    drop_others,
    fetch_all,
    fetch_bundles,
    fetch_policies,
    pins,
    policies_of_stack,
    served,
)
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


TEMPLATE = """
Resources:
  Role: {Properties: {AssumeRolePolicyDocument: {Statement: []}}}
  Brewing:
    Properties:
      PolicyDocument: !Sub |
        {"Statement": [{"Action": "tea:Brew", "Resource": "arn:${AWS::Partition}:tea:::*"}]}
  Pouring:
    Properties:
      PolicyDocument: {Statement: [{Action: [tea:Pour], Resource: !GetAtt Pot.Arn}]}
  Boiled:
    Properties: {EventPattern: {source: [aws.tea]}}
"""
"""As Karpenter's project publishes its policies: those with a parameter in a key as a text."""

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
    (folder / "v1.2.3").mkdir()
    (folder / "v1.2.3" / "iam.json").write_text('{"Statement": []}')
    (folder / "v1.2.3" / "stack.yaml").write_text(TEMPLATE)


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


def policies(repository: str) -> list[Policy]:
    return [
        Policy("tea", f"{repository}/v{{version}}/iam.json", "tea-{version}.json", json.loads),
        Policy("tea", f"{repository}/v{{version}}/stack.yaml", "tea-{minor}.json", policies_of_stack),
    ]


def test_published_policies_are_fetched_beside_the_charts(repository: str, tmp_path: Path) -> None:
    wanted = [Pin(repository, "tea", "1.2.3")]
    assert fetch_policies(policies(repository), wanted, tmp_path / "charts") == []
    whole, of_stack = [json.loads(one.path(tmp_path / "charts", "1.2.3").read_text()) for one in policies("")]
    assert whole == {"Statement": []}
    assert of_stack == {
        "Brewing": {"Statement": [{"Action": "tea:Brew", "Resource": "arn:${AWS::Partition}:tea:::*"}]},
        "Pouring": {"Statement": [{"Action": ["tea:Pour"], "Resource": "Pot.Arn"}]},
        "EventPatterns": {"Boiled": {"source": ["aws.tea"]}},
    }
    found = sorted(path.name for path in (tmp_path / "iam").iterdir())
    assert found == ["tea-1.2.3.json", "tea-1.2.json"]


def test_a_policy_that_is_there_is_not_fetched_again(repository: str, tmp_path: Path) -> None:
    wanted = [Pin(repository, "tea", "1.2.3")]
    fetch_policies(policies(repository), wanted, tmp_path / "charts")
    assert fetch_policies(policies("http://127.0.0.1:1"), wanted, tmp_path / "charts") == []


@pytest.mark.parametrize("version", ["9.9.9", "0.0.0"])
def test_a_policy_that_cannot_be_had_or_read_is_named_and_stops_no_other(
    repository: str, tmp_path: Path, version: str
) -> None:
    (tmp_path / "repository" / "v0.0.0").mkdir()
    (tmp_path / "repository" / "v0.0.0" / "iam.json").write_text("<html>")
    (tmp_path / "repository" / "v0.0.0" / "stack.yaml").write_text("{}")
    wanted = [Pin(repository, "tea", version)]
    first, second = fetch_policies(policies(repository), wanted, tmp_path / "charts")
    assert first.startswith(f"the IAM policy of tea, {repository}/v{version}/iam.json: ")
    assert second.startswith(f"the IAM policy of tea, {repository}/v{version}/stack.yaml: ")
    assert list(tmp_path.glob("iam/*")) == []


def test_other_versions_of_a_chart_go_and_nothing_else(repository: str, helm: str, tmp_path: Path) -> None:
    folder = tmp_path / "charts"
    fetch_all(helm, [Pin(repository, "tea", "1.2.3")], folder)
    by_hand = folder / "tea"
    by_hand.mkdir()
    (by_hand / "Chart.yaml").write_text(FILES["tea/Chart.yaml"])
    drop_others([Pin(repository, "tea", "1.2.3")], folder)
    assert {path.name for path in folder.iterdir()} == {"tea-1.2.3", "milk-2.0.1", "tea"}
    drop_others([Pin(repository, "tea", "1.2.4")], folder)
    assert {path.name for path in folder.iterdir()} == {"milk-2.0.1", "tea"}


@pytest.mark.usefixtures("helm")
def test_make_charts_fetches_all_of_it(
    repository: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONEUP_CHARTS", str(tmp_path / "charts"))
    monkeypatch.setattr(fetching, "pins", lambda: [Pin(repository, "tea", "1.2.3")])
    monkeypatch.setattr(fetching, "BUNDLES", {"kettle-crds": [f"{repository}/kinds.yaml"]})
    monkeypatch.setattr(fetching, "POLICIES", policies(repository))
    assert fetching.main() == 0
    assert (tmp_path / "charts" / "tea-1.2.3").is_dir()
    assert (tmp_path / "charts" / "kettle-crds").is_dir()
    assert (tmp_path / "iam" / "tea-1.2.3.json").is_file()
    monkeypatch.setattr(fetching, "POLICIES", policies("http://127.0.0.1:1")[:1])
    (tmp_path / "iam" / "tea-1.2.3.json").unlink()
    assert fetching.main() == 1


def test_every_published_policy_is_of_a_chart_of_the_catalogue() -> None:
    assert {policy.chart for policy in POLICIES} <= {pin.name for pin in pins()}


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
