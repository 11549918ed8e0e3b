"""One cluster for one stack, from nothing, and its end."""

import os
import shutil
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from harness import control_plane, crds, kwok, nodes
from harness.access import Access, export_kubeconfig, open_kubeconfig
from harness.api import Api
from harness.objects import Object, parse
from harness.processes import Servers
from harness.volumes import Provisioner

KIND = "kind-"
"""Only contexts that begin so may take the place of our own control plane: kind's clusters are for tests."""


@dataclass(frozen=True)
class Cluster:
    """A running cluster with nodes that are simulated."""

    api: Api
    servers: Servers
    folder: Path
    simulated: tuple[str, ...]

    @property
    def access(self) -> Access:
        """How other processes reach it."""
        return self.api.access


@contextmanager
def running(
    logs: Path, machines: tuple[nodes.Node, ...], charts: Path, objects: Iterable[Object]
) -> Generator[Cluster]:
    """Have a cluster that knows all kinds of the objects; the folder takes logs and data."""
    shutil.rmtree(logs, ignore_errors=True)
    logs.mkdir(parents=True)
    servers = Servers(logs)
    try:
        access = _reach(servers, logs)
        api = Api(access)
        nodes.add(api, machines)
        crds.load(api, charts, (*objects, *_argo_cd()))
        stages = kwok.start(servers, access, logs)
        provisioner = Provisioner(access)
        provisioner.start()
        played = (
            "kubelet: Node and Pod (kwok)",
            "CSI provisioner: PersistentVolume",
            *(stage.says for stage in stages),
        )
        yield Cluster(api, servers, logs, played)
        provisioner.stop()
    finally:
        servers.stop()
        shutil.rmtree(logs / "keys", ignore_errors=True)
        shutil.rmtree(logs / "etcd", ignore_errors=True)


def _reach(servers: Servers, folder: Path) -> Access:
    context = os.environ.get("KUBE_CONTEXT", "")
    if not context:
        return control_plane.start(servers, folder).access
    if not context.startswith(KIND):
        raise RuntimeError(
            f"KUBE_CONTEXT={context}: only a context of kind's ({KIND}…) is touched by this test"
        )
    return open_kubeconfig(export_kubeconfig(context, folder))


def _argo_cd() -> tuple[Object, ...]:
    """Objects that stand for Argo CD's own kinds, which are always needed."""
    return parse("\n---\n".join(f"{{apiVersion: argoproj.io/v1alpha1, kind: {kind}}}" for kind in ARGO_CD))


ARGO_CD = ("Application", "AppProject")
