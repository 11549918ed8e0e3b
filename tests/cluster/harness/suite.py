"""A suite of proofs on control planes: what it needs is provided, each stack has a network of its own."""

import os
import shutil
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests import ROOT
from tests.cluster.harness.confine import confinement, raise_loopback

INSIDE: Final = "--inside"


@dataclass(frozen=True)
class Suite:
    """A folder of proofs with a ``pytest.ini``, and with the module that runs this."""

    name: str
    folder: Path
    module: str
    tools: tuple[str, ...]
    """What ``tools/build.py`` builds of what it runs."""

    programs: tuple[str, ...]
    """What is not built here; Debian's packages have the same names."""

    stacks: tuple[str, ...] = ()
    """Those that it proves; all where none is named."""

    shares: str = "all listen on loopback"
    """Which of its servers would be seen by others, where it cannot have a network of its own."""

    @property
    def logs(self) -> Path:
        """Where logs and summaries go."""
        return ROOT / "build" / self.name

    def main(self, arguments: Sequence[str]) -> int:
        """Run the proofs with further arguments of pytest's; the exit status."""
        if arguments[:1] == [INSIDE]:
            raise_loopback()
            return self._prove(arguments[1:])
        if complaint := self._missing():
            sys.stderr.write(f"{self.name}: {complaint}\n")
            return 1
        build = [sys.executable, str(ROOT / "tools" / "build.py"), *self.tools]
        if subprocess.run(build, check=False).returncode:
            return 1
        if context := os.environ.get("KUBE_CONTEXT"):
            sys.stderr.write(f"{self.name}: on {context}, over the machine's own network\n")
            return self._prove(arguments)
        confined = confinement()
        if confined is None:
            sys.stderr.write(
                f"{self.name}: this user may not make a network namespace (unshare --net), so the servers\n"
                f"    share the machine's network: {self.shares}\n"
            )
            return self._prove(arguments)
        return self._prove_each(confined, arguments)

    def _missing(self) -> str:
        """What is to be installed or set first."""
        charts = os.environ.get("ONEUP_CHARTS", "")
        if not charts or not Path(charts).is_dir():
            return f"ONEUP_CHARTS={charts} names no folder: it must be that of the charts' data"
        os.environ["ONEUP_CHARTS"] = str(Path(charts).resolve())
        absent = [program for program in self.programs if shutil.which(program) is None]
        return f"missing: apt-get install {' '.join(absent)}" if absent else ""

    def _prove_each(self, confined: Sequence[str], arguments: Sequence[str]) -> int:
        """Run the proofs of each stack by itself, as many at a time as there are processors."""
        start = time.monotonic()
        stacks = (
            [os.environ["STACK"]] if os.environ.get("STACK") else self.stacks or self._known_stacks(arguments)
        )

        def one(stack: str) -> int:
            command = [*confined, sys.executable, "-m", self.module, INSIDE, *arguments]
            environment = {**os.environ, "STACK": stack}
            done = subprocess.run(
                command, check=False, env=environment, capture_output=len(stacks) > 1, text=True
            )
            sys.stdout.write(f"{done.stdout or ''}{done.stderr or ''}")
            sys.stdout.flush()
            return done.returncode

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            results = dict(zip(stacks, pool.map(one, stacks), strict=True))
        said = ", ".join(f"{stack} {'failed' if failed else 'passed'}" for stack, failed in results.items())
        took = time.monotonic() - start
        sys.stdout.write(f"{self.name}: {said} in {took:.0f} s; logs in {self.logs}\n")
        return int(any(results.values()))

    def _known_stacks(self, arguments: Sequence[str]) -> list[str]:
        """The names of all stack files."""
        parser = ArgumentParser(add_help=False)
        parser.add_argument("--settings", type=Path, default=ROOT)
        settings: Path = parser.parse_known_args(arguments)[0].settings
        return sorted(file.name.split(".")[1] for file in settings.glob("Pulumi.*.yaml"))

    def _prove(self, arguments: Sequence[str]) -> int:
        """Run pytest on the proofs."""
        path = f"{ROOT / 'build' / 'tools'}{os.pathsep}{os.environ['PATH']}"
        ours = ["-c", str(self.folder / "pytest.ini"), "--rootdir", str(self.folder)]
        command = [sys.executable, "-m", "pytest", *ours, *arguments]
        environment = {**os.environ, "PATH": path}
        return subprocess.run([*command, str(self.folder)], env=environment, check=False).returncode
