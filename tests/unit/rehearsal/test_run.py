"""A run of a program through the recording monitor."""

from pathlib import Path

import pytest

from oneup.plan import SECRET, UNKNOWN, Resource
from oneup.rehearsal.run import check_same_resources, rehearse
from oneup.rehearsal.source import ProgramError
from oneup.settings.stackfile import StackFile, read_stack_file
from tests.support.plans import planned
from tests.support.rehearsals import rehearsed
from tests.unit.rehearsal.conftest import Run

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


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "vpc = aws.ec2.Vpc('v')\nvpc.id.apply(lambda i: aws.ec2.Subnet('a', vpc_id=i))",
            "__main__.py:3: aws:ec2/subnet:Subnet a: is not in the first preview: it is created inside `apply`",
            id="inside an apply",
        ),
        pytest.param(
            "if pulumi.runtime.is_dry_run():\n    aws.ec2.Vpc('v')",
            "__main__.py:3: aws:ec2/vpc:Vpc v: is in the first preview only",
            id="in a preview only",
        ),
    ],
)
def test_both_passes_make_the_same_resources(run: Run, text: str, message: str) -> None:
    preview, update = run(text, preview=True).plan, run(text).plan
    with pytest.raises(ProgramError) as caught:
        check_same_resources(preview, update)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("stack", ["staging", "production", "baremetal", "local"])
def test_the_real_program_makes_the_same_in_both_passes(stack: str, root: Path) -> None:
    stackfile = read_stack_file(root / f"Pulumi.{stack}.yaml")
    program = root / "__main__.py"
    check_same_resources(rehearsed(program, stackfile, preview=True), planned(stack))


def test_the_order_is_the_programs_own_as_far_as_the_needs_allow(run: Run) -> None:
    text = """
        late = aws.ec2.Vpc("late", tags={"a": aws.ec2.Vpc("first").id})
        for name in ("z", "y", "x"):
            aws.ec2.Vpc(name)
    """
    assert [resource.name for resource in run(text).plan.resources] == [
        "oneup-dev",
        "first",
        "late",
        "z",
        "y",
        "x",
    ]


def test_what_the_program_says_is_kept_once(run: Run) -> None:
    text = "for _ in 'ab':\n    pulumi.log.warn('take care')\n    pulumi.log.info('all well')"
    assert run(text).warnings == ("take care",)


def test_an_encrypted_setting_is_a_placeholder_and_a_secret(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.dev.yaml").write_text("config:\n  oneup:token: {secure: AAABAIlVqHb}\n")
    program = tmp_path / "__main__.py"
    program.write_text("import pulumi\npulumi.export('t', pulumi.Config('oneup').require_secret('token'))\n")
    rehearsal = rehearse(program, read_stack_file(tmp_path / "Pulumi.dev.yaml"))
    assert rehearsal.exports == {"t": SECRET}
