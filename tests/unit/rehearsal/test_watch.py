"""What a program may not do with outputs, and what a rehearsal must have a value for."""

import pulumi
import pytest

from oneup.rehearsal.source import ProgramError
from tests.unit.rehearsal.conftest import Run


@pytest.mark.parametrize(
    "read",
    [
        pytest.param("ami.name_prefix.apply(print)", id="in an apply"),
        pytest.param("pulumi.export('x', ami.name_prefix)", id="in an export"),
        pytest.param("aws.ec2.Vpc('v', cidr_block=ami.name_prefix)", id="in an input"),
        pytest.param("aws.ec2.Vpc('v', cidr_block=ami.name_prefix.apply(len).apply(str))", id="in a chain"),
        pytest.param("ami.name_prefix", id="for nothing"),
    ],
)
def test_an_output_that_is_not_simulated_is_an_error_where_it_is_read(run: Run, read: str) -> None:
    with pytest.raises(ProgramError) as caught:
        run(f"ami = aws.iam.Role('ci', assume_role_policy='')\n{read}")
    assert str(caught.value) == (
        "__main__.py:3: aws:iam/role:Role ci: the program reads its output namePrefix, "
        "which the rehearsal does not simulate; add it to its type's entry in plan/resource_types"
    )


def test_a_first_preview_asks_for_no_simulated_output(run: Run) -> None:
    assert run("aws.iam.Role('ci', assume_role_policy='').name_prefix", preview=True).plan.resources


def test_a_part_of_an_output_that_is_not_simulated_is_an_error(run: Run) -> None:
    text = """
        group = aws.eks.NodeGroup("n", cluster_name="c", node_role_arn="r", subnet_ids=[], scaling_config={
            "desired_size": 1, "max_size": 1, "min_size": 1})
        pulumi.export("version", group.update_config.apply(lambda c: c.max_unavailable))
    """
    with pytest.raises(ProgramError, match="the program reads its output updateConfig"):
        run(text)


@pytest.mark.parametrize(
    "read",
    [
        pytest.param("group.scaling_config.apply(lambda scaling: scaling.max_size)", id="in an apply"),
        pytest.param("group.scaling_config.max_size", id="lifted"),
    ],
)
def test_a_missing_part_of_a_given_output_is_an_error(run: Run, read: str) -> None:
    text = f"""
        group = aws.eks.NodeGroup("n", cluster_name="c", node_role_arn="r", subnet_ids=[],
            scaling_config={{"desired_size": 1, "min_size": 1}})
        pulumi.export("size", {read})
    """
    with pytest.raises(ProgramError, match=r"the program reads NodeGroupScalingConfig\.max_size"):
        run(text)


@pytest.mark.parametrize(
    "decision",
    [
        pytest.param("if vpc.id: pass", id="truth"),
        pytest.param("x = 1 if vpc.arn == 'a' else 2", id="equality"),
        pytest.param("x = 1 if 'a' != vpc.arn else 2", id="inequality"),
        pytest.param("x = vpc.id or 'none'", id="or"),
        pytest.param("x = {'a': 1} if not vpc.main_route_table_id else {}", id="not"),
        pytest.param("x = vpc.arn in ['a']", id="among"),
    ],
)
@pytest.mark.parametrize("preview", [True, False])
def test_a_program_may_not_decide_by_an_output(run: Run, decision: str, preview: bool) -> None:
    with pytest.raises(ProgramError) as caught:
        run(f"vpc = aws.ec2.Vpc('v', cidr_block='10.0.0.0/16')\n{decision}", preview=preview)
    assert str(caught.value).startswith("__main__.py:3: the program branches on an output")


@pytest.mark.parametrize("text", ["f'{vpc.arn}/x'", "'x' + str(vpc.arn)"])
def test_an_output_in_a_text_is_an_error(run: Run, text: str) -> None:
    with pytest.raises(ProgramError, match=r"^__main__\.py:3: .*Calling __str__ on an Output"):
        run(f"vpc = aws.ec2.Vpc('v', cidr_block='10.0.0.0/16')\nx = {text}")


@pytest.mark.parametrize("call", ["aws.ec2.get_ami()", "aws.ec2.get_ami_output()"])
def test_a_function_that_is_not_simulated_is_an_error(run: Run, call: str) -> None:
    with pytest.raises(ProgramError) as caught:
        run(f"x = 1\nx = {call}")
    assert str(caught.value).startswith("__main__.py:3: function aws:ec2/getAmi:getAmi: ")
    assert "does not simulate" in str(caught.value)


def test_functions_are_answered_from_the_table(run: Run) -> None:
    text = """
        provider = aws.Provider("p", region="eu-west-1", allowed_account_ids=["111122223333"])
        options = pulumi.InvokeOutputOptions(provider=provider, depends_on=[provider])
        pulumi.export("account", aws.get_caller_identity_output(opts=options).account_id)
        pulumi.export("region", aws.get_region_output(opts=options).region)
    """
    assert run(text).exports == {"account": "111122223333", "region": "eu-west-1"}


def test_the_sdk_is_as_before_after_a_run(run: Run) -> None:
    def parts() -> list[object]:
        return [vars(pulumi)["get"], dict(vars(pulumi.Output)), pulumi.runtime.invoke, pulumi.log.debug]

    before = parts()
    with pytest.raises(ProgramError):
        run("raise ValueError('x')")
    assert parts() == before
