"""Errors of the program are reported with the resource and the line."""

import pulumi
import pytest

from oneup.rehearsal.source import ProgramError
from tests.unit.rehearsal.conftest import Run


def told(run: Run, text: str) -> str:
    with pytest.raises(ProgramError) as caught:
        run(text)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("x = 1\n1 / 0", "__main__.py:3: ZeroDivisionError: division by zero", id="plain"),
        pytest.param(
            "aws.ec2.Subnet('a', cidr_block='10.0.0.0/24')",
            "__main__.py:2: TypeError: Missing required property 'vpc_id'",
            id="property missing",
        ),
        pytest.param(
            "vpc = aws.ec2.Vpc('v')\naws.ec2.Subnet('a', vpc_id=vpc.id.apply(lambda i: i.nope))",
            "__main__.py:3: aws:ec2/subnet:Subnet a: AttributeError: 'str' object has no attribute 'nope'",
            id="in an apply",
        ),
        pytest.param(
            "def made(i):\n    return {}['key']\nvpc = aws.ec2.Vpc('v')\n\n"
            "aws.ec2.Subnet('a', vpc_id=vpc.id.apply(made))",
            "__main__.py:3: aws:ec2/subnet:Subnet a: KeyError: 'key'",
            id="in a function",
        ),
        pytest.param(
            "x = 1\naws.ec2.Vpc('v', tags={'a': object()})",
            "__main__.py:3: aws:ec2/vpc:Vpc v: ValueError: ",
            id="no value",
        ),
        pytest.param(
            "x = 1\naws.ec2.Vpc('v', opts=pulumi.ResourceOptions(depends_on=['a']))",
            "__main__.py:3: TypeError: 'depends_on' was passed a value a that was not a Resource",
            id="no resource",
        ),
        pytest.param(
            "for _ in 'ab':\n    aws.ec2.Vpc('v')",
            "__main__.py:3: aws:ec2/vpc:Vpc v: is created twice; rename one of the two",
            id="made twice",
        ),
    ],
)
def test_an_error_names_the_line_and_the_resource(run: Run, text: str, message: str) -> None:
    assert told(run, text).startswith(message)
    assert "site-packages" not in told(run, text)


def test_the_settings_own_message_is_left_alone(run: Run) -> None:
    with pytest.raises(pulumi.RunError, match=r"^2 settings cannot be used$"):
        run("raise pulumi.RunError('2 settings cannot be used')")


def test_a_failed_run_leaves_nothing_behind(run: Run) -> None:
    good = "pulumi.export('vpc', aws.ec2.Vpc('v').id)"
    before = run(good)
    told(run, "vpc = aws.ec2.Vpc('v')\nvpc.id.apply(lambda i: i.nope)\naws.ec2.Subnet('a', vpc_id=vpc.nope)")
    told(run, "aws.ec2.Subnet('a', vpc_id=aws.ec2.Vpc('v').id.apply(lambda i: 1 / 0))")
    assert run(good) == before


def test_a_resource_knows_the_line_that_makes_it(run: Run) -> None:
    plan = run("x = 1\n\ndef make(name):\n    aws.ec2.Vpc(name)\n\nmake('v')").plan
    assert plan.of_type("aws:ec2/vpc:Vpc")[0].source_location == "__main__.py:5"
