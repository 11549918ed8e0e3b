"""`oneup rehearse`: every stack side by side, its output, its exit status, and how it is ended."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from oneup.plan import Plan
from oneup.rehearsal.state import to_state_json
from tests.unit.cli.conftest import Oneup

RULE_BROKEN = """
import pulumi
pulumi.CustomResource("aws:s3/bucket:Bucket", "open", {})
"""

SLEEPING = """
import pathlib, time
pathlib.Path("started").touch()
time.sleep(60)
"""


class TestOutput:
    def test_each_stack_is_told_and_one_that_fails_fails_the_command(
        self, oneup: Oneup, project: Path
    ) -> None:
        done = oneup("rehearse")
        assert done.returncode == 3, done.stderr
        first, *_, last = done.stdout.splitlines()
        assert first == "✗ broken"
        assert "✓ west  1 resource, 0 addons, 1 s predicted  build/west/report.html" in done.stdout
        assert last.startswith("1 of 2 stacks fail: broken, ")
        assert "__main__.py:5: ZeroDivisionError" in done.stdout
        assert "Traceback" not in done.stdout + done.stderr
        assert sorted(path.name for path in (project / "build").iterdir()) == ["west"]

    def test_a_file_gets_neither_colour_nor_padding_nor_progress(self, oneup: Oneup) -> None:
        done = oneup("rehearse", "--details")
        assert done.stderr == ""
        assert "\x1b" not in done.stdout
        assert [line for line in done.stdout.splitlines() if line != line.rstrip()] == []

    def test_json_is_one_document_also_where_a_stack_fails(self, oneup: Oneup) -> None:
        done = oneup("rehearse", "--json")
        assert done.returncode == 3
        broken, west = json.loads(done.stdout)["stacks"]
        assert (broken["stack"], broken["passed"]) == ("broken", False)
        assert "ZeroDivisionError" in broken["error"]
        assert (west["stack"], west["passed"], west["resources"]) == ("west", True, 1)
        assert west["resourceTypes"] == {"kubernetes": {"ConfigMap": 1}}

    def test_one_stack_is_told_with_its_details(self, oneup: Oneup, project: Path) -> None:
        seconds = project / "seconds.json"
        seconds.write_text(json.dumps({"types": {"kubernetes:core/v1:ConfigMap": 90}}))
        done = oneup("rehearse", "west", "--durations", "seconds.json")
        assert done.returncode == 0, done.stdout + done.stderr
        assert "1 min 30 s predicted" in done.stdout
        assert "critical path" in done.stdout
        assert "broken" not in done.stdout


class TestExitStatus:
    def test_a_broken_rule_is_1_and_is_in_the_document(self, oneup: Oneup, project: Path) -> None:
        (project / "__main__.py").write_text(RULE_BROKEN)
        done = oneup("rehearse", "west", "--json")
        assert done.returncode == 1
        (stack,) = json.loads(done.stdout)["stacks"]
        assert not stack["passed"]
        assert {"severity", "rule", "urn", "message"} == set(stack["findings"][0])
        assert "mandatory" in {each["severity"] for each in stack["findings"]}

    def test_a_stack_that_is_not_there_is_2_with_those_that_are(self, oneup: Oneup) -> None:
        done = oneup("rehearse", "north")
        assert done.returncode == 2
        assert "there is no Pulumi.north.yaml; the stacks are broken, west" in done.stderr

    def test_a_folder_without_a_project_is_2(self, oneup: Oneup, tmp_path: Path) -> None:
        done = oneup("rehearse", folder=tmp_path)
        assert done.returncode == 2
        assert "there is no Pulumi.yaml here or above" in done.stderr

    def test_a_mistake_in_the_durations_is_2_before_anything_runs(self, oneup: Oneup, project: Path) -> None:
        (project / "seconds.json").write_text('{"types": {"aws:ec2/vpc:Vpc": "long"}}')
        done = oneup("rehearse", "--durations", "seconds.json")
        assert done.returncode == 2
        assert "types.aws:ec2/vpc:Vpc" in done.stderr
        assert not (project / "build").exists()

    def test_a_process_that_dies_is_3_and_stops_nothing_else(self, oneup: Oneup, project: Path) -> None:
        (project / "Pulumi.killed.yaml").write_text("config: {}\n")
        inner = project / "docs"
        inner.mkdir()
        done = oneup("rehearse", "killed", "west", folder=inner)
        assert done.returncode == 3
        assert "the rehearsal's process ended with status 3 and without an answer" in done.stdout
        assert "✓ west" in done.stdout
        assert (project / "build" / "west").is_dir()


@pytest.mark.parametrize(
    ("end", "number", "status", "said"),
    [
        pytest.param(os.killpg, signal.SIGINT, 130, "oneup: interrupted\n", id="Ctrl-C"),
        pytest.param(os.kill, signal.SIGTERM, 143, "", id="SIGTERM"),
        pytest.param(os.kill, signal.SIGKILL, -9, "", id="SIGKILL"),
    ],
)
def test_it_leaves_no_processes_when_it_is_ended(
    project: Path,
    environment: dict[str, str],
    end: Callable[[int, int], None],
    number: signal.Signals,
    status: int,
    said: str,
) -> None:
    (project / "__main__.py").write_text(SLEEPING)
    with subprocess.Popen(
        [sys.executable, "-m", "oneup", "rehearse", "west"],
        cwd=project,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        try:
            assert soon(lambda: (project / "started").exists())
            end(process.pid, number)
            assert process.communicate(timeout=30) == ("", said)
            assert process.returncode == status
            assert soon(lambda: not is_running(process.pid))
        finally:
            if is_running(process.pid):
                os.killpg(process.pid, signal.SIGKILL)


def soon(holds: Callable[[], bool]) -> bool:
    """Whether something holds within half a minute."""
    end = time.monotonic() + 30
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def is_running(group: int) -> bool:
    """Whether a process group has a process."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


# The plan alone: a report takes as long again, and is written from nothing else.
WRITE = """
import gc
gc.disable()
from pathlib import Path
from oneup.rehearsal.run import rehearse
from oneup.rehearsal.state import to_state_json
from oneup.settings.stackfile import read_stack_file
print(to_state_json(rehearse(Path("__main__.py"), read_stack_file(Path("Pulumi.staging.yaml"))).plan), end="")
"""


def test_another_process_with_another_order_of_sets_makes_the_same_bytes(root: Path, staging: Plan) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WRITE],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root / "platform"), "PYTHONHASHSEED": "4242"},
        text=True,
        capture_output=True,
        check=True,
    )
    assert done.stdout == to_state_json(staging)
