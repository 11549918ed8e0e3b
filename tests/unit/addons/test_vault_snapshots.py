"""The job that copies Vault's snapshots, run against a Vault, a Consul and a bucket that are files."""

import os
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pytest

from oneup.addons import vault_snapshots

SCRIPT = Path(vault_snapshots.__file__).with_name("vault_snapshots.sh")
SNAPSHOT = b"\x1f\x8b snapshot"

CURL = r"""#!/usr/bin/env bash
url=none output=none
printf '%s\n' "$*" >>"$STATE/asked"
while [ $# -gt 0 ]; do
    case $1 in
    --output) output=$2 ;;
    --config) cat "$2" >"$STATE/headers" ;;
    --data-binary) cat >"$STATE/login" ;;
    --cacert) [ "$(cat "$2")" = "the authority" ] || exit 60 ;;
    https://*) url=$1 ;;
    esac
    shift
done
case $url in
*/login) [ -z "${STRANGER:-}" ] || exit 22; echo '{"auth": {"client_token": "hvs.job"}}' ;;
*/snapshot) cp "$STATE/kept" "$output"; exit "${BREAKS:-0}" ;;
*) exit 7 ;;
esac
"""
AWS = r"""#!/usr/bin/env bash
printf '%s\n' "$*" >>"$STATE/said"
[ -z "${FULL:-}" ] || exit 1
cp "$3" "$STATE/copied"
"""


@dataclass(frozen=True)
class Ran:
    """What came of it."""

    status: int
    printed: str
    state: Path

    def read(self, name: str) -> str:
        """A file that the stand-ins have written; empty where they have not."""
        file = self.state / name
        return file.read_text() if file.exists() else ""


Runs: TypeAlias = Callable[..., Ran]


@pytest.fixture
def run(tmp_path: Path) -> Runs:
    """Run the job with additional environment variables."""
    for name, text in {"curl": CURL, "aws": AWS}.items():
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    (tmp_path / "token").write_text("jwt")
    (tmp_path / "kept").write_bytes(SNAPSHOT)

    def run(**more: str) -> Ran:
        environment = {
            "PATH": f"{tmp_path}:{os.environ['PATH']}",
            "STATE": str(tmp_path),
            "TOKEN": str(tmp_path / "token"),
            "CA": "the authority",
            "VAULT_ADDR": "https://vault-active.vault.svc:8200",
            "BUCKET": "backups",
            "PREFIX": "vault",
            **more,
        }
        script = SCRIPT.read_text("utf-8").replace("/tmp/", f"{tmp_path}/")
        done = subprocess.run(
            ["bash"], input=script, env=environment, capture_output=True, text=True, check=False
        )
        return Ran(done.returncode, done.stdout, tmp_path)

    return run


def test_a_snapshot_of_vault_is_copied_whole_under_its_time(run: Runs) -> None:
    ran = run()
    assert ran.status == 0
    assert (ran.state / "copied").read_bytes() == SNAPSHOT
    # Old ones end with the bucket's own rule: the job may add, and says no other word to it.
    (copied,) = ran.read("said").splitlines()
    assert copied.startswith("s3 cp ")
    assert re.search(r" s3://backups/vault/\d{4}-\d\d-\d\dT\d{6}Z\.snap --only-show-errors$", copied)
    assert f"{len(SNAPSHOT)} bytes" in ran.printed


def test_it_signs_in_as_its_service_account_and_hides_the_token(run: Runs) -> None:
    ran = run()
    assert '"role": "oneup-snapshots"' in ran.read("login")
    assert '"jwt": "jwt"' in ran.read("login")
    assert ran.read("headers") == 'header = "X-Vault-Token: hvs.job"\n'
    # Whoever sees the list of processes, or the job's lines, sees neither token.
    assert "hvs.job" not in ran.read("asked") + ran.printed
    assert "jwt" not in ran.read("asked") + ran.printed


def test_consul_is_asked_itself_where_it_keeps_what_vault_knows(run: Runs) -> None:
    ran = run(CONSUL="https://consul-server.vault.svc:8501")
    assert ran.status == 0
    (asked,) = ran.read("asked").splitlines()
    assert asked.endswith("https://consul-server.vault.svc:8501/v1/snapshot")
    assert (ran.state / "copied").read_bytes() == SNAPSHOT


def test_nothing_is_copied_where_vault_does_not_let_it_in(run: Runs) -> None:
    ran = run(STRANGER="yes")
    assert ran.status != 0
    assert not ran.read("said")


@pytest.mark.parametrize("where", [{}, {"CONSUL": "https://consul-server.vault.svc:8501"}])
def test_nothing_is_copied_where_the_answer_breaks_off(run: Runs, where: dict[str, str]) -> None:
    ran = run(BREAKS="18", **where)
    assert ran.status != 0
    assert not ran.read("said")


@pytest.mark.parametrize("answer", [b"", b'{"errors": ["sealed"]}'])
def test_an_answer_that_is_no_snapshot_is_not_copied(run: Runs, tmp_path: Path, answer: bytes) -> None:
    (tmp_path / "kept").write_bytes(answer)
    ran = run()
    assert ran.status != 0
    assert "no snapshot" in ran.printed
    assert not ran.read("said")


def test_a_bucket_that_refuses_fails_the_job(run: Runs) -> None:
    ran = run(FULL="yes")
    assert ran.status != 0
    assert "bytes" not in ran.printed
