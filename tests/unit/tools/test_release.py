"""Releases, against a real repository and a forge that reports what the test says."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import cast

import pytest

from oneup.addonkit.addon import AddonContext
from oneup.addons.argo_cd import notifications
from oneup.plan import Json
from release import BAD, CONTEXT, GOOD, state
from tests import ROOT
from tests.support.stacks import settings

OVERLAY = "apps/staging/shop"
WEB = "{name: shop/web, newName: registry.example.com/shop/web, newTag: %s}"


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=test", "-c", "user.email=test@example.com")
    command = ["git", *identity, "-C", str(folder), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@dataclass
class Forge:
    """What is reported of any commit, and whether the front door answers."""

    url: str
    reported: object = field(default_factory=dict[str, object])
    healthy: bool = True
    asked: list[str] = field(default_factory=list[str])


@pytest.fixture
def forge() -> Iterator[Forge]:
    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append(self.path)
            self.send_response(503 if self.path == "/healthz" and not made.healthy else 200)
            self.end_headers()
            self.wfile.write(json.dumps(made.reported).encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    made = Forge(f"http://127.0.0.1:{server.server_address[1]}")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def upstream(tmp_path: Path) -> Path:
    """A bare repository whose branch ``staging`` has the overlay at 1.0.0, with another image."""
    work, bare = tmp_path / "work", tmp_path / "upstream.git"
    overlay = work / OVERLAY
    overlay.mkdir(parents=True)
    other = "{name: other, newName: registry.example.com/other, newTag: 7.0.0}"
    (overlay / "kustomization.yaml").write_text(f"images:\n  - {WEB % '1.0.0'}\n  - {other}\n")
    git(work, "init", "-q", "-b", "staging")
    git(work, "add", ".")
    git(work, "commit", "-q", "-m", "Begin")
    git(work, "clone", "-q", "--bare", str(work), str(bare))
    return bare


Release = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def release(upstream: Path, forge: Forge) -> Release:
    def run(command: str = "deliver", tag: str = "1.1.0", *more: str) -> subprocess.CompletedProcess[str]:
        place = ("--repository", str(upstream), "--branch", "staging", "--overlay", OVERLAY, "--tag", tag)
        waits = ("--status", forge.url + "/{commit}", "--pause", "0", "--seconds", "0.3")
        arguments = (command, *place, *(waits if command == "deliver" else ()), *more)
        script = str(ROOT / "tools" / "release.py")
        return subprocess.run(
            [sys.executable, script, *arguments], check=False, capture_output=True, text=True
        )

    return run


def overlay(upstream: Path, branch: str = "staging") -> str:
    return git(upstream, "show", f"{branch}:{OVERLAY}/kustomization.yaml")


def commits(upstream: Path) -> list[str]:
    return git(upstream, "log", "--format=%s", "staging").splitlines()


GITHUB = {"state": "success", "statuses": [{"context": "oneup/staging/shop", "state": "success"}]}
GITLAB = [{"name": "oneup/staging/shop", "status": "success"}]


@pytest.mark.parametrize("reported", [GITHUB, GITLAB], ids=["GitHub", "GitLab"])
def test_a_release_that_runs_stays(release: Release, upstream: Path, forge: Forge, reported: object) -> None:
    forge.reported = reported
    done = release("deliver", "1.1.0", "--health", forge.url + "/healthz")
    assert done.returncode == 0, done.stderr
    assert WEB % "1.1.0" in overlay(upstream)
    assert "newTag: 7.0.0" in overlay(upstream)
    assert commits(upstream) == [f"Release shop 1.1.0 in {OVERLAY}", "Begin"]
    assert forge.asked[0] == "/" + git(upstream, "rev-parse", "staging")
    assert forge.asked.count("/healthz") == 5


FAILED = {"statuses": [{"context": "oneup/staging/shop", "state": "failure"}]}
UNRELATED = {"state": "success", "statuses": [{"context": "checks", "state": "success"}]}


@pytest.mark.parametrize(
    ("reported", "healthy", "said"),
    [
        (FAILED, True, "reports failure"),
        (UNRELATED, True, "nothing is reported"),
        (GITHUB, False, "does not answer"),
    ],
    ids=["degraded", "never synced", "front door shut"],
)
def test_a_release_that_does_not_run_is_taken_back(
    release: Release, upstream: Path, forge: Forge, reported: object, healthy: bool, said: str
) -> None:
    before = overlay(upstream)
    forge.reported, forge.healthy = reported, healthy
    done = release("deliver", "1.1.0", "--health", forge.url + "/healthz")
    assert done.returncode == 1
    assert said in done.stderr
    assert git(upstream, "rev-parse", "staging") in done.stderr
    assert overlay(upstream) == before
    assert commits(upstream)[0].startswith("Revert ")


def test_a_release_goes_upon_what_others_push_meanwhile(
    release: Release, upstream: Path, forge: Forge, tmp_path: Path
) -> None:
    """A hook pushes somebody else's commit just before ours arrives."""
    forge.reported = GITHUB
    other = tmp_path / "other"
    git(tmp_path, "clone", "-q", "-b", "staging", str(upstream), str(other))
    (other / "else.txt").write_text("else")
    git(other, "add", ".")
    git(other, "commit", "-q", "-m", "Something else")
    hook = upstream / "hooks" / "pre-receive"
    hook.write_text(
        f"""#!/bin/sh
        [ -e "{tmp_path}/met" ] && exit 0
        touch "{tmp_path}/met"
        unset $(git rev-parse --local-env-vars) GIT_QUARANTINE_PATH
        git -C "{other}" push -q origin staging
        exit 1
        """
    )
    hook.chmod(0o755)
    done = release()
    assert done.returncode == 0, done.stderr
    assert commits(upstream) == [f"Release shop 1.1.0 in {OVERLAY}", "Something else", "Begin"]


