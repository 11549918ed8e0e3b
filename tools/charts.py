"""Fetches with helm what the checks of Helm values need: `make charts`.

Every chart that an addon may install, at its version, and the charts below it, into the folder that the
tests look in (``ONEUP_CHARTS``, else a cache): for each ``Chart.yaml``, ``values.yaml``, and where there are
any ``values.schema.json`` and ``crds.json``. A version never changes, so what is there is not fetched again.
Beside that folder, in ``iam``: the IAM policies that the projects of some charts publish.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias, cast

import yaml

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"

ROOT: Final = Path(__file__).resolve().parent.parent
CACHE: Final = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "oneup" / "charts"
DEFINITIONS_ON: Final = ("--set", "crds.enabled=true")
"""cert-manager's way to say that its chart brings its kinds; no other chart minds."""

_SNAPSHOTS: Final = (
    "https://raw.githubusercontent.com/kubernetes-csi/external-snapshotter/v8.6.0/client/config/crd"
)
_GATEWAYS: Final = "https://github.com/kubernetes-sigs/gateway-api/releases/download/v1.6.1"
BUNDLES: Final[Mapping[str, Sequence[str]]] = {
    "volume-snapshot-crds": tuple(
        f"{_SNAPSHOTS}/snapshot.storage.k8s.io_{kind}.yaml"
        for kind in ("volumesnapshotclasses", "volumesnapshotcontents", "volumesnapshots")
    ),
    "gateway-api-crds": (f"{_GATEWAYS}/standard-install.yaml",),
}
"""Kinds that come without a chart."""

_YAML: Final[type[yaml.SafeLoader]] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's loader where the wheel has it: ten times as fast on the large charts."""


class _Loader(_YAML):
    """Takes a lone ``=``, which definitions list among operators, for the text that it is to Kubernetes."""


def _text(_: yaml.SafeLoader, node: yaml.Node) -> str:
    return str(node.value)


yaml.add_constructor("tag:yaml.org,2002:value", _text, _Loader)


class _Template(_Loader):
    """Takes what CloudFormation's functions are given for the text that it is."""


def _given(_: yaml.SafeLoader, __: str, node: yaml.Node) -> str:
    return str(node.value)


yaml.add_multi_constructor("!", _given, _Template)


class ChartError(Exception):
    """Why a chart cannot be had, said to the user as it is."""


@dataclass(frozen=True, order=True)
class Pin:
    """A chart at an exact version."""

    repository: str
    name: str
    version: str


def policies_of_stack(template: str) -> Mapping[str, Json]:
    """The IAM policies that a CloudFormation template makes, and the patterns of its rules of events."""
    resources = cast("Mapping[str, Mapping[str, Json]]", _map(yaml.load(template, _Template))["Resources"])
    properties = {name: _map(resource.get("Properties")) for name, resource in resources.items()}
    documents = {
        name: given["PolicyDocument"] for name, given in properties.items() if "PolicyDocument" in given
    }
    return {
        # CloudFormation fills in no keys, so that a document with a parameter in a key is a text.
        **{name: json.loads(one) if isinstance(one, str) else one for name, one in documents.items()},
        "EventPatterns": {
            name: given["EventPattern"] for name, given in properties.items() if "EventPattern" in given
        },
    }


@dataclass(frozen=True)
class Policy:
    """The IAM policy that a chart's project publishes with each release."""

    chart: str
    url: str
    """Of the release ``{version}``."""

    file: str
    """Where it is kept; ``{minor}`` is a version without its patch."""

    read: Callable[[str], Json]
    """What is kept of the text that is published."""

    def path(self, charts: Path, version: str) -> Path:
        """Where it is, beside the charts' data."""
        return charts.parent / "iam" / self.file.format(version=version, minor=version.rpartition(".")[0])


POLICIES: Final = (
    Policy(
        "aws-load-balancer-controller",
        "https://raw.githubusercontent.com/kubernetes-sigs/aws-load-balancer-controller/v{version}"
        "/docs/install/iam_policy.json",
        "aws-load-balancer-controller-{version}.json",
        json.loads,
    ),
    Policy(
        "karpenter",
        "https://raw.githubusercontent.com/aws/karpenter-provider-aws/v{version}"
        "/website/content/en/preview/getting-started/getting-started-with-karpenter/cloudformation.yaml",
        "karpenter-{minor}.json",
        policies_of_stack,
    ),
)


