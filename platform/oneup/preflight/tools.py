"""The programs that a deployment needs on PATH."""

import re
import shutil
import sys
from collections.abc import Iterator
from importlib.metadata import version
from typing import Final

from oneup.preflight.cli import run_cli
from oneup.preflight.finding import Finding

Version = tuple[int, ...]

_INSTALL: Final = {
    "pulumi": {
        "darwin": "brew install pulumi/tap/pulumi",
        "linux": "curl -fsSL https://get.pulumi.com | sh",
    },
    "aws": {
        "darwin": "brew install awscli",
        "linux": "sudo snap install aws-cli --classic",
    },
    "kubectl": {
        "darwin": "brew install kubectl",
        "linux": "sudo snap install kubectl --classic",
    },
}
OLDEST_AWS: Final = (1, 24)
"""The first aws CLI of major version 1 whose EKS tokens Kubernetes 1.24 and later accept."""


def how_to_install(tool: str) -> str:
    """The command that installs a tool on this operating system."""
    return _INSTALL[tool]["darwin" if sys.platform == "darwin" else "linux"]


def parse_version(text: str) -> Version:
    """The first dotted number in a program's output: ``aws-cli/2.31.0 Python/…`` is (2, 31, 0)."""
    found = re.search(r"\d+(?:\.\d+)+", text)
    return tuple(int(part) for part in found.group().split(".")) if found else ()


def check_pulumi() -> Iterator[Finding]:
    """The Pulumi CLI is installed, and not older than the SDK."""
    if shutil.which("pulumi") is None:
        yield Finding("the Pulumi CLI is not on PATH", how_to_install("pulumi"))
        return
    wanted, answer = version("pulumi"), run_cli("pulumi", "version")
    found = parse_version(answer.out)
    if not found:
        yield Finding(f"`pulumi version` fails: {answer.reason}", how_to_install("pulumi"))
    elif found[:2] < parse_version(wanted)[:2]:
        running = ".".join(map(str, found))
        yield Finding(
            f"the Pulumi CLI is {running}, older than the program's SDK {wanted}",
            how_to_install("pulumi").replace("brew install", "brew upgrade"),
            blocking=found[0] != parse_version(wanted)[0],
        )


def check_aws() -> Iterator[Finding]:
    """The aws CLI is installed: pulumi-eks and the kubeconfig's exec authentication call it."""
    if shutil.which("aws") is None:
        yield Finding(
            "the aws CLI is not on PATH; the kubeconfig gets its token from it", how_to_install("aws")
        )
        return
    answer = run_cli("aws", "--version")
    found = parse_version(answer.out + answer.err)
    if found < OLDEST_AWS:
        running = ".".join(map(str, found)) or answer.reason
        yield Finding(f"the aws CLI is too old for EKS ({running})", how_to_install("aws"))


def check_kubectl() -> Iterator[Finding]:
    """Warn if kubectl is missing: Pulumi does not need it, but its users do."""
    if shutil.which("kubectl") is None:
        yield Finding(
            "kubectl is not on PATH: Pulumi does not need it, but you will",
            how_to_install("kubectl"),
            blocking=False,
        )
