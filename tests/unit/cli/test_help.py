"""The help, the table of exit statuses, completion, and what the command imports."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from oneup.cli.app import app
from oneup.cli.groups import Group, panel
from oneup.cli.reference import PAGE, reference
from oneup.cli.status import MEANING, Status
from tests.unit.cli.conftest import Oneup

SLOW = ("pulumi", "pulumi_aws", "pulumi_eks", "pulumi_kubernetes", "pydantic", "networkx", "jinja2")


def subcommands() -> TyperGroup:
    top = get_command(app)
    assert isinstance(top, TyperGroup)
    return top


def target_variables(root: Path, name: str) -> list[str]:
    """The variables that a target names behind its description."""
    (brackets,) = re.findall(rf"^{name}:.* ## .*\[([A-Z ]+)\]$", (root / "Makefile").read_text(), re.M)
    return brackets.split()


class TestHelp:
    def test_every_subcommand_stands_in_a_group_with_a_sentence(self) -> None:
        commands = subcommands().commands
        assert {panel(each) for each in commands.values()} == set(Group)
        assert [name for name, each in commands.items() if not (each.help or "").split("\n\n")[0]] == []

    def test_groups_and_statuses_are_in_the_order_of_work(self, oneup: Oneup) -> None:
        text = oneup("--help").stdout
        titles = [line.removesuffix(":") for line in text.splitlines() if re.match(r"\S.*:$", line)]
        assert titles == ["Options", *Group, "Exit status"]

    def test_the_bare_command_teaches(self, oneup: Oneup) -> None:
        done = oneup()
        assert done.returncode == 2
        assert "oneup rehearse staging" in done.stderr

    def test_the_page_is_what_the_help_says(self) -> None:
        assert PAGE.read_text("utf-8") == reference(), "run `make docs`"


class TestExitStatuses:
    def test_each_has_a_meaning(self) -> None:
        assert list(MEANING) == list(Status)

    def test_help_and_page_have_the_same_table(self, oneup: Oneup) -> None:
        words = " ".join(oneup("--help").stdout.split())
        page = PAGE.read_text("utf-8")
        for status, meaning in MEANING.items():
            assert f" {status.value} {meaning}" in words
            assert f"| {status.value} | {meaning} |" in page


def test_the_help_waits_for_no_library_of_the_program(root: Path, environment: dict[str, str]) -> None:
    ask = f"""
import sys
from oneup.cli.app import main
sys.argv = ["oneup", "--help"]
try:
    main()
finally:
    sys.stderr.write(" ".join(sorted(set({SLOW!r}) & set(sys.modules))))
"""
    done = subprocess.run(
        [sys.executable, "-c", ask], cwd=root, env=environment, text=True, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(("typed", "offered"), [("rehearse we", ["west"]), ("res", ["resume"])])
def test_the_shell_completes_subcommands_and_stacks(oneup: Oneup, typed: str, offered: list[str]) -> None:
    last = len(typed.split())
    done = oneup(COMP_WORDS=f"oneup {typed}", COMP_CWORD=str(last), _ONEUP_COMPLETE="complete_bash")
    assert done.stdout.split() == offered


class TestMakeHelp:
    def test_users_come_first_and_variables_are_described(self, root: Path) -> None:
        done = subprocess.run(["make", "help"], cwd=root, text=True, capture_output=True, check=True)
        lines = done.stdout.splitlines()
        targets = [line.split()[0] for line in lines if re.match(r"  [a-z-]+ ", line)]
        assert targets[0] == "rehearse"
        assert targets.index("preview") < targets.index("test")
        named = {
            name for line in lines for found in re.findall(r"\[([A-Z ]+)\]$", line) for name in found.split()
        }
        described = {line.split("=")[0].strip() for line in lines if re.match(r"  [A-Z]+=", line)}
        assert named <= described

    @pytest.mark.parametrize("name", ["up", "destroy", "preview"])
    def test_a_target_names_the_variables_that_it_takes(self, root: Path, name: str) -> None:
        assert target_variables(root, name) == ["STACK", "ARGS", "PARALLEL"]
