"""A cluster that exists already gives the same handle, and costs nothing of AWS."""

import os
import subprocess
import sys

import pytest

from oneup.plan import Plan
from oneup.plan.inputs import as_mapping, value_at
from tests.unit.foundation.conftest import PROGRAM, ROOT, Planner
from tests.unit.foundation.graph import all_of, earlier, find


def test_only_a_provider_is_made(plan: Planner) -> None:
    made = plan({"existing.nodes": None, "addons.rookCephCluster": None}, stack="baremetal")
    assert [resource.type for resource in made.resources if resource.custom] == [
        "pulumi:providers:kubernetes"
    ]
    provider = find(made, "kubernetes", "kubernetes").inputs
    assert provider["context"] == "baremetal"
    assert provider["clusterIdentifier"] == "oneup-baremetal"
    assert str(provider["enableServerSideApply"]).lower() == "true"
    # What is edited by hand is taken back.
    assert str(provider["enablePatchForce"]).lower() == "true"


def test_whose_kubeconfig_it_is_does_not_matter(plan: Planner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", "somebody/else")
    made = plan({"existing.nodes": None, "addons.rookCephCluster": None}, stack="baremetal")
    assert not find(made, "kubernetes", "kubernetes").inputs.get("kubeconfig")


def test_the_kubeconfig_of_the_settings_is_used(plan: Planner) -> None:
    made = plan({"existing.kubeconfig": "clusters/bare.yaml"}, stack="baremetal")
    assert find(made, "kubernetes", "kubernetes").inputs["kubeconfig"] == "clusters/bare.yaml"


def test_named_nodes_get_their_label_and_kept_ones_a_taint(plan: Planner) -> None:
    made = plan(stack="baremetal")
    for node, taints in {
        "gateway-1": [{"key": "node.role", "value": "gateway", "effect": "NoSchedule"}],
        "storage-2": [{"key": "node.role", "value": "storage", "effect": "NoSchedule"}],
        "worker-3": None,
    }.items():
        patch = find(made, "NodePatch", node)
        metadata, spec = as_mapping(patch.inputs["metadata"]), as_mapping(patch.inputs.get("spec"))
        assert metadata["name"] == node
        assert metadata["labels"] == {"node.role": node.partition("-")[0]}
        assert spec.get("taints") == taints


def test_a_node_is_patched_and_never_owned(plan: Planner) -> None:
    made = plan(stack="baremetal")
    assert len(all_of(made, "NodePatch")) == 9
    assert not all_of(made, "Node")
    # The node controller marks nodes in the same list.
    for patch in all_of(made, "NodePatch"):
        assert value_at(patch.inputs, "metadata", "annotations", "pulumi.com/patchForce") == "true"


def test_pods_wait_for_the_roles_of_their_nodes(baremetal: Plan) -> None:
    release = find(baremetal, "Release", "metallb")
    assert {f"NodePatch {role}-1" for role in ("gateway", "storage", "worker")} <= earlier(baremetal, release)


CHECK = f"""
import sys
from pathlib import Path
from oneup.rehearsal.run import rehearse
from oneup.settings.stackfile import read_stack_file

rehearse(Path({str(PROGRAM)!r}), read_stack_file(Path("Pulumi.baremetal.yaml")))
loaded = sorted(name for name in ("pulumi_aws.ec2", "pulumi_eks") if name in sys.modules)
print(",".join(loaded))
"""


def test_the_sdks_of_aws_are_not_loaded() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "platform")}
    done = subprocess.run(
        [sys.executable, "-c", CHECK], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""
