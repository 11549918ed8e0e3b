"""Which parts of AWS's SDK are compiled when `.venv` is set up."""

from pathlib import Path

import pulumi_aws

from bytecode import PROGRAM, parts

SDK = Path(pulumi_aws.__file__).parent


def test_what_the_program_names_is_compiled_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "network.py").write_text(
        "aws.ec2.Vpc('v')\naws.s3.Bucket('b')\nhref = 'docs.aws.amazon.com'\n"
    )
    assert [part.name for part in parts(tmp_path, SDK)] == ["ec2", "s3"]


def test_the_program_itself_names_some() -> None:
    assert {"ec2", "eks", "iam", "s3"} <= {part.name for part in parts(PROGRAM, SDK)}
