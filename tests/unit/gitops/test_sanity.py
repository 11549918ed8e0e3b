"""The sanity test's checks, run by a real shell against a network that is played."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.gitops.tree import APPS

SCRIPT = APPS / "base" / "sanity-test" / "checks.sh"
CHECKS = {
    "cluster-name": "a name of the cluster is resolved",
    "internet-name": "a name of the internet is resolved",
    "volume": "a volume of the default storage class keeps what is written",
    "service": "a Service leads to its pods",
    "internet": "the internet is reached",
    "metrics": "the metrics API answers",
}
PLAYED = {
    "nslookup": """
case "$1" in
    *.cluster.local) broken=cluster-name ;;
    *) broken=internet-name ;;
esac
""",
    "curl": """
for url; do :; done
case "$url" in
    */livez) broken=service ;;
    */metrics.k8s.io/v1beta1) broken=metrics ;;
    https://registry.k8s.io/*) broken=internet ;;
    *) exit 99 ;;
esac
""",
}
Run = Callable[[str], tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the checks with one thing broken, or none; the status and what they say."""
    commands, tokens, scratch = (tmp_path / name for name in ("bin", "tokens", "scratch"))
    for folder in (commands, tokens, scratch):
        folder.mkdir()
    (tokens / "token").write_text("token")
    (tokens / "ca.crt").write_text("certificate")
    for name, body in PLAYED.items():
        file = commands / name
        file.write_text(
            f'#!/bin/sh\n{body}\n[ "$broken" != "$BROKEN" ] || {{ echo "it is broken"; exit 1; }}\n'
        )
        file.chmod(0o755)

    def run(broken: str) -> tuple[int, str]:
        environment = {
            "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}",
            "BROKEN": broken,
            "OUTSIDE": "registry.k8s.io",
            "TOKENS": str(tokens),
            "SCRATCH": str(tmp_path / "absent" if broken == "volume" else scratch),
        }
        done = subprocess.run(["sh", SCRIPT], env=environment, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout

    return run


def test_a_cluster_that_can_passes_every_check(run: Run) -> None:
    status, said = run("nothing")
    assert status == 0
    assert said.splitlines() == [f"ok      {check}" for check in CHECKS.values()]


@pytest.mark.parametrize("broken", CHECKS)
def test_what_is_broken_is_said_and_the_rest_is_asked_all_the_same(run: Run, broken: str) -> None:
    status, said = run(broken)
    assert status == 1
    lines = said.splitlines()
    failed = [line for line in lines if line.startswith("FAILED")]
    assert [line.split(": ")[0] for line in failed] == [f"FAILED  {CHECKS[broken]}"]
    assert ": look at " in failed[0]
    assert len([line for line in lines if line.startswith("ok ")]) == len(CHECKS) - 1
    assert lines[-1] == "failed: 1"
