"""`make cluster-test`: provides what the proofs need, then runs them, each stack in a network of its own."""

import os
import shutil
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests import ROOT
from tests.cluster.harness.confine import confinement, raise_loopback

HERE = Path(__file__).resolve().parent
LOGS = ROOT / "build" / "cluster-test"
TOOLS = ("etcd", "kubernetes", "kwok", "kustomize", "argocd")
PROGRAMS = ("redis-server", "git", "openssl")
"""What is not built here; Debian's packages have the same names."""

INSIDE = "--inside"

SHARED = """cluster-test: this user may not make a network namespace (unshare --net), so the servers share the
    machine's network: all listen on loopback, but for Argo CD's metrics on port 18082
"""


def main(arguments: Sequence[str]) -> int:
    """Run the proofs with further arguments of pytest's; the exit status."""
    if arguments[:1] == [INSIDE]:
        raise_loopback()
        return prove(arguments[1:])
    if complaint := missing():
        sys.stderr.write(f"cluster-test: {complaint}\n")
        return 1
    if subprocess.run([sys.executable, str(ROOT / "tools" / "build.py"), *TOOLS], check=False).returncode:
        return 1
    if context := os.environ.get("KUBE_CONTEXT"):
        sys.stderr.write(f"cluster-test: on {context}, over the machine's own network\n")
        return prove(arguments)
    confined = confinement()
    if confined is None:
        sys.stderr.write(SHARED)
        return prove(arguments)
    return prove_each(confined, arguments)


def missing() -> str:
    """What is to be installed or set first."""
    charts = os.environ.get("ONEUP_CHARTS", "")
    if not charts or not Path(charts).is_dir():
        return f"ONEUP_CHARTS={charts} names no folder: it must be that of the charts' data"
    os.environ["ONEUP_CHARTS"] = str(Path(charts).resolve())
    absent = [program for program in PROGRAMS if shutil.which(program) is None]
    return f"missing: apt-get install {' '.join(absent)}" if absent else ""


def prove_each(confined: Sequence[str], arguments: Sequence[str]) -> int:
    """Run the proofs of each stack by itself, as many at a time as there are processors."""
    start = time.monotonic()
    stacks = [os.environ["STACK"]] if os.environ.get("STACK") else known_stacks(arguments)

    def one(stack: str) -> int:
        command = [*confined, sys.executable, "-m", "tests.cluster.run", INSIDE, *arguments]
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
    sys.stdout.write(f"cluster-test: {said} in {time.monotonic() - start:.0f} s; logs in {LOGS}\n")
    return int(any(results.values()))


def known_stacks(arguments: Sequence[str]) -> list[str]:
    """The names of all stack files."""
    parser = ArgumentParser(add_help=False)
    parser.add_argument("--settings", type=Path, default=ROOT)
    settings: Path = parser.parse_known_args(arguments)[0].settings
    return sorted(file.name.split(".")[1] for file in settings.glob("Pulumi.*.yaml"))


def prove(arguments: Sequence[str]) -> int:
    """Run pytest on the proofs."""
    path = f"{ROOT / 'build' / 'tools'}{os.pathsep}{os.environ['PATH']}"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-c",
        str(HERE / "pytest.ini"),
        "--rootdir",
        str(HERE),
        *arguments,
    ]
    return subprocess.run([*command, str(HERE)], env={**os.environ, "PATH": path}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
