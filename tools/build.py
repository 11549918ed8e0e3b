"""Builds the command-line tools that the tests run, each from its own Go module, into a cache.

A tool is a folder next to this file with a ``go.mod`` whose ``tool`` lines name the commands, and a
``go.sum``; without such a line the folder itself holds the command, in Go files of ours. A file ``ldflags``
may stamp a version into them (``{version}``, ``{major}``, ``{minor}`` stand for that of the first command's
module). What was built once for a Go release and these files is not built again. ``build/tools`` links to
the binaries, so that it can be put on PATH.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
LINKS = HERE.parent / "build" / "tools"


class ToolError(Exception):
    """Why a tool cannot be built, said to the user as it is."""


@dataclass(frozen=True)
class Tool:
    """One Go module and the commands that it builds."""

    name: str
    folder: Path

    @property
    def packages(self) -> tuple[str, ...]:
        """The import paths of its commands, in the order of ``go.mod``; ``.`` for one of ours."""
        text = (self.folder / "go.mod").read_text()
        blocks = re.findall(r"^tool \((.*?)^\)", text, re.MULTILINE | re.DOTALL)
        single = re.findall(r"^tool ([^\s(]+)$", text, re.MULTILINE)
        return (*single, *(line for block in blocks for line in block.split())) or (".",)

    @property
    def binaries(self) -> tuple[str, ...]:
        """File names: that of the tool where it has one command, else those of the packages."""
        packages = self.packages
        return (self.name,) if len(packages) == 1 else tuple(p.rsplit("/", 1)[-1] for p in packages)

    @property
    def version(self) -> str:
        """The release of the module that holds the first command, such as ``v1.35.4``.

        A command of ours has that of the one module that it requires directly.
        """
        command = self.packages[0]
        text = (self.folder / "go.mod").read_text()
        required = re.findall(r"^\s*(?:require )?(\S+) (v\S+)( // indirect)?$", text, re.MULTILINE)
        owners = [
            (module, version)
            for module, version, indirect in required
            if (not indirect if command == "." else f"{command}/".startswith(f"{module}/"))
        ]
        return max(owners, key=lambda owner: len(owner[0]))[1]

    @property
    def oldest_go(self) -> tuple[int, int]:
        """The oldest release of Go that builds it."""
        match = re.search(r"^go (\d+)\.(\d+)", (self.folder / "go.mod").read_text(), re.MULTILINE)
        return (int(match[1]), int(match[2])) if match else (1, 24)

    @property
    def ldflags(self) -> str:
        """Linker flags: stripped, and stamped where the tool says how."""
        file = self.folder / "ldflags"
        major, minor, *_ = self.version.removeprefix("v").split(".")
        stamp = (
            file.read_text().format(version=self.version, major=major, minor=minor) if file.exists() else ""
        )
        return " ".join(["-s", "-w", *stamp.split()])

    def key(self, go: str) -> str:
        """What the binaries depend on, as a short digest."""
        digest = hashlib.sha256(go.encode())
        sources = [
            self.folder / "go.mod",
            self.folder / "go.sum",
            *sorted(self.folder.glob("*.go")),
        ]
        for part in (*(file.read_text() for file in sources), self.ldflags):
            digest.update(part.encode())
        return digest.hexdigest()[:16]


def tools(names: Sequence[str]) -> tuple[Tool, ...]:
    """The named tools, or all."""
    known = {mod.parent.name: Tool(mod.parent.name, mod.parent) for mod in sorted(HERE.glob("*/go.mod"))}
    if unknown := [name for name in names if name not in known]:
        raise ToolError(f"no such tool: {', '.join(unknown)}; there are {', '.join(known)}")
    return tuple(known[name] for name in names) if names else tuple(known.values())


def cache() -> Path:
    """Where the binaries are kept between runs and checkouts."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "oneup" / "tools"


def go_release(oldest: tuple[int, int]) -> str:
    """The release of the Go that is installed, such as ``go1.26.8``."""
    found, wanted = shutil.which("go"), ".".join(map(str, oldest))
    if found is None:
        raise ToolError(f"Go is missing: install Go {wanted} or newer and put `go` on PATH, then try again")
    release = subprocess.run(
        [found, "env", "GOVERSION"], check=True, capture_output=True, text=True
    ).stdout.strip()
    match = re.match(r"go(\d+)\.(\d+)", release)
    if match and (int(match[1]), int(match[2])) < oldest:
        raise ToolError(f"Go {wanted} or newer is needed to build the tools; `go` on PATH is {release}")
    return release


def build(tool: Tool, folder: Path) -> None:
    """Build all commands of a tool into the folder, which appears only when they are all there."""
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    environment = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-mod=readonly -trimpath -buildvcs=false"}
    flags = ["-ldflags", tool.ldflags]
    many = len(tool.packages) > 1
    target = f"{unfinished}/" if many else str(unfinished / tool.name)
    command = ["go", "build", *flags, "-o", target, *tool.packages]
    done = subprocess.run(command, cwd=tool.folder, env=environment, check=False)
    if done.returncode:
        raise ToolError(
            f"{tool.name} was not built: `{' '.join(command)}` in {tool.folder} failed (see above)"
        )
    unfinished.rename(folder)


@contextmanager
def alone(lock: Path) -> Generator[None]:
    """Let one process at a time build a tool."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def say(text: str) -> None:
    """Tell how far it is: a build takes minutes."""
    sys.stdout.write(f"tools: {text}\n")
    sys.stdout.flush()


def provide(tool: Tool, go: str) -> None:
    """Have the tool in the cache and linked."""
    folder = cache() / tool.name / tool.key(go)
    with alone(cache() / f"{tool.name}.lock"):
        if not folder.exists():
            say(f"building {tool.name} {tool.version} …")
            start = time.monotonic()
            build(tool, folder)
            say(f"{tool.name} built in {time.monotonic() - start:.0f} s")
    LINKS.mkdir(parents=True, exist_ok=True)
    for binary in tool.binaries:
        link = LINKS / f".{binary}.{os.getpid()}"
        link.symlink_to(folder / binary)
        link.replace(LINKS / binary)


def main(names: Sequence[str]) -> int:
    """Provide the named tools, or all; the exit status."""
    try:
        wanted = tools(names)
        go = go_release(max(tool.oldest_go for tool in wanted))
        for tool in wanted:
            provide(tool, go)
    except ToolError as error:
        sys.stderr.write(f"tools: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
