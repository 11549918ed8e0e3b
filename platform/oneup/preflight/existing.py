"""A cluster that exists already: its kubeconfig, and whether it enforces network policies."""

import os
import shutil
import socket
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, cast
from urllib.parse import urlsplit

import yaml
from pydantic import BaseModel, Field, ValidationError

from oneup.preflight.cli import run_cli
from oneup.preflight.finding import Finding
from oneup.settings.existing import ExistingCluster

TIMEOUT_SECONDS: Final = 5.0


def accepts_connections(url: str) -> bool:
    """Whether a server accepts connections; assumed to be true behind a proxy."""
    if {"HTTPS_PROXY", "https_proxy"} & os.environ.keys():
        return True
    parts = urlsplit(url)
    default = 443 if parts.scheme == "https" else 80
    try:
        socket.create_connection((parts.hostname or "", parts.port or default), TIMEOUT_SECONDS).close()
    except OSError:
        return False
    return True


class _Context(BaseModel):
    cluster: str = ""
    user: str = ""


class _Server(BaseModel):
    server: str = ""


class _Exec(BaseModel):
    command: str


class _User(BaseModel):
    program: _Exec | None = Field(default=None, alias="exec")


class _NamedContext(BaseModel):
    name: str
    context: _Context


class _NamedServer(BaseModel):
    name: str
    cluster: _Server


class _NamedUser(BaseModel):
    name: str
    user: _User = _User()


class Kubeconfig(BaseModel):
    """The parts of a kubeconfig that preflight looks at."""

    contexts: list[_NamedContext] = []
    clusters: list[_NamedServer] = []
    users: list[_NamedUser] = []

    def and_then(self, other: "Kubeconfig") -> "Kubeconfig":
        """Both merged; of entries with the same name the first counts, as in kubectl."""
        return Kubeconfig(
            contexts=self.contexts + other.contexts,
            clusters=self.clusters + other.clusters,
            users=self.users + other.users,
        )


def paths(existing: ExistingCluster) -> list[Path]:
    """The stack's kubeconfig, else those of ``KUBECONFIG``, else the user's own."""
    named = existing.kubeconfig or os.environ.get("KUBECONFIG") or "~/.kube/config"
    separator = None if existing.kubeconfig else os.pathsep
    return [Path(part).expanduser() for part in (named.split(separator) if separator else [named]) if part]


def check_kubeconfig(existing: ExistingCluster) -> Iterator[Finding]:
    """The file exists, has the context, and its server is reachable."""
    files = [path for path in paths(existing) if path.is_file()]
    if not files:
        looked = ", ".join(map(str, paths(existing)))
        yield Finding(
            f"there is no kubeconfig ({looked})", "set existing.kubeconfig, or export KUBECONFIG=PATH"
        )
        return
    merged = Kubeconfig()
    for path in files:
        try:
            loaded = cast("object", yaml.safe_load(path.read_text(encoding="utf-8")))
            merged = merged.and_then(Kubeconfig.model_validate(loaded))
        except (yaml.YAMLError, ValidationError):
            yield Finding(f"{path} is not a kubeconfig", "kubectl config view")
            return
    yield from _check_context(merged, existing.context)


def _check_context(config: Kubeconfig, wanted: str) -> Iterator[Finding]:
    context = next((named.context for named in config.contexts if named.name == wanted), None)
    if context is None:
        known = ", ".join(named.name for named in config.contexts) or "none"
        yield Finding(
            f"the kubeconfig has no context {wanted}; it has: {known}",
            "kubectl config get-contexts, then set existing.context in the stack file",
        )
        return
    program = next((named.user.program for named in config.users if named.name == context.user), None)
    if program and shutil.which(program.command) is None:
        yield Finding(
            f"the context {wanted} authenticates with {program.command}, which is not on PATH", "install it"
        )
    server = next((named.cluster.server for named in config.clusters if named.name == context.cluster), "")
    if not accepts_connections(server):
        yield Finding(
            f"the Kubernetes API of {wanted} ({server or 'no server'}) is not reachable", "kubectl get nodes"
        )


_ENFORCING: Final = (
    "antrea-agent",
    "aws-node",
    "calico-node",
    "canal",
    "cilium",
    "kube-network-policies",
    "kube-ovn-cni",
    "kube-router",
    "ovnkube-node",
    "rke2-canal",
    "weave-net",
)
"""DaemonSets of CNIs and other components that enforce network policies."""

_KINDNET: Final = "kindnet"
_KINDNET_SINCE: Final = "v20240813"
"""The first kindnet image that enforces them, in kind 0.24."""

_ENGINES: Final = ("+k3s",)
"""Suffixes of kubelet versions with a built-in network policy controller."""


class _Container(BaseModel):
    image: str


class _PodSpec(BaseModel):
    containers: list[_Container] = []


class _Template(BaseModel):
    spec: _PodSpec


class _Spec(BaseModel):
    template: _Template


class _Metadata(BaseModel):
    name: str


class _DaemonSet(BaseModel):
    metadata: _Metadata
    spec: _Spec


class _List(BaseModel):
    items: list[_DaemonSet]


def check_enforcement(existing: ExistingCluster) -> Iterator[Finding]:
    """A warning if no CNI is found that enforces network policies; nothing if the cluster cannot be queried."""
    found = _daemon_sets(existing)
    if not found or any(map(_enforces, found)) or _built_in(existing):
        return
    outdated = any(each.metadata.name == _KINDNET for each in found)
    flannel = any("flannel" in each.metadata.name for each in found)
    seen = "an old kindnet" if outdated else "Flannel alone" if flannel else "no CNI that is known to do so"
    yield Finding(
        f"{existing.context} does not seem to enforce network policies ({seen}): they would be accepted, "
        "but every pod could reach every other",
        "install a CNI that does (Calico, Cilium, Antrea, kube-router), or use kind 0.24 or newer",
        blocking=False,
    )


def _daemon_sets(existing: ExistingCluster) -> Sequence[_DaemonSet]:
    answer = run_cli(*kubectl(existing), "get", "daemonsets", "--all-namespaces", "--output", "json")
    try:
        return _List.model_validate_json(answer.out).items if answer.ok else ()
    except ValidationError:
        return ()


def _built_in(existing: ExistingCluster) -> bool:
    """Whether the distribution has a built-in network policy controller, like k3s."""
    versions = "jsonpath={.items[*].status.nodeInfo.kubeletVersion}"
    answer = run_cli(*kubectl(existing), "get", "nodes", "--output", versions)
    return answer.ok and any(engine in answer.out for engine in _ENGINES)


def kubectl(existing: ExistingCluster) -> Sequence[str]:
    """The beginning of every call of kubectl on the cluster."""
    file = ("--kubeconfig", existing.kubeconfig) if existing.kubeconfig else ()
    return ("kubectl", *file, "--context", existing.context, "--request-timeout", "20s")


def _enforces(daemons: _DaemonSet) -> bool:
    name = daemons.metadata.name
    if name == _KINDNET:
        images = [each.image for each in daemons.spec.template.spec.containers]
        return any(image.rpartition(":")[2] >= _KINDNET_SINCE for image in images)
    return name in _ENFORCING
