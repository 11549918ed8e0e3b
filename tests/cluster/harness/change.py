"""Changes of one workload: by hand in the cluster, and by commits in the repository."""

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import yaml

from tests.cluster.harness.api import Api
from tests.cluster.harness.applications import automated
from tests.cluster.harness.objects import Json, JsonMap, Object
from tests.cluster.harness.render import sources

KINDS = ("Deployment", "StatefulSet", "DaemonSet")
IMAGE = "/spec/template/spec/containers/0/image"
OWN = Path(__file__).parent.parent / "workload.yaml"
FORBIDDEN: JsonMap = {
    "apiVersion": "rbac.authorization.k8s.io/v1",
    "kind": "ClusterRole",
    "metadata": {"name": "cluster-test-forbidden"},
    "rules": [],
}


@dataclass(frozen=True)
class Target:
    """A workload, the Application that delivers it, and the folder that this one is rendered from."""

    api: Api
    application: str
    folder: Path
    workload: Object

    def live(self) -> Object:
        """What it is now, empty where it is gone."""
        return self.api.get(self.workload) or Object({})

    def image(self) -> str:
        """The image of its first container."""
        return self.live().text("spec", "template", "spec", "containers", 0, "image")

    def set_image(self, image: str) -> None:
        """Change the image by hand."""
        self.api.patch(self.workload, ({"op": "replace", "path": IMAGE, "value": image},))

    def commit_image(self, image: str) -> None:
        """Have the folder say another image."""
        self._patch({"op": "replace", "path": IMAGE, "value": image})

    def find_no_node(self) -> None:
        """Have the folder want a node that there is none of; the Deployment gives up after two seconds."""
        nowhere: JsonMap = {"example.com/cluster-test": "nowhere"}
        self._patch(
            {"op": "add", "path": "/spec/progressDeadlineSeconds", "value": 2},
            {"op": "add", "path": "/spec/template/spec/nodeSelector", "value": nowhere},
        )

    def lack_a_file(self) -> None:
        """Have the folder name a file that is not there."""
        self._add("resources", "cluster-test-missing.yaml")

    def be_invalid(self) -> None:
        """Have the folder say what the API server refuses."""
        self._patch({"op": "add", "path": "/spec/minReadySeconds", "value": -1})

    def be_forbidden(self) -> None:
        """Have the folder declare an object of the whole cluster, which no project allows."""
        (self.folder / "cluster-test-forbidden.yaml").write_text(yaml.safe_dump(FORBIDDEN))
        self._add("resources", "cluster-test-forbidden.yaml")

    def _patch(self, *operations: JsonMap) -> None:
        which: JsonMap = {"kind": self.workload.kind, "name": self.workload.name}
        self._add("patches", {"target": which, "patch": yaml.safe_dump(list(operations))})

    def _add(self, field: str, entry: Json) -> None:
        add(self.folder, field, entry)


def add(folder: Path, field: str, entry: Json) -> None:
    """Lengthen a list in a folder's kustomization."""
    file = folder / "kustomization.yaml"
    content = cast("dict[str, Json]", yaml.safe_load(file.read_text()))
    present = content.get(field)
    content[field] = [*(present if isinstance(present, list) else []), entry]
    file.write_text(yaml.safe_dump(content))


def plant(copy: Path, applications: Iterable[Object]) -> str:
    """Have the last Application that syncs by itself deliver a workload of the test's own; its name.

    For a tree that has only jobs, which leave nothing to be changed.
    """
    application = [each for each in applications if automated(each)][-1]
    folder = copy / sources(application)[0].text("path")
    shutil.copy(OWN, folder)
    add(folder, "resources", OWN.name)
    return application.name


def choose(
    api: Api, copy: Path, declared: Mapping[str, tuple[Object, ...]], live: tuple[Object, ...]
) -> Target:
    """The first workload, by kind and name, of an Application that syncs by itself."""
    found = [
        Target(api, application.name, copy / source.text("path"), _placed(each, application))
        for application in live
        for source in sources(application)
        for each in declared[application.name]
        if automated(application) and each.kind in KINDS
    ]
    if not found:
        raise LookupError("no Application declares a Deployment, a StatefulSet or a DaemonSet to be changed")
    return min(found, key=lambda each: (KINDS.index(each.workload.kind), each.workload.name))


def _placed(each: Object, application: Object) -> Object:
    namespace = each.namespace or application.text("spec", "destination", "namespace")
    return each.having(metadata={**each.map("metadata"), "namespace": namespace})
