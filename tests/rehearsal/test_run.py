"""A run of a program through the recording monitor."""

from pathlib import Path

import pytest

from oneup.plan import SECRET, UNKNOWN, Resource
from oneup.rehearsal.run import rehearse
from oneup.settings.stackfile import StackFile

SMALL = Path(__file__).parent.parent / "fixtures" / "programs" / "small.py"
STACK = StackFile("dev", {}, frozenset())


def the(resources: tuple[Resource, ...], name: str) -> Resource:
    return next(resource for resource in resources if resource.name == name)


def test_a_preview_knows_no_outputs() -> None:
    rehearsal = rehearse(SMALL, STACK, preview=True)
    assert the(rehearsal.plan.resources, "a").inputs["vpcId"] == UNKNOWN
    assert rehearsal.exports == {"vpc": UNKNOWN}


def test_an_update_has_simulated_outputs() -> None:
    rehearsal = rehearse(SMALL, STACK)
    vpc = the(rehearsal.plan.resources, "main")
    assert the(rehearsal.plan.resources, "a").inputs["vpcId"] == vpc.id
    assert rehearsal.exports == {"vpc": vpc.id}


def test_dependencies_include_references_inside_inputs() -> None:
    plan = rehearse(SMALL, STACK).plan
    assert the(plan.resources, "cluster").urn in the(plan.resources, "cni").dependencies


def test_a_child_has_its_parents_types_in_its_urn() -> None:
    plan = rehearse(SMALL, STACK).plan
    assert "::eks:index:Cluster$eks:index:Addon::" in the(plan.resources, "cni").urn


def test_secrets_are_redacted() -> None:
    plan = rehearse(SMALL, STACK).plan
    assert the(plan.resources, "credentials").inputs["stringData"] == SECRET
    assert "correct horse" not in repr(plan)


@pytest.mark.parametrize("preview", [True, False])
def test_two_runs_agree(preview: bool) -> None:
    assert rehearse(SMALL, STACK, preview=preview) == rehearse(SMALL, STACK, preview=preview)
