"""The running EKS cluster, if any: version, deletion protection, connectivity."""

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel, Field

from oneup.preflight.account import Session
from oneup.preflight.command import Command, PlannedCommand
from oneup.preflight.existing import accepts_connections
from oneup.preflight.finding import Finding
from oneup.settings import AwsSettings


class _Cluster(BaseModel):
    version: str
    endpoint: str = ""
    protected: bool = Field(default=False, alias="deletionProtection")


class _Described(BaseModel):
    cluster: _Cluster


@dataclass(frozen=True)
class RunningCluster:
    """A running cluster."""

    name: str
    version: str
    endpoint: str
    protected: bool


def find_cluster(session: Session, name: str) -> RunningCluster | Finding | None:
    """The running cluster; None if there is none; a warning if AWS denies the request."""
    answer = session.run_cli("eks", "describe-cluster", "--name", name)
    if answer.ok:
        found = _Described.model_validate_json(answer.out).cluster
        return RunningCluster(name, found.version, found.endpoint, found.protected)
    if "ResourceNotFoundException" in answer.err:
        return None
    return Finding(
        f"cannot read the version of {name}: {answer.reason}", "allow eks:DescribeCluster", blocking=False
    )


def check_running_cluster(
    intent: PlannedCommand, settings: AwsSettings, cluster: RunningCluster
) -> Iterator[Finding]:
    """Checks on a running cluster before a command changes it."""
    if intent.command is Command.DESTROY:
        if cluster.protected:
            yield Finding(
                f"{cluster.name} has deletion protection; a destroy would fail half-way",
                f"set cluster.deletionProtection: false in {intent.stack_file.name}, then "
                f"`make up STACK={intent.stack}`, then destroy",
            )
    else:
        yield from _version_step(intent, settings, cluster)
    if cluster.endpoint and not accepts_connections(cluster.endpoint):
        yield Finding(
            f"the Kubernetes API of {cluster.name} is not reachable from this machine", _access_fix(settings)
        )


def check_before_creation(settings: AwsSettings) -> Iterator[Finding]:
    """Checks on a cluster that does not exist yet."""
    if not settings.cluster.endpoint.public:
        yield Finding(
            "cluster.endpoint.public is false: the cluster's API will only be reachable inside the VPC",
            _access_fix(settings),
            blocking=False,
        )


def _version_step(
    intent: PlannedCommand, settings: AwsSettings, cluster: RunningCluster
) -> Iterator[Finding]:
    """EKS upgrades the control plane by one minor version at a time, and does not downgrade."""
    running, wanted = _minor(cluster.version), _minor(settings.cluster.version)
    edit = f'set cluster.version: "{{}}" in {intent.stack_file.name}'
    if wanted > running + 1:
        yield Finding(
            f"{cluster.name} runs Kubernetes {cluster.version} and cluster.version is "
            f"{settings.cluster.version}: EKS upgrades one minor version at a time",
            edit.format(f"1.{running + 1}") + f", `make up STACK={intent.stack}`, then the next step",
        )
    elif wanted < running:
        yield Finding(
            f"{cluster.name} runs Kubernetes {cluster.version} and cluster.version is "
            f"{settings.cluster.version}: EKS cannot downgrade",
            edit.format(cluster.version),
        )


def _minor(version: str) -> int:
    return int(version.split(".")[1])


def _access_fix(settings: AwsSettings) -> str:
    endpoint = settings.cluster.endpoint
    if endpoint.public:
        allowed = ", ".join(endpoint.allowed_cidrs)
        return f"add your address to cluster.endpoint.allowedCidrs ({allowed}), or work from one of these"
    return "work from inside the VPC: a VPN, or a runner in one of its private subnets"
