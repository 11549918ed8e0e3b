"""The Git repository that Argo CD follows: the working tree's ``apps/``, served from a file."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

SETTLED = {
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "cluster-test",
    "GIT_AUTHOR_EMAIL": "cluster-test@example.com",
    "GIT_COMMITTER_NAME": "cluster-test",
    "GIT_COMMITTER_EMAIL": "cluster-test@example.com",
}
"""Git without the user's configuration."""


@dataclass(frozen=True)
class Repository:
    """A bare repository and a working copy of it."""

    bare: Path
    copy: Path
    branches: tuple[str, ...]

    @property
    def url(self) -> str:
        """Where Argo CD fetches from."""
        return self.bare.as_uri()

    def commit(self, message: str) -> str:
        """Commit all changes of the working copy, publish them, and return the commit's hash."""
        self._git("add", "--all")
        self._git("commit", "--quiet", "--message", message)
        return self._publish()

    def revert(self) -> str:
        """Take the last commit back by a new one, publish it, and return its hash."""
        self._git("revert", "--no-edit", "HEAD")
        return self._publish()

    def _publish(self) -> str:
        self._git(
            "push", "--quiet", "--force", "origin", *(f"HEAD:refs/heads/{branch}" for branch in self.branches)
        )
        return self._git("rev-parse", "HEAD").strip()

    def _git(self, *arguments: str) -> str:
        return _git(self.copy, *arguments)


def serve(apps: Path, folder: Path, upstream: str, revision: str) -> Repository:
    """Publish a folder as ``apps/`` of a new repository, in which its own URL stands for the upstream's.

    Every branch that the root or an Application names is there, at the same commit.
    """
    bare, copy = folder / "apps.git", folder / "apps.copy"
    _git(folder, "init", "--quiet", "--bare", "--initial-branch", "main", str(bare))
    _git(folder, "clone", "--quiet", str(bare), str(copy))
    names = _git(apps, "ls-files", "--cached", "--others", "--exclude-standard", "-z", ".").split("\0")
    branches = {"main", revision}
    for name in filter(None, names):
        target = copy / "apps" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        content = (apps / name).read_bytes()
        if target.suffix in {".yaml", ".yml"}:
            text = content.decode()
            branches.update(re.findall(r"targetRevision: *[\"']?([\w./-]+)", text))
            content = text.replace(upstream, bare.as_uri()).encode()
        target.write_bytes(content)
    made = Repository(bare, copy, tuple(sorted(branches - {"HEAD"})))
    made.commit("Deliver the applications")
    return made


def _git(folder: Path, *arguments: str) -> str:
    environment = {**os.environ, **SETTLED}
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"git {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout
