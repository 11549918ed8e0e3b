"""Publishing the shop's images: nothing is pushed before everything has been scanned."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import ROOT

SCRIPT = ROOT / "apps" / "shop" / "publish.sh"
NAMES = ("user", "product", "order", "payment", "store-api", "web")
PROGRAM = """#!/bin/sh
echo "${0##*/} $*" >> "$LOG"
case "${0##*/} $1" in
"docker manifest") [ -n "$THERE" ] ;;
"docker inspect") for last; do :; done; echo "${last%:*}@sha256:0" ;;
"trivy image") for last; do :; done; [ "${last%:*}" != "$BAD" ] ;;
esac
"""

Publish = Callable[..., tuple[int, list[str]]]


@pytest.fixture
def publish(tmp_path: Path) -> Publish:
    for program in ("docker", "trivy", "cosign"):
        (tmp_path / program).write_text(PROGRAM)
        (tmp_path / program).chmod(0o755)
    log = tmp_path / "log"

    def run(**variables: str) -> tuple[int, list[str]]:
        path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, "LOG": str(log), "THERE": "", "BAD": "", **variables}
        environment.pop("PUSH", None)
        command = [str(SCRIPT), "example.com/shop", "1.0.0"]
        done = subprocess.run(command, env=environment, check=False, capture_output=True)
        return done.returncode, log.read_text().splitlines()

    return run


def indexes(lines: list[str], start: str) -> list[int]:
    return [index for index, line in enumerate(lines) if line.startswith(start)]


def test_all_are_built_and_scanned_before_any_is_pushed_and_each_is_signed(publish: Publish) -> None:
    status, lines = publish()
    assert status == 0
    steps = [indexes(lines, step) for step in ("docker build", "trivy image", "docker push", "cosign sign")]
    assert [len(step) for step in steps] == [6, 6, 6, 6]
    built, scanned, pushed, signed = steps
    assert max(built) < min(scanned)
    assert max(scanned) < min(pushed)
    assert [index + 2 for index in pushed] == signed
    assert [lines[index] for index in signed] == [
        f"cosign sign --yes example.com/shop/{name}@sha256:0" for name in NAMES
    ]


def test_one_that_is_found_wanting_keeps_all_back(publish: Publish) -> None:
    status, lines = publish(BAD="example.com/shop/web")
    assert status != 0
    assert not indexes(lines, "docker push")
    assert not indexes(lines, "cosign")


def test_what_is_published_is_not_built_again(publish: Publish) -> None:
    status, lines = publish(THERE="1")
    assert status == 0
    assert lines == ["docker manifest inspect example.com/shop/web:1.0.0"]
