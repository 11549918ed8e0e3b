"""One cluster for one stack, from nothing, and its end."""

import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.cluster.harness import control_plane, crds, kwok, nodes
from tests.cluster.harness.access import Access
from tests.cluster.harness.api import Api
from tests.cluster.harness.borrowed import borrow
from tests.cluster.harness.objects import Object, parse
from tests.cluster.harness.processes import Servers
from tests.cluster.harness.volumes import Provisioner, add_default_class

AUTOSCALED = ("HorizontalPodAutoscaler",)
"""Kinds whose controller runs in a borrowed cluster; our own control plane leaves it out."""

ALWAYS = ("kubelet: Node and Pod (kwok)", "CSI provisioner: PersistentVolume")


@dataclass(frozen=True)
class Site:
    """What a cluster is made with: nodes, and the folder with the charts' definitions."""

    machines: tuple[nodes.Node, ...]
    charts: Path


@dataclass(frozen=True)
class Cluster:
    """A running cluster with nodes that are simulated."""

    api: Api
    servers: Servers
    folder: Path
    simulated: tuple[str, ...]
    borrowed: bool
    """Whether it is the user's own, with all of its controllers."""

    @property
    def access(self) -> Access:
        """How other processes reach it."""
        return self.api.access


@contextmanager
def running(logs: Path, site: Site, objects: tuple[Object, ...]) -> Generator[Cluster]:
    """Have a cluster that knows all kinds of the objects; the folder takes logs and data."""
    shutil.rmtree(logs, ignore_errors=True)
    logs.mkdir(parents=True)
    servers, context = Servers(logs), os.environ.get("KUBE_CONTEXT", "")
    with borrow(context, logs, objects) if context else _own(servers, logs) as api:
        provisioner = Provisioner(api.access)
        try:
            nodes.add(api, site.machines)
            own = ("default StorageClass",) if add_default_class(api, objects) else ()
            crds.load(api, site.charts, (*objects, *_argo_cd()))
            stages = kwok.start(servers, api.access, kwok.needed(api, real=AUTOSCALED if context else ()))
            provisioner.start()
            yield Cluster(
                api, servers, logs, (*ALWAYS, *own, *(stage.says for stage in stages)), borrowed=bool(context)
            )
        finally:
            provisioner.stop()
            servers.stop(*(name for name in servers.running if name not in control_plane.SERVERS))


@contextmanager
def _own(servers: Servers, folder: Path) -> Generator[Api]:
    try:
        yield Api(control_plane.start(servers, folder))
    finally:
        servers.stop()
        shutil.rmtree(folder / "keys", ignore_errors=True)
        shutil.rmtree(folder / "etcd", ignore_errors=True)


def _argo_cd() -> tuple[Object, ...]:
    """Objects that stand for Argo CD's own kinds, which are always needed."""
    return parse("\n---\n".join(f"{{apiVersion: argoproj.io/v1alpha1, kind: {kind}}}" for kind in ARGO_CD))


ARGO_CD = ("Application", "AppProject")
