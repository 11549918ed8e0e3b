"""The lock on a stack's state, in a backend that is a folder or a bucket: whose it is, and since when."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast
from urllib.parse import parse_qs, urlsplit

import yaml
from pydantic import BaseModel, ValidationError

from oneup.preflight.cli import run_cli
from oneup.preflight.command import Command, PlannedCommand
from oneup.preflight.finding import Finding


class _Who(BaseModel):
    url: str = ""


class _Lock(BaseModel):
    pid: int = 0
    username: str = "somebody"
    hostname: str = "another machine"
    timestamp: str = "an unknown time"


class _Object(BaseModel):
    Key: str


class _Listing(BaseModel):
    Contents: list[_Object] = []


def check_lock(intent: PlannedCommand, who: str) -> Iterator[Finding]:
    """Say who holds the lock: a command that runs, or one that was killed. A preview asks for none."""
    try:
        url = _Who.model_validate_json(who).url
    except ValidationError:
        return  # an old CLI, which says its user's name alone
    for text in _locks(url, f".pulumi/locks/organization/{_project(intent)}/{intent.stack}/"):
        try:
            lock = _Lock.model_validate_json(text)
        except ValidationError:
            lock = _Lock()
        yield Finding(
            f"the state of {intent.stack} is locked by process {lock.pid} of {lock.username} on "
            f"{lock.hostname} since {lock.timestamp[:19]}",
            f"wait for its end; if it runs no more, `pulumi cancel --stack {intent.stack}`",
            blocking=intent.command is not Command.PREVIEW,
        )


def _project(intent: PlannedCommand) -> str:
    document = cast("Mapping[str, str]", yaml.safe_load((intent.project / "Pulumi.yaml").read_text("utf-8")))
    return document["name"]


def _locks(url: str, folder: str) -> Iterator[str]:
    """The content of each lock; nothing of a backend that keeps them otherwise."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        for file in sorted((Path(parts.path) / folder).glob("*.json")):
            yield file.read_text(encoding="utf-8")
    elif parts.scheme == "s3":
        region = parse_qs(parts.query).get("region", [])
        where = ("--region", region[0]) if region else ()
        prefix = f"{parts.path.strip('/')}/{folder}".lstrip("/")
        named = ("--bucket", parts.netloc, "--prefix", prefix, "--output", "json", *where)
        answer = run_cli("aws", "s3api", "list-objects-v2", *named)
        try:
            found = _Listing.model_validate_json(answer.out or "{}").Contents if answer.ok else []
        except ValidationError:
            found = []
        for each in found:
            yield run_cli("aws", "s3", "cp", f"s3://{parts.netloc}/{each.Key}", "-", *where).out
