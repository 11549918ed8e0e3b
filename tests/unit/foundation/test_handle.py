"""What the rest of the platform gets to wait for."""

from functools import cache
from pathlib import Path
from typing import cast

from oneup.plan import JsonMap
from oneup.rehearsal.run import rehearse
from oneup.settings.stackfile import read_stack_file
from tests.unit.foundation.conftest import ROOT

PROGRAM = Path(__file__).with_name("handle_program.py")


@cache
def exports(stack: str) -> JsonMap:
    return rehearse(PROGRAM, read_stack_file(ROOT / f"Pulumi.{stack}.yaml")).exports


def waits(stage: str, stack: str = "production") -> list[str]:
    """Names of what a stage of a stack waits for."""
    stages = cast("dict[str, list[str]]", exports(stack)["stages"])
    return [urn.rsplit(":", 1)[-1] for urn in stages[stage]]


def test_a_stage_includes_the_earlier_ones() -> None:
    control, nodes, volumes = waits("control-plane"), waits("nodes"), waits("volumes")
    assert control == ["444455556666-role-platform-admin"]
    assert nodes[: len(control)] == control
    assert set(nodes[len(control) :]) == {
        "workers", "spot", "kube-proxy", "eks-pod-identity-agent", "coredns",
        # Where pods write to from their first minute.
        "logs", "metrics", "traces", "backups", "container-logs", "access-logs", "container-figures",
    }  # fmt: skip
    assert volumes == [*nodes, "snapshot-controller", "aws-ebs-csi-driver"]


def test_objects_that_own_nothing_go_with_the_cluster() -> None:
    assert str(exports("production")["with"]).endswith("eks:index:Cluster::cluster")
    assert exports("production")["identities"] is True


def test_facts_are_those_of_the_foundation() -> None:
    facts = cast("dict[str, str]", exports("production")["facts"])
    assert facts["vpc-id"].startswith("vpc-")
    assert facts["kms-key-arn"].startswith("arn:aws:kms:eu-central-1:")
    assert facts["cluster-endpoint"].startswith("https://")


def test_an_existing_cluster_is_up_and_waits_only_for_its_nodes_roles() -> None:
    found = exports("baremetal")
    assert (found["facts"], found["identities"], found["with"]) == ({}, False, "")
    control, nodes, volumes = (waits(name, "baremetal") for name in ("control-plane", "nodes", "volumes"))
    assert control == []
    assert nodes == volumes
    assert [name.partition("-")[0] for name in nodes] == ["gateway"] * 3 + ["storage"] * 3 + ["worker"] * 3
