"""Small programs, written where a test can see their lines."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import TypeAlias

import pytest

from oneup.rehearsal.run import Rehearsal, rehearse
from oneup.settings.stackfile import StackFile

STACK = StackFile("dev", {}, frozenset())
IMPORTS = "import pulumi, pulumi_aws as aws, pulumi_eks as eks, pulumi_kubernetes as k8s\n"

Run: TypeAlias = Callable[..., Rehearsal]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Rehearses the lines of a program; its first line is line 2, the imports are line 1."""

    def rehearse_lines(text: str, *, preview: bool = False) -> Rehearsal:
        program = tmp_path / "__main__.py"
        program.write_text(IMPORTS + dedent(text).removeprefix("\n"))
        return rehearse(program, STACK, preview=preview)

    return rehearse_lines