def pins() -> Sequence[Pin]:
    """The chart of every addon of the catalogue, on or off."""
    from oneup.docs.addons import entries, stacks  # it brings the SDKs, which the rest does without

    charts = [entry.single.chart for entry in entries(stacks())]
    return sorted({Pin(chart.repository, chart.name, chart.version) for chart in charts if chart})


def fetch(helm: str, pin: Pin, folder: Path) -> Path:
    """Fetch one chart below ``folder``, unpacked. Raises ``ChartError`` with what helm says."""
    oci = pin.repository.startswith("oci://")
    source = [f"{pin.repository}/{pin.name}"] if oci else [pin.name, "--repo", pin.repository]
    command = [helm, "pull", *source, "--version", pin.version, "--untar", "--untardir", str(folder)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise ChartError(f"{pin.name} {pin.version} of {pin.repository}: {done.stderr.strip()}")
    return folder / pin.name


def keep(helm: str, chart: Path, folder: Path) -> Sequence[Path]:
    """Keep what the checks need of an unpacked chart and of those below it; the folders that it made."""
    published = {
        str(below["name"])
        for below in cast("Sequence[Mapping[str, str]]", about(chart).get("dependencies") or ())
        if below.get("repository", "").partition("://")[0] in {"https", "http", "oci"}
    }
    made = [_keep_one(helm, chart, folder)]
    for below in sorted(chart.glob("charts/*/Chart.yaml")):
        # A subchart without its own values file has no defaults to check against.
        if str(about(below.parent)["name"]) in published:
            made += keep(helm, below.parent, folder)
    return made


def kept(folder: Path, name: str, version: str) -> Path:
    """Where the data of a chart are."""
    return folder / f"{name}-{version}"


def _keep_one(helm: str, chart: Path, folder: Path) -> Path:
    own = about(chart)
    target = kept(folder, str(own["name"]), str(own["version"]))
    with _whole(target) as unfinished:
        for name in ("Chart.yaml", "values.yaml", "values.schema.json"):
            if (chart / name).is_file():
                shutil.copyfile(chart / name, unfinished / name)
        (unfinished / "values.yaml").touch()
        _write_kinds(definitions(helm, chart), unfinished)
    return target


@contextmanager
def _whole(target: Path) -> Generator[Path]:
    """A folder to fill, which is at ``target`` only when it is complete."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".") as scratch:
        unfinished = Path(scratch) / "new"
        unfinished.mkdir()
        yield unfinished
        if not target.exists():
            unfinished.rename(target)


def definitions(helm: str, chart: Path) -> str:
    """The chart's CustomResourceDefinitions: in ``crds`` and in its templates."""
    beside = _helm(helm, "show", "crds", str(chart))
    among = _helm(helm, "template", "it", str(chart), "--include-crds", *DEFINITIONS_ON)
    # Some charts do not render without required values; their ``crds`` folder does not need them.
    return "\n---\n".join(text for text in (beside, among) if text)


def _helm(helm: str, *arguments: str) -> str:
    done = subprocess.run([helm, *arguments], check=False, capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else ""


def _write_kinds(manifests: str, folder: Path) -> None:
    kinds = {str(kind["name"]): kind for kind in served(manifests)}
    if kinds:
        (folder / "crds.json").write_text(json.dumps([kinds[name] for name in sorted(kinds)]), "utf-8")


def served(manifests: str) -> Iterator[Mapping[str, Json]]:
    """Each kind that the definitions among the manifests define, with its served versions."""
    defining = [text for text in manifests.split("\n---") if "CustomResourceDefinition" in text]
    for item in documents("\n---\n".join(defining)):
        if item.get("kind") != "CustomResourceDefinition":
            continue
        spec = _map(item["spec"])
        names = _map(spec["names"])
        yield {
            "name": _map(item["metadata"])["name"],
            "group": spec["group"],
            **{key: names.get(key) for key in ("kind", "listKind", "plural", "singular")},
            "shortNames": names.get("shortNames") or [],
            "scope": spec["scope"],
            "versions": [
                {
                    "name": version["name"],
                    "storage": version["storage"],
                    **({"deprecated": True} if version.get("deprecated") else {}),
                    "openAPIV3Schema": _map(version.get("schema")).get("openAPIV3Schema"),
                }
                for version in cast("Sequence[Mapping[str, Json]]", spec["versions"])
                if version["served"]
            ],
        }


def documents(manifests: str) -> Iterator[Mapping[str, Json]]:
    """The documents of a stream of YAML, without the empty ones."""
    read = cast("Iterator[Mapping[str, Json]]", yaml.load_all(manifests, _Loader))
    return (document for document in read if document)


def _map(value: Json) -> Mapping[str, Json]:
    return value if isinstance(value, Mapping) else {}


def about(chart: Path) -> Mapping[str, Json]:
    """What an unpacked chart says of itself."""
    return cast("Mapping[str, Json]", yaml.load((chart / "Chart.yaml").read_text("utf-8"), _Loader))


def chart_of(folder: Path) -> str:
    """The chart whose data a folder holds; kinds that come without a chart are in a folder of their name."""
    return str(about(folder)["name"]) if (folder / "Chart.yaml").is_file() else folder.name


def fetch_all(helm: str, wanted: Sequence[Pin], folder: Path) -> Sequence[str]:
    """Have every chart in the folder; why some cannot be had."""
    failed: list[str] = []
    for pin in wanted:
        if kept(folder, pin.name, pin.version).is_dir():
            continue
        try:
            with tempfile.TemporaryDirectory() as scratch:
                keep(helm, fetch(helm, pin, Path(scratch)), folder)
        except ChartError as error:
            failed.append(str(error))
        else:
            sys.stdout.write(f"charts: {pin.name} {pin.version}\n")
    return failed


def drop_others(wanted: Sequence[Pin], folder: Path) -> None:
    """Remove what was fetched of other versions of these charts: a kind has one definition."""
    versions = {(pin.name, pin.version) for pin in wanted}
    names = {pin.name for pin in wanted}
    for chart in [path.parent for path in folder.glob("*/Chart.yaml")]:
        own = about(chart)
        name, version = str(own["name"]), str(own["version"])
        if name in names and (name, version) not in versions and chart == kept(folder, name, version):
            shutil.rmtree(chart)


def fetch_bundles(bundles: Mapping[str, Sequence[str]], folder: Path) -> Sequence[str]:
    """Have the kinds that come without a chart; why some cannot be had."""
    failed: list[str] = []
    for name, urls in bundles.items():
        if (folder / name).is_dir():
            continue
        try:
            texts = [_download(url) for url in urls]
        except OSError as error:
            failed.append(f"{name}: {error}")
            continue
        with _whole(folder / name) as unfinished:
            _write_kinds("\n---\n".join(texts), unfinished)
    return failed


def fetch_policies(policies: Sequence[Policy], wanted: Sequence[Pin], folder: Path) -> Sequence[str]:
    """Have the published policies, of the versions of their charts; why some cannot be had."""
    versions = {pin.name: pin.version for pin in wanted}
    failed: list[str] = []
    for policy in policies:
        target = policy.path(folder, versions[policy.chart])
        if target.is_file():
            continue
        url = policy.url.format(version=versions[policy.chart])
        try:
            document = policy.read(_download(url))
        except (OSError, ValueError, KeyError, yaml.YAMLError) as error:
            failed.append(f"the IAM policy of {policy.chart}, {url}: {error}")
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_suffix(".unfinished")
        unfinished.write_text(json.dumps(document, indent=1), "utf-8")
        unfinished.replace(target)
    return failed


def _download(url: str) -> str:
    with urllib.request.urlopen(url, timeout=60) as answer:
        return cast(bytes, answer.read()).decode()


def helm_binary() -> str:
    """The helm that ``tools/build.py`` has built, else the one on PATH. Raises ``ChartError``."""
    built = ROOT / "build" / "tools" / "helm"
    if found := str(built) if built.exists() else shutil.which("helm"):
        return found
    raise ChartError("helm is missing: `make tools TOOLS=helm` builds it, or put one on PATH")


def main() -> int:
    """Fetch all; the exit status."""
    folder = ROOT / (os.environ.get("ONEUP_CHARTS") or CACHE)
    wanted = pins()
    try:
        failed = [*fetch_all(helm_binary(), wanted, folder), *fetch_bundles(BUNDLES, folder)]
        failed += fetch_policies(POLICIES, wanted, folder)
        drop_others(wanted, folder)
    except ChartError as error:
        failed = [str(error)]
    for problem in failed:
        sys.stderr.write(f"charts: {problem}\n")
    if not failed:
        sys.stdout.write(f"charts: all are in {folder}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
