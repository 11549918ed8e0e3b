"""A control plane for the engine: with nodes, and with no kinds but those that a cluster has by itself."""

import shutil
import time
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import yaml

from tests.cluster.harness import control_plane, crds, kwok, nodes
from tests.cluster.harness.access import Access
from tests.cluster.harness.api import Api
from tests.cluster.harness.objects import Identity, JsonMap, Object
from tests.cluster.harness.processes import Servers
from tests.cluster.harness.volumes import Provisioner, add_default_class
from tests.up.engine.simulated import World

QUIET: Final = 3.0
"""Seconds without anything new after which a new cluster has made all its own."""

FROM_EKS: Final = ("snapshot.storage.k8s.io", "groupsnapshot.storage.k8s.io")
"""Groups whose kinds an addon of EKS brings."""


@dataclass(frozen=True)
class Cluster:
    """A running cluster with nothing of the stack in it."""

    api: Api
    servers: Servers
    kubeconfig: Path
    """The administrator's, whose context is named as the stack file says."""

    simulated: tuple[str, ...]
    before: frozenset[Identity]
    """What it held at first."""

    @property
    def access(self) -> Access:
        """How other processes reach it."""
        return self.api.access


@dataclass(frozen=True)
class Site:
    """What a stack file says of its cluster."""

    machines: tuple[nodes.Node, ...]
    context: str
    on_aws: bool

    @staticmethod
    def of(file: Path) -> "Site":
        """Read it."""
        config = Object(cast(JsonMap, yaml.safe_load(file.read_text()))).map("config")
        existing = Object(config).each("oneup:existing", "nodes")
        zones = ("zone-a", "zone-b", "zone-c")
        named = tuple(
            nodes.Node(node.text("name"), zones[index % len(zones)], {}, ())
            for index, node in enumerate(existing)
        )
        context = Object(config).text("oneup:existing", "context")
        return Site(named or nodes.of_stack(file), context or "oneup", not context)


@contextmanager
def running(folder: Path, site: Site, charts: Path) -> Generator[Cluster]:
    """Have such a cluster; the folder takes logs and data."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    servers = Servers(folder)
    try:
        access = control_plane.start(servers, folder)
        api, provisioner, world = Api(access), Provisioner(access), World(access)
        nodes.add(api, site.machines)
        own = ("default StorageClass",) if not site.on_aws and add_default_class(api, ()) else ()
        if site.on_aws:
            _load(api, (definition for key, definition in crds.index(charts).items() if key[0] in FROM_EKS))
        stages = kwok.start(servers, access, kwok.needed(api, real=()))
        provisioner.start()
        world.start()
        try:
            said = (*own, *(stage.says for stage in stages))
            kubeconfig = _kubeconfig(access, site.context, folder)
            yield Cluster(api, servers, kubeconfig, said, _settled(api))
        finally:
            world.stop()
            provisioner.stop()
    finally:
        servers.stop()
        for kept_secret in ("keys", "etcd"):
            shutil.rmtree(folder / kept_secret, ignore_errors=True)


def _settled(api: Api) -> frozenset[Identity]:
    """What a new cluster holds once its controllers have made their own: nothing new for some seconds."""
    seen = frozenset[Identity]()
    while (found := frozenset(api.everything())) != seen:
        seen = found
        time.sleep(QUIET)
    return seen


def _load(api: Api, entries: Iterable[JsonMap]) -> None:
    for entry in entries:
        api.apply(crds.definition(entry), "eks-addon")


def _kubeconfig(access: Access, context: str, folder: Path) -> Path:
    config = cast("dict[str, list[dict[str, str]]]", yaml.safe_load(access.kubeconfig.read_text()))
    config["contexts"][0]["name"] = context
    file = folder / "kubeconfig"
    file.write_text(yaml.safe_dump({**config, "current-context": context}))
    return file
