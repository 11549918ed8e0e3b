"""Releases the shop: has a stack's folder name a tag, waits until it runs, and takes it back if it does not.

    release.py deliver --repository URL --branch staging --overlay apps/staging/shop --tag 1.2.3 --status URL
    release.py propose --repository URL --branch production --overlay apps/production/shop --tag 1.2.3

Needs Python and git alone. The token, if there is one, is read from ``RELEASE_TOKEN``, its user from
``RELEASE_USER``. ``deliver`` asks the status URL, in which ``{commit}`` is the commit, for what Argo CD has
reported: GitHub's combined status of a commit and GitLab's list of statuses are both understood.
"""

import argparse
import base64
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

TAG = re.compile(r"(?P<before>\{name: shop/[a-z-]+, newName: [^,}]+, newTag: )(?P<tag>[^,}\s]+)(?=\})")
GOOD, BAD = {"success"}, {"failure", "failed", "error", "canceled"}
CONTEXT = "oneup/staging/shop"
"""The commit's status under which Argo CD's notifications report the shop of the stack staging."""

REPORTS = 5
"""How often the front door must answer before a release counts as healthy."""


class ReleaseError(Exception):
    """Says what has become of the release."""


@dataclass(frozen=True)
class Waiting:
    """Where, and for how long, to poll the status of a commit."""

    status: str
    """URL with ``{commit}``."""

    context: str
    """The name under which Argo CD reports."""

    health: str
    """URL that must answer once it runs; empty to ask nothing."""

    seconds: float
    pause: float


@dataclass(frozen=True)
class Clone:
    """A clone of the repository, made for one release."""

    folder: Path
    branch: str

    def git(self, *arguments: str) -> str:
        """Run git; what it says."""
        done = subprocess.run(
            ["git", "-C", str(self.folder), *arguments],
            check=False,
            capture_output=True,
            text=True,
            env=git_environment(),
        )
        if done.returncode:
            raise ReleaseError(f"git {arguments[0]}: {done.stderr.strip()}")
        return done.stdout.strip()

    def set_tag(self, overlay: str, tag: str) -> str:
        """Commit the tag; the commit, or nothing where the folder names it already."""
        file = self.folder / overlay / "kustomization.yaml"
        before = file.read_text("utf-8")
        after, found = TAG.subn(rf"\g<before>{tag}", before)
        if not found:
            raise ReleaseError(f"{overlay}/kustomization.yaml names no image of the shop's")
        if after == before:
            return ""
        file.write_text(after, "utf-8")
        self.git("commit", "--all", "--message", f"Release shop {tag} in {overlay}")
        return self.git("rev-parse", "HEAD")

    def push(self, branch: str) -> str:
        """Push, upon what others have pushed meanwhile; the commit as it is there."""
        for attempt in range(3):
            try:
                self.git("push", "origin", f"HEAD:refs/heads/{branch}")
            except ReleaseError:
                if attempt == 2 or branch != self.branch:
                    raise
                self.git("pull", "--rebase", "origin", branch)
            else:
                break
        return self.git("rev-parse", "HEAD")


def git_environment() -> dict[str, str]:
    """Who commits, and the token as a header, so that no command line shows it."""
    name, mail = "oneup delivery", "delivery@users.noreply.github.com"
    who = {
        f"GIT_{role}_{key}": value
        for role in ("AUTHOR", "COMMITTER")
        for key, value in (("NAME", name), ("EMAIL", mail))
    }
    token = os.environ.get("RELEASE_TOKEN")
    if not token:
        return {**os.environ, **who}
    user = os.environ.get("RELEASE_USER", "x-access-token")
    basic = base64.b64encode(f"{user}:{token}".encode()).decode()
    header = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "http.extraHeader",
        "GIT_CONFIG_VALUE_0": f"Authorization: Basic {basic}",
    }
    return {**os.environ, **who, **header}