def test_what_is_named_already_is_not_released_again(release: Release, upstream: Path) -> None:
    assert release("deliver", "1.0.0").returncode == 0
    assert commits(upstream) == ["Begin"]


def test_a_proposal_is_a_branch_and_changes_nothing_that_is_delivered(
    release: Release, upstream: Path
) -> None:
    done = release("propose", "1.1.0")
    assert done.stdout.strip() == "release/shop-1.1.0"
    assert WEB % "1.1.0" in overlay(upstream, "release/shop-1.1.0")
    assert commits(upstream) == ["Begin"]


@pytest.mark.parametrize("tag", ["1.0 0", "a/b", "$(id)", "-x", r"\1"])
def test_what_is_no_tag_is_refused(release: Release, upstream: Path, tag: str) -> None:
    done = release("propose", f"--tag={tag}") if tag == "-x" else release("propose", tag)
    assert done.returncode == 2
    assert commits(upstream) == ["Begin"]


@pytest.mark.parametrize("stack", ["staging", "production"])
def test_the_tag_is_found_in_the_stacks_own_overlays(stack: str) -> None:
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        from release import TAG  # pyright: ignore[reportMissingImports] - a script, found only here
    finally:
        sys.path.pop(0)
    text = (ROOT / "apps" / stack / "shop" / "kustomization.yaml").read_text()
    assert len(TAG.findall(text)) == text.count("{name: shop/") == 6


def templates(**changes: Mapping[str, Json]) -> list[dict[str, Json]]:
    """Commit statuses from staging's Argo CD."""
    said = notifications.values(AddonContext(settings("staging", **changes), frozenset()))["templates"]
    assert isinstance(said, dict)
    return [
        json.loads(str(said[f"template.{event.trigger}"]).replace("{{.app.metadata.name}}", "shop"))
        for event in notifications.EVENTS
        if event.state
    ]


Told = dict[str, dict[str, str]]


def test_it_waits_for_the_status_that_argo_cd_reports() -> None:
    """As the stack file says it, without a further setting."""
    found = [cast(Told, template["github"])["status"] for template in templates()]
    answers = [{"statuses": [{"context": each["label"], "state": each["state"]}]} for each in found]
    judged = [state(answer, CONTEXT) for answer in answers]
    assert judged == ["success", "failure", "failure"]
    assert set(judged) <= GOOD | BAD


def test_it_understands_what_argo_cd_reports_to_gitlab() -> None:
    told: Json = {"notifications": {"github": None, "gitlab": {}}}
    repository: Json = {"repository": "https://gitlab.example.com/example/oneup.git"}
    found = [
        json.loads(cast(Told, template["webhook"])["gitlab"]["body"])
        for template in templates(addons={"argoCd": told}, gitops=repository)
    ]
    judged = [state([{"name": each["name"], "status": each["state"]}], CONTEXT) for each in found]
    assert judged == ["success", "failed", "failed"]
    assert set(judged) <= GOOD | BAD
