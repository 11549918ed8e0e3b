"""The state backend: login, stack, passphrase, and what a destroy retains."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field

from pydantic import BaseModel, Field, ValidationError

from oneup.preflight.cli import run_cli
from oneup.preflight.command import Command, PlannedCommand
from oneup.preflight.finding import Finding
from oneup.preflight.interrupted import check_pending
from oneup.preflight.lock import check_lock


class _Inputs(BaseModel):
    reclaim: object = Field(default=None, alias="reclaimPolicy")
    """Of a StorageClass: ``Retain`` keeps volumes of deleted claims."""

    window: object = Field(default=None, alias="deletionWindowInDays")
    """Of a KMS key: the waiting period of its deletion."""


class _Resource(BaseModel):
    urn: str
    protect: bool = False
    retained: bool = Field(default=False, alias="retainOnDelete")
    inputs: _Inputs = _Inputs()

    @property
    def name(self) -> str:
        return "{2} {3}".format(*self.urn.split("::", 3))

    @property
    def kept(self) -> str:
        """What a destroy retains of it; empty for most resources."""
        if self.inputs.reclaim == "Retain":
            return f"the volumes of {self.name}"
        if isinstance(self.inputs.window, int | float):
            return f"{self.name} (for {self.inputs.window:.0f} days)"
        return self.name if self.retained else ""


class _Deployment(BaseModel):
    resources: list[_Resource] = []


class _Export(BaseModel):
    deployment: _Deployment


@dataclass
class State:
    """A stack's state as exported, empty where it cannot be, and what is wrong with it."""

    exported: str = ""
    findings: list[Finding] = field(default_factory=list[Finding])


def read_state(intent: PlannedCommand) -> State:
    """Check the CLI's backend and the stack in it, and read its state."""
    state = State()
    if shutil.which("pulumi"):
        state.findings += _check(intent, state)
    return state


def _check(intent: PlannedCommand, state: State) -> Iterator[Finding]:
    yield from _passphrase(intent)
    who = run_cli("pulumi", "whoami", "--json", "--non-interactive", folder=intent.project)
    if not who.ok:
        yield Finding(
            f"the Pulumi CLI is not logged in to a state backend: {who.reason}",
            "pulumi login s3://BUCKET?region=REGION   (or `pulumi login` for Pulumi Cloud)",
        )
        return
    chosen = ("--stack", intent.stack, "--non-interactive")
    there = run_cli("pulumi", "stack", "--show-name", *chosen, folder=intent.project)
    if not there.ok:
        yield Finding(
            f"the state backend has no stack {intent.stack}: {there.reason}",
            f"pulumi stack init {intent.stack} --secrets-provider awskms://alias/KEY?region=REGION",
        )
        return
    yield from check_lock(intent, who.out)
    state.exported = run_cli("pulumi", "stack", "export", *chosen, folder=intent.project).out
    yield from check_pending(intent, state.exported)
    if intent.command is Command.DESTROY:
        yield from _retained(state.exported)


def _passphrase(intent: PlannedCommand) -> Iterator[Finding]:
    """Secrets encrypted with a passphrase need it in the environment; otherwise the CLI prompts."""
    given = {"PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"} & os.environ.keys()
    lines = intent.stack_file.read_text(encoding="utf-8").splitlines() if intent.stack_file.is_file() else []
    if not given and any(line.startswith("encryptionsalt:") for line in lines):
        yield Finding(
            f"{intent.stack_file.name} is encrypted with a passphrase, and none is set",
            "export PULUMI_CONFIG_PASSPHRASE_FILE=PATH   (or PULUMI_CONFIG_PASSPHRASE)",
        )


def _retained(exported: str) -> Iterator[Finding]:
    """Report what a destroy retains on purpose, and protected resources."""
    try:
        resources = _Export.model_validate_json(exported).deployment.resources
    except ValidationError:
        yield Finding("`pulumi stack export` returns no valid state", "pulumi stack export", blocking=False)
        return
    protected = [resource.name for resource in resources if resource.protect]
    if protected:
        yield Finding(
            "protected against deletion: " + ", ".join(protected),
            "set cluster.deletionProtection: false in the stack file, then `make up`, then `make destroy`",
        )
    kept = [resource.kept for resource in resources if resource.kept]
    if kept:
        yield Finding(
            "retained on purpose after the destroy: " + ", ".join(kept),
            "delete them by hand when their data is no longer needed",
            blocking=False,
        )
