"""A machine with just the programs that a test puts on it, and a project to deploy."""

import json
import shlex
import shutil
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml

from oneup.plan import Json
from oneup.preflight import Command, Finding, PlannedCommand, run_checks

STAGING_ACCOUNT = "111122223333"


@dataclass(frozen=True)
class Reply:
    """What a program says to one command."""

    out: str = ""
    err: str = ""
    status: int = 0


def says(**answer: Json) -> Reply:
    """A JSON answer."""
    return Reply(json.dumps(answer))


def fails(reason: str, status: int = 254) -> Reply:
    """A complaint."""
    return Reply(err=reason, status=status)


NO_CLUSTER = fails("An error occurred (ResourceNotFoundException) when calling DescribeCluster: none found")

DEPLOYER = f"arn:aws:sts::{STAGING_ACCOUNT}:assumed-role/platform-admin/ada"

AWS = {
    "--version": Reply("aws-cli/2.31.0 Python/3.13.7 Linux/6.8"),
    "sts get-caller-identity": says(Account=STAGING_ACCOUNT, Arn=DEPLOYER),
    "eks describe-cluster": NO_CLUSTER,
    "service-quotas get-service-quota": says(Quota={"Value": 5.0}),
    "ec2 describe-vpcs": says(Vpcs=[{"VpcId": "vpc-1"}]),
    "ec2 describe-addresses": says(Addresses=[]),
    "secretsmanager describe-secret": says(Name="oneup/staging/argocd-notifications"),
}
PULUMI = {
    "version": Reply("v" + version("pulumi")),
    "whoami": Reply("ada"),
    "stack --show-name": Reply("staging"),
    "stack export": says(version=3, deployment={"resources": []}),
}


class Machine:
    """Programs on PATH, each a script that answers by the beginning of its arguments."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder / "bin"
        self.log = folder / "calls"
        self.bin.mkdir()
        self.log.touch()

    def install(self, name: str, replies: Mapping[str, Reply] | None = None) -> None:
        """Put a program there, or give it other replies."""
        cases = [
            f"{shlex.quote(words)}*) printf %s {shlex.quote(reply.out)}; "
            f"printf %s {shlex.quote(reply.err)} >&2; exit {reply.status};;"
            for words, reply in (replies or {}).items()
        ]
        path, log = self.bin / name, shlex.quote(str(self.log))
        said = f'printf "%s\\n" "{name} $* key=${{AWS_ACCESS_KEY_ID:-none}}" >> {log}'
        path.write_text("\n".join(["#!/bin/sh", said, 'case "$*" in', *cases, "esac", ""]))
        path.chmod(0o755)

    def remove(self, name: str) -> None:
        (self.bin / name).unlink()

    @property
    def calls(self) -> list[str]:
        """Every command that was run, in order."""
        return self.log.read_text().splitlines()


class Project:
    """A copy of the stack files, to be edited."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def set(self, stack: str, key: str, value: Json) -> None:
        """Change one setting, by its dotted path below ``oneup:``."""
        path = self.folder / f"Pulumi.{stack}.yaml"
        document = yaml.safe_load(path.read_text())
        section, *rest = key.split(".")
        if not rest:
            document["config"][f"oneup:{section}"] = value
        else:
            inner = document["config"].setdefault(f"oneup:{section}", {})
            for part in rest[:-1]:
                inner = inner.setdefault(part, {})
            inner[rest[-1]] = value
        path.write_text(yaml.safe_dump(document))

    def inspect(self, command: Command = Command.UP, stack: str = "staging") -> tuple[Finding, ...]:
        return run_checks(PlannedCommand(command, stack, self.folder))

    def stoppers(self, command: Command = Command.UP, stack: str = "staging") -> list[str]:
        """The problems that stop Pulumi."""
        return [finding.problem for finding in self.inspect(command, stack) if finding.blocking]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine that has all that is needed, and nothing else."""
    machine = Machine(tmp_path)
    machine.install("aws", AWS)
    machine.install("pulumi", PULUMI)
    machine.install("kubectl")
    monkeypatch.setenv("PATH", str(machine.bin))
    for name in ("HTTPS_PROXY", "https_proxy", "KUBECONFIG", "AWS_ACCESS_KEY_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return machine


@pytest.fixture
def project(machine: Machine, root: Path) -> Project:
    """A project on the machine; a test that changes nothing of the machine need not ask for both."""
    folder = machine.bin.parent / "project"
    folder.mkdir()
    for name in ("Pulumi.yaml", "Pulumi.staging.yaml", "Pulumi.production.yaml", "Pulumi.baremetal.yaml"):
        shutil.copy(root / name, folder)
    return Project(folder)


@pytest.fixture
def server() -> Iterator[str]:
    """The address of something that accepts connections."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"https://127.0.0.1:{listening.getsockname()[1]}"


@pytest.fixture
def nobody() -> str:
    """An address where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return f"https://127.0.0.1:{listening.getsockname()[1]}"
