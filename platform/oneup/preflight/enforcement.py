"""Whether a cluster that exists already enforces network policies, on which all of the platform's rest."""

import shutil
from collections.abc import Iterator, Sequence
from typing import Final

from pydantic import BaseModel, ValidationError

from oneup.preflight.ask import ask
from oneup.preflight.finding import Finding
from oneup.settings.existing import Existing

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
"""DaemonSets of CNIs, or of what stands beside one, that enforce them."""

_KINDNET: Final = "kindnet"
_KINDNET_SINCE: Final = "v20240813"
"""The first kindnet that does, by the day of its image: that of kind 0.24."""

_ENGINES: Final = ("+k3s",)
"""Ends of nodes' versions whose kubelet brings an enforcer inside, which is no pod."""


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


def check_enforcement(existing: Existing) -> Iterator[Finding]:
    """A remark where no CNI is found that is known to enforce; nothing where the cluster does not say."""
    if shutil.which("kubectl") is None:
        return
    found = _daemon_sets(existing)
    if not found or any(map(_enforces, found)) or _built_in(existing):
        return
    outdated = any(each.metadata.name == _KINDNET for each in found)
    flannel = any("flannel" in each.metadata.name for each in found)
    seen = "an old kindnet" if outdated else "Flannel alone" if flannel else "no CNI that is known to do so"
    yield Finding(
        f"nothing in {existing.context} seems to enforce network policies ({seen}): they would be accepted, "
        "and every pod could reach every other",
        "install a CNI that does (Calico, Cilium, Antrea, kube-router), or make it by kind 0.24 or newer",
        stops=False,
    )


def _daemon_sets(existing: Existing) -> Sequence[_DaemonSet]:
    answer = ask(*_kubectl(existing), "get", "daemonsets", "--all-namespaces", "--output", "json")
    try:
        return _List.model_validate_json(answer.out).items if answer.ok else ()
    except ValidationError:
        return ()


def _built_in(existing: Existing) -> bool:
    """Whether the nodes' own program enforces: k3s has an enforcer inside."""
    versions = "jsonpath={.items[*].status.nodeInfo.kubeletVersion}"
    answer = ask(*_kubectl(existing), "get", "nodes", "--output", versions)
    return answer.ok and any(engine in answer.out for engine in _ENGINES)


def _kubectl(existing: Existing) -> Sequence[str]:
    file = ("--kubeconfig", existing.kubeconfig) if existing.kubeconfig else ()
    return ("kubectl", *file, "--context", existing.context, "--request-timeout", "20s")


def _enforces(daemons: _DaemonSet) -> bool:
    name = daemons.metadata.name
    if name == _KINDNET:
        images = [each.image for each in daemons.spec.template.spec.containers]
        return any(image.rpartition(":")[2] >= _KINDNET_SINCE for image in images)
    return name in _ENFORCING
