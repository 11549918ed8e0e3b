"""What a command that was cut off has left: creates whose end the state does not know, stuck releases."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel, Field, ValidationError

from oneup.preflight.cli import run_cli
from oneup.preflight.command import Command, PlannedCommand
from oneup.preflight.finding import Finding

RELEASE: Final = "kubernetes:helm.sh/v3:Release"
UNFINISHED: Final = ("pending-install", "pending-upgrade", "pending-rollback")
"""Helm's words for a release in whose middle it was cut off; it refuses to go on from there."""


class _Resource(BaseModel):
    urn: str


class _Operation(BaseModel):
    resource: _Resource
    type: str


class _Deployment(BaseModel):
    operations: list[_Operation] = Field(default=[], alias="pending_operations")


class _Export(BaseModel):
    deployment: _Deployment


FIELDS: Final = 4
"""What a line on a revision has at least: its field managers may be unknown."""

PAST: Final = ("superseded", "uninstalled")
"""Helm's words for revisions that are history."""


@dataclass(frozen=True)
class Revision:
    """A revision of a release, as Helm keeps it in the cluster."""

    namespace: str
    name: str
    status: str
    secret: str
    """The name of the Secret in which Helm keeps it."""

    managers: tuple[str, ...]
    """The field managers of that Secret: who has installed it."""


def name_of(urn: str) -> str:
    """Type and name, without the types of the parents."""
    kind, name = urn.split("::", 3)[2:]
    return f"{kind.rsplit('$', 1)[-1]} {name}"


def in_doubt(operation: str, urn: str) -> bool:
    """Whether an interrupted operation must be resolved before the next command.

    Removals are repeated by the engine, but Helm fails if the release is gone already.
    """
    return operation == "creating" or (operation == "deleting" and f"{RELEASE}::" in urn)


def check_pending(intent: PlannedCommand, exported: str) -> Iterator[Finding]:
    """Names what the state does not know the end of: resources being created, and releases being removed."""
    try:
        operations = _Export.model_validate_json(exported).deployment.operations
    except ValidationError:
        return  # that the state cannot be read is said elsewhere
    begun = [name_of(each.resource.urn) for each in operations if in_doubt(each.type, each.resource.urn)]
    if begun:
        yield Finding(
            f"the last command on {intent.stack} was cut off in the middle of {', '.join(begun)}",
            resume_command(intent.stack),
            blocking=intent.command is not Command.PREVIEW,
        )


def check_releases(intent: PlannedCommand, kubectl: Sequence[str]) -> Iterator[Finding]:
    """Say which releases Helm would refuse to install, upgrade or roll back."""
    found = [f"{each.namespace}/{each.name} ({each.status})" for each in stuck(kubectl)]
    if found:
        yield Finding(
            f"Helm was cut off in the middle of {', '.join(found)}, and refuses to go on",
            resume_command(intent.stack),
            blocking=intent.command is Command.UP,
        )


def stuck(kubectl: Sequence[str]) -> tuple[Revision, ...]:
    """The releases that Helm has begun and not ended; none where the cluster does not say."""
    return tuple(each for each in revisions(kubectl) if each.status in UNFINISHED)


def revisions(kubectl: Sequence[str]) -> tuple[Revision, ...]:
    """The present revisions of all releases; none where the cluster does not say."""
    chosen = f"owner=helm,status notin ({','.join(PAST)})"
    fields = "{.metadata.namespace} {.metadata.labels.name} {.metadata.labels.status} {.metadata.name}"
    managers = "{.metadata.managedFields[*].manager}"
    output = f"jsonpath={{range .items[*]}}{fields} {managers}{{'\\n'}}{{end}}"
    asked = ("get", "secrets", "--all-namespaces", "--show-managed-fields", "--selector", chosen)
    answer = run_cli(*kubectl, *asked, "--output", output)
    lines = [line.split() for line in answer.out.splitlines() if answer.ok]
    return tuple(
        Revision(namespace, name, status, secret, tuple(managers))
        for namespace, name, status, secret, *managers in (line for line in lines if len(line) >= FIELDS)
    )


def resume_command(stack: str) -> str:
    """The command that resolves what was cut off, and what it does."""
    return f"once no other command runs on it: `make resume STACK={stack}`, which takes over what is there"
