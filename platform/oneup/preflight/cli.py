"""Runs other programs."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

TIMEOUT_SECONDS: Final = 60
_ENVIRONMENT: Final = {"AWS_PAGER": "", "AWS_CLI_AUTO_PROMPT": "off", "PULUMI_SKIP_UPDATE_CHECK": "true"}


@dataclass(frozen=True)
class CliResult:
    """Exit status and output of a program."""

    status: int
    out: str
    err: str

    @property
    def ok(self) -> bool:
        """Whether it succeeded."""
        return self.status == 0

    @property
    def reason(self) -> str:
        """The last line of the error output, which usually has the reason."""
        lines = [line.strip() for line in (self.err or self.out).splitlines() if line.strip()]
        return lines[-1].removeprefix("error: ") if lines else f"exit status {self.status}"


def run_cli(
    *argv: str, environment: Mapping[str, str] | None = None, folder: Path | None = None
) -> CliResult:
    """Run a read-only command without a terminal; a timeout counts as failure."""
    variables = {**os.environ, **_ENVIRONMENT, **(environment or {})}
    try:
        done = subprocess.run(
            argv,
            cwd=folder,
            env=variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except FileNotFoundError:
        return CliResult(127, "", f"{argv[0]} is not on PATH")
    except subprocess.TimeoutExpired:
        return CliResult(124, "", f"{argv[0]} did not finish within {TIMEOUT_SECONDS} s")
    return CliResult(done.returncode, done.stdout, done.stderr)
