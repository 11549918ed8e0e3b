"""The settings of a stack."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from pydantic import PrivateAttr

from oneup.settings.addons import Addons
from oneup.settings.applications import ApplicationQuota, ApplicationRequests
from oneup.settings.audit import Alarms, Audit
from oneup.settings.aws import Aws
from oneup.settings.base import Section
from oneup.settings.cluster import Cluster
from oneup.settings.delivery import GithubActions
from oneup.settings.edge import Domain, Edge
from oneup.settings.existing import ExistingCluster
from oneup.settings.gitops import Gitops
from oneup.settings.names import BUCKET_NAME_LIMIT, bounded, cluster_name, secrets_prefix
from oneup.settings.network import Network
from oneup.settings.nodes import NodeGroup
from oneup.settings.registry import Registry
from oneup.settings.storage import Storage


class CommonSettings(Section):
    """Settings of every stack."""

    environment: Literal["development", "staging", "production"]
    """Strictness of the checks: some warnings are errors in production."""

    availability: Literal["single", "high"] = "single"
    """``high``: at least two replicas of everything that supports it."""

    domain: Domain | None = None
    """The platform's domain; without it nothing is reachable by name from the internet."""

    gitops: Gitops
    """The GitOps repository."""

    limits: ApplicationQuota = ApplicationQuota()
    """Resource quota of each application namespace."""

    workload: ApplicationRequests = ApplicationRequests()
    """Resource requests of all applications when idle."""

    addons: Addons = Addons()
    """Addons."""

    _stack: str = PrivateAttr(default="")

    def model_post_init(self, context: Mapping[str, str] | None) -> None:
        """Take the stack's name, which is not a setting, from the validation context."""
        self._stack = (context or {}).get("stack", "")

    @property
    def stack(self) -> str:
        """The stack's name, as Pulumi knows it."""
        return self._stack

    @property
    def replicas(self) -> int:
        """Replicas of an ordinary controller."""
        return 2 if self.availability == "high" else 1


class AwsSettings(CommonSettings):
    """A stack on AWS."""

    foundation: Literal["aws"]
    """What the cluster stands on: ``aws`` builds it, ``existing`` takes a cluster that is there."""

    aws: Aws
    """Account and region."""

    network: Network
    """VPC, subnets and egress."""

    cluster: Cluster = Cluster()
    """The EKS cluster."""

    node_groups: tuple[NodeGroup, ...] = ()
    """Managed node groups: at least one, or ``cluster.autoMode`` instead."""

    registry: Registry = Registry()
    """ECR repositories."""

    delivery: GithubActions | None = None
    """IAM roles for GitHub Actions; none by default."""

    storage: Storage = Storage()
    """Buckets for logs, metrics, traces and backups."""

    edge: Edge = Edge()
    """Protection of public load balancers."""

    alarms: Alarms = Alarms()
    """CloudWatch alarms and budget."""

    audit: Audit = Audit()
    """GuardDuty and CloudTrail."""

    @property
    def interface_endpoints(self) -> tuple[str, ...]:
        """Services with an interface endpoint: those of the settings, and GuardDuty's for its agent."""
        agent = ("guardduty-data",) if self.audit.guard_duty else ()
        return tuple(dict.fromkeys((*self.network.interface_endpoints, *agent)))

    @property
    def alarm_topic_arn(self) -> str:
        """ARN of the alarm topic, known before creation."""
        return self.aws.arn("sns", f"{cluster_name(self.stack)}-alarms")

    @property
    def secrets_prefix(self) -> str:
        """Path prefix of the stack's secrets in Secrets Manager."""
        return self.addons.external_secrets.prefix or secrets_prefix(self.stack)

    @property
    def container_log_group(self) -> str:
        """Log group of container logs, as Container Insights expects it."""
        return f"/aws/containerinsights/{cluster_name(self.stack)}/application"

    @property
    def container_metrics_log_group(self) -> str:
        """Log group from which Container Insights derives metrics."""
        return f"/aws/containerinsights/{cluster_name(self.stack)}/performance"

    def bucket(self, purpose: str) -> str:
        """Name of the stack's bucket for a purpose, such as ``logs``: globally unique, known before creation."""
        name = f"{cluster_name(self.stack)}-{purpose}-{self.aws.account}-{self.aws.region}"
        return bounded(name, BUCKET_NAME_LIMIT)

    def bucket_arn(self, purpose: str) -> str:
        """The ARN of the stack's bucket for a purpose."""
        return f"arn:{self.aws.partition}:s3:::{self.bucket(purpose)}"

    @property
    def kubernetes_version(self) -> str:
        """The minor version that the cluster runs."""
        return self.cluster.version


class ExistingSettings(CommonSettings):
    """A stack on an existing cluster."""

    foundation: Literal["existing"]
    """What the cluster stands on: ``aws`` builds it, ``existing`` takes a cluster that is there."""

    existing: ExistingCluster
    """The existing cluster."""

    @property
    def kubernetes_version(self) -> str:
        """The minor version that the cluster runs."""
        return self.existing.version


Settings: TypeAlias = AwsSettings | ExistingSettings
