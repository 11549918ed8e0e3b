"""The machine that `make local` runs on: its programs, what is missing of them, and where things are kept."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias, cast

import yaml

from oneup.preflight.tools import check_pulumi, how_to_install

ROOT: Final = Path(__file__).resolve().parent.parent
HOME: Final = ROOT / ".local"
STATE: Final = HOME / "state"
PASSPHRASE: Final = HOME / "passphrase"
KIND: Final = ROOT / "kind.yaml"

Yaml: TypeAlias = "str | int | float | bool | Sequence[Yaml] | Mapping[str, Yaml] | None"


class LocalError(Exception):
    """Why it cannot go on, said to the user as it is."""


def environment() -> dict[str, str]:
    """Pulumi's variables: the state in a folder, its secrets under the passphrase of this machine."""
    given = {key: value for key, value in os.environ.items() if key != "PULUMI_CONFIG_PASSPHRASE"}
    return {
        **given,
        # Without files of attributes beside the state's: one that a crash leaves empty makes it unreadable.
        "PULUMI_BACKEND_URL": f"{STATE.as_uri()}?metadata=skip",
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(PASSPHRASE),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "GIT_TERMINAL_PROMPT": "0",
    }


def run(*command: str) -> None:
    """Run a command in sight of the user; raises ``LocalError`` where it fails."""
    say(" ".join(command))
    status = subprocess.run(command, cwd=ROOT, env=environment(), check=False).returncode
    if status:
        raise LocalError(f"`{' '.join(command[:3])}` failed with status {status} (see above)")


def asked(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a command that only looks, unseen."""
    return subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)


def say(text: str) -> None:
    """Tell how far it is."""
    sys.stdout.write(f"local: {text}\n")
    sys.stdout.flush()


def read(path: Path) -> Mapping[str, Yaml]:
    """A YAML file of the project's own."""
    return cast("Mapping[str, Yaml]", yaml.safe_load(path.read_text("utf-8")))


def cluster() -> str:
    """The name of the kind cluster."""
    return str(read(KIND)["name"])


def cluster_exists() -> bool:
    """Whether kind has made it."""
    return cluster() in asked("kind", "get", "clusters").stdout.split()


def kubectl(*arguments: str) -> tuple[str, ...]:
    """A call of kubectl that reaches this cluster and no other."""
    return ("kubectl", "--context", f"kind-{cluster()}", *arguments)


def check_programs() -> None:
    """Stop before anything is made where a program is missing; all of them at once."""
    if found := list(_missing()):
        raise LocalError("\n       ".join(found))


def _missing() -> Iterator[str]:
    brew = sys.platform == "darwin"
    ways = {
        "docker": "brew install --cask docker-desktop" if brew else "https://docs.docker.com/engine/install",
        "kind": "brew install kind" if brew else "go install sigs.k8s.io/kind@v0.33.0",
        "kubectl": how_to_install("kubectl"),
    }
    for program, way in ways.items():
        if shutil.which(program) is None:
            yield f"{program} is not on PATH; install it: {way}"
    yield from (f"{found.problem}; install it: {found.fix}" for found in check_pulumi() if found.blocking)
    if shutil.which("docker") and asked("docker", "info").returncode:
        yield "docker does not answer; start Docker, or add yourself to the group docker"
