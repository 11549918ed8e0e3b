"""What the rest of the platform gets to wait for."""

import json
from pathlib import Path

import pytest

from oneup.plan import Json
from oneup.rehearsal.run import rehearse
from oneup.settings.stackfile import read_stack_file
from tests.foundation.conftest import ROOT

PROGRAM = """
import pulumi
from oneup import foundation, settings

handle = foundation.build(settings.load())
pulumi.export("stages", {stage: [r.urn for r in waits] for stage, waits in handle.stages.items()})
pulumi.export("facts", {fact: value for fact, value in handle.facts.items()})
pulumi.export("identities", handle.identities is not None)
pulumi.export("with", handle.deleted_with.urn if handle.deleted_with else "")
"""

Exports = dict[str, Json]


def exports(stack: str, tmp_path: Path) -> Exports:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    return dict(rehearse(program, read_stack_file(ROOT / f"Pulumi.{stack}.yaml")).exports)


@pytest.fixture
def aws(tmp_path: Path) -> Exports:
    return exports("production", tmp_path)


def names(stages: Json, stage: str) -> list[str]:
    assert isinstance(stages, dict)
    return [str(urn).rsplit(":", 1)[-1] for urn in json.loads(json.dumps(stages[stage]))]


def test_a_stage_includes_the_earlier_ones(aws: Exports) -> None:
    control, nodes, volumes = (names(aws["stages"], stage) for stage in ("control-plane", "nodes", "volumes"))
    assert control == ["444455556666-role-platform-admin"]
    assert nodes[: len(control)] == control
    assert set(nodes[len(control) :]) == {
        "workers", "spot", "kube-proxy", "eks-pod-identity-agent", "coredns",
    }  # fmt: skip
    assert volumes == [*nodes, "snapshot-controller", "aws-ebs-csi-driver"]


def test_objects_that_own_nothing_go_with_the_cluster(aws: Exports) -> None:
    assert str(aws["with"]).endswith("eks:index:Cluster::cluster")
    assert aws["identities"] is True


def test_facts_are_those_of_the_foundation(aws: Exports) -> None:
    facts = aws["facts"]
    assert isinstance(facts, dict)
    assert str(facts["vpc-id"]).startswith("vpc-")
    assert str(facts["kms-key-arn"]).startswith("arn:aws:kms:eu-central-1:")
    assert str(facts["cluster-endpoint"]).startswith("https://")


def test_an_existing_cluster_is_up_and_knows_nothing_of_aws(tmp_path: Path) -> None:
    given = exports("baremetal", tmp_path)
    assert given == {
        "stages": {"control-plane": [], "nodes": [], "volumes": []},
        "facts": {},
        "identities": False,
        "with": "",
    }