def clone(repository: str, branch: str, folder: Path) -> Clone:
    """A clone of one branch; whole, since a revert may have to go over what others pushed."""
    command = ["git", "clone", "--quiet", "--branch", branch, "--single-branch", repository, str(folder)]
    if subprocess.run(command, check=False, env=git_environment()).returncode:
        raise ReleaseError(f"branch {branch} cannot be cloned")
    return Clone(folder, branch)


def state(answer: object, context: str) -> str:
    """The state under a name in GitHub's or GitLab's answer; empty where nothing is reported yet."""
    found = cast(dict[str, object], answer).get("statuses", []) if isinstance(answer, dict) else answer
    for each in cast(list[dict[str, str]], found):
        if context in (each.get("context"), each.get("name")):
            return each.get("state") or each.get("status") or ""
    return ""


def asked(url: str) -> object:
    """The response of a Git host API request."""
    token = os.environ.get("RELEASE_TOKEN", "")
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"} if token else {})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def wait(commit: str, waiting: Waiting) -> None:
    """Wait until the commit is Synced and Healthy, and its front door answers."""
    end = time.monotonic() + waiting.seconds
    while True:
        try:
            reported = state(asked(waiting.status.replace("{commit}", commit)), waiting.context)
        except (urllib.error.URLError, TimeoutError, json.JSONDecodeError) as error:
            reported = ""
            sys.stderr.write(f"release: the Git host does not respond: {error}\n")
        if reported in BAD:
            raise ReleaseError(f"Argo CD reports {reported} for {commit}")
        if reported in GOOD:
            break
        if time.monotonic() > end:
            raise ReleaseError(
                f"nothing is reported for {commit} under {waiting.context}; Argo CD does so "
                "where addons.argoCd.notifications has github, or gitlab, and their key"
            )
        time.sleep(waiting.pause)
    for _ in range(REPORTS if waiting.health else 0):
        answers(waiting.health)
        time.sleep(waiting.pause)


def answers(url: str) -> None:
    """Ask a front door."""
    try:
        with urllib.request.urlopen(url, timeout=20):
            return
    except (urllib.error.URLError, TimeoutError) as error:
        raise ReleaseError(f"{url} does not answer: {error}") from error


def deliver(made: Clone, overlay: str, tag: str, waiting: Waiting) -> None:
    """Release; take it back by a commit where it does not come to run."""
    if not made.set_tag(overlay, tag):
        sys.stdout.write(f"{overlay} names {tag} already\n")
        return
    commit = made.push(made.branch)
    sys.stdout.write(f"{commit} releases {tag}\n")
    try:
        wait(commit, waiting)
    except ReleaseError as failure:
        made.git("pull", "--rebase", "origin", made.branch)
        made.git("revert", "--no-edit", commit)
        raise ReleaseError(f"{failure}; taken back by {made.push(made.branch)}") from failure
    sys.stdout.write(f"{tag} runs\n")


def propose(made: Clone, overlay: str, tag: str) -> None:
    """Push the release to a branch of its own, for a pull request."""
    if made.set_tag(overlay, tag):
        made.push(f"release/shop-{tag}")
        sys.stdout.write(f"release/shop-{tag}\n")


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """The arguments."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("deliver", "propose"):
        command = commands.add_parser(name)
        for option in ("repository", "branch", "overlay", "tag"):
            command.add_argument(f"--{option}", required=True)
        if name == "deliver":
            command.add_argument("--status", required=True)
            command.add_argument("--context", default=CONTEXT)
            command.add_argument("--health", default="")
            command.add_argument("--seconds", type=float, default=900)
            command.add_argument("--pause", type=float, default=10)
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> int:
    """Release; the exit status."""
    given = parsed(arguments)
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", given.tag):
        sys.stderr.write(f"release: {given.tag} is no tag of an image\n")
        return 2
    try:
        with tempfile.TemporaryDirectory() as folder:
            made = clone(given.repository, given.branch, Path(folder) / "clone")
            if given.command == "propose":
                propose(made, given.overlay, given.tag)
            else:
                waiting = Waiting(given.status, given.context, given.health, given.seconds, given.pause)
                deliver(made, given.overlay, given.tag, waiting)
    except ReleaseError as failure:
        sys.stderr.write(f"release: {failure}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
