"""`make cluster-test`: provides what the proofs need, then runs them where nothing can reach out or in."""

import fcntl
import os
import shutil
import socket
import struct
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
TOOLS = ("etcd", "kubernetes", "kwok", "kustomize", "argocd")
PROGRAMS = {"redis-server": "redis-server", "git": "git", "openssl": "openssl"}
"""What is not built here: the program, and Debian's name of the package."""

NAMESPACES = ("unshare", "--net", "--pid", "--fork", "--kill-child", "--mount-proc")
AS_USER = ("--user", "--map-root-user")
INSIDE = "--inside"

ADDRESS, FLAGS, UP = 0x8913, 0x8914, 0x1
"""Of Linux: SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP."""


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
    confined = confinement()
    if confined is None:
        return prove(arguments)
    command = [*confined, sys.executable, str(HERE / "run.py"), INSIDE, *arguments]
    return subprocess.run(command, check=False).returncode


def missing() -> str:
    """What is to be installed or set first."""
    charts = os.environ.get("ONEUP_CHARTS", "")
    if not charts or not Path(charts).is_dir():
        return f"ONEUP_CHARTS={charts} names no folder: it must be that of the charts' data"
    os.environ["ONEUP_CHARTS"] = str(Path(charts).resolve())
    absent = [package for program, package in PROGRAMS.items() if shutil.which(program) is None]
    return f"missing: apt-get install {' '.join(absent)}" if absent else ""


def confinement() -> tuple[str, ...] | None:
    """The command that gives a process a network and process ids of its own; None where there is no way."""
    if context := os.environ.get("KUBE_CONTEXT"):
        sys.stderr.write(f"cluster-test: on {context}, over the machine's own network\n")
        return None
    for command in (NAMESPACES, (*NAMESPACES, *AS_USER)):
        if (
            shutil.which("unshare")
            and not subprocess.run([*command, "true"], check=False, capture_output=True).returncode
        ):
            return command
    sys.stderr.write(
        "cluster-test: this user may not make a network namespace (unshare --net), so the servers share the\n"
        "    machine's network: all listen on loopback, but for Argo CD's metrics on port 18082\n"
    )
    return None


def permitted(command: Sequence[str]) -> bool:
    """Whether this user may run a command so."""
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run([*command, "true"], check=False, capture_output=True).returncode == 0


def raise_loopback() -> None:
    """Bring the loopback device of a new network namespace up."""
    with socket.socket() as device:
        request = struct.pack("16sh14x", b"lo", 0)
        (flags,) = struct.unpack("16xh14x", fcntl.ioctl(device, ADDRESS, request))
        fcntl.ioctl(device, FLAGS, struct.pack("16sh14x", b"lo", flags | UP))


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
