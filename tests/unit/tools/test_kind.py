"""The cluster of `make local` is the one that its stack file describes."""

import re

import yaml

from oneup.installation import select
from oneup.installation.capacity_by_role import utilization_by_role
from oneup.settings.existing import ExistingCluster, NodeRole
from oneup.settings.model import ExistingSettings
from tests import ROOT
from tests.support.stacks import settings


def existing() -> ExistingCluster:
    stack = settings("local")
    assert isinstance(stack, ExistingSettings)
    return stack.existing


def test_the_cluster_is_the_one_that_the_stack_file_describes() -> None:
    kind = yaml.safe_load((ROOT / "kind.yaml").read_text())
    there = existing()
    (node,) = kind["nodes"]
    assert there.context == f"kind-{kind['name']}"
    assert [one.name for one in there.nodes] == [f"{kind['name']}-control-plane"]
    assert kind["networking"]["podSubnet"] == there.pod_cidr
    assert kind["networking"]["serviceSubnet"] == there.service_cidr
    assert re.fullmatch(
        rf"kindest/node:v{re.escape(there.version)}\.\d+@sha256:[0-9a-f]{{64}}", node["image"]
    )
    assert {port["listenAddress"] for port in node["extraPortMappings"]} == {"127.0.0.1"}


def test_the_platform_in_small_fits_the_laptop_that_it_names() -> None:
    (node,) = existing().nodes
    assert (node.cpus, node.memory_gib) == (4, 8)
    stack = settings("local")
    assert isinstance(stack, ExistingSettings)
    ((role, load),) = utilization_by_role(stack, select(stack).addons)
    assert role is NodeRole.WORKER
    # Beside addons and applications stand the pods that kind brings: control plane, etcd, CoreDNS, kindnet.
    assert load.allocatable.memory_mib - load.requested.memory_mib >= 100 + 2 * 70 + 50
    assert load.allocatable.cpu_millis - load.requested.cpu_millis >= 250 + 200 + 100 + 100 + 2 * 100 + 100


def test_metrics_server_takes_the_certificate_that_kinds_kubelet_signs_itself() -> None:
    (server,) = [one for one in select(settings("local")).addons if one.name == "metrics-server"]
    assert server.values["args"] == ["--kubelet-insecure-tls"]


def test_what_argo_cd_brings_goes_with_it() -> None:
    (argo,) = [one for one in select(settings("local")).addons if one.name == "argo-cd"]
    assert argo.values["crds"] == {"keep": False}


def test_kind_is_of_one_version_everywhere() -> None:
    (built,) = re.findall(r"kind (\d+\.\d+\.\d+):", (ROOT / "kind.yaml").read_text())
    assert f"sigs.k8s.io/kind@v{built}" in (ROOT / "tools" / "local_machine.py").read_text()
    workflow = (ROOT / ".github" / "workflows" / "local.yml").read_text()
    assert re.findall(r"sigs\.k8s\.io/kind@v(\S+)", workflow) == [built]
