"""The kubeconfig of a stack on a cluster that exists already."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import yaml
from pydantic import BaseModel, Field, ValidationError

from oneup.preflight.finding import Finding
from oneup.preflight.reach import answers
from oneup.settings.existing import Existing


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
        """Both; of two entries with one name the first counts, as kubectl has it."""
        return Kubeconfig(
            contexts=self.contexts + other.contexts,
            clusters=self.clusters + other.clusters,
            users=self.users + other.users,
        )


def paths(existing: Existing) -> list[Path]:
    """The stack's kubeconfig, else those of ``KUBECONFIG``, else the user's own."""
    named = existing.kubeconfig or os.environ.get("KUBECONFIG") or "~/.kube/config"
    separator = None if existing.kubeconfig else os.pathsep
    return [Path(part).expanduser() for part in (named.split(separator) if separator else [named]) if part]


def check_kubeconfig(existing: Existing) -> Iterator[Finding]:
    """The file is there, has the context, and the context leads to a server that answers."""
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
            yield Finding(f"{path} is no kubeconfig", "kubectl config view")
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
            f"the context {wanted} signs in with {program.command}, which is not on PATH", "install it"
        )
    server = next((named.cluster.server for named in config.clusters if named.name == context.cluster), "")
    if not answers(server):
        yield Finding(
            f"the Kubernetes API of {wanted} ({server or 'no server'}) does not answer", "kubectl get nodes"
        )
