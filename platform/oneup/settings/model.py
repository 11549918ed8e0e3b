"""All that differs between environments or users, typed."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from pydantic import PrivateAttr

from oneup.settings.addons import Addons
from oneup.settings.applications import Limits, Workload
from oneup.settings.audit import Alarms, Audit
from oneup.settings.aws import Aws
from oneup.settings.base import Section
from oneup.settings.cluster import Cluster
from oneup.settings.delivery import Delivery
from oneup.settings.edge import Domain, Edge
from oneup.settings.existing import Existing
from oneup.settings.gitops import Gitops
from oneup.settings.names import BUCKET_NAME_LIMIT, bounded, cluster_name, secrets_prefix
from oneup.settings.network import Network
from oneup.settings.nodes import NodeGroup
from oneup.settings.registry import Registry
from oneup.settings.storage import Storage


class Common(Section):
    """What every stack says, whatever it stands on."""

    environment: Literal["development", "staging", "production"]
    """Strictness of the checks: production refuses what is merely unwise elsewhere."""

    availability: Literal["single", "high"] = "single"
    """``high``: two or more replicas of everything that can have them."""

    domain: Domain | None = None
    """The platform's domain; without it nothing is reachable by name from outside."""

    gitops: Gitops
    """What Argo CD delivers."""

    limits: Limits = Limits()
    """What the applications may ask for, in each of their namespaces."""

    workload: Workload = Workload()
    """What the applications ask for as long as nobody uses them."""

    addons: Addons = Addons()
    """What is installed, and how."""

    _stack: str = PrivateAttr(default="")

    def model_post_init(self, context: Mapping[str, str] | None) -> None:
        """Take the stack's name, which is not a setting, from the validation's context."""
        self._stack = (context or {}).get("stack", "")

    @property
    def stack(self) -> str:
        """The stack's name, as Pulumi knows it."""
        return self._stack

    @property
    def replicas(self) -> int:
        """Replicas of an ordinary controller."""
        return 2 if self.availability == "high" else 1


class AwsSettings(Common):
    """A stack that builds its own foundation on AWS."""

    foundation: Literal["aws"]
    """What the cluster stands on: ``aws`` builds it, ``existing`` takes a cluster that is there."""

    aws: Aws
    """Account and region."""

    network: Network
    """VPC, subnets and the ways out."""

    cluster: Cluster = Cluster()
    """The EKS cluster."""

    node_groups: tuple[NodeGroup, ...] = ()
    """Managed node groups: at least one, or ``cluster.autoMode`` in their place."""

    registry: Registry = Registry()
    """Image repositories."""

    delivery: Delivery | None = None
    """Roles for GitHub Actions; none where it is not given."""

    storage: Storage = Storage()
    """Buckets for logs, metrics, traces and backups."""

    edge: Edge = Edge()
    """Firewall of the public load balancers."""

    alarms: Alarms = Alarms()
    """Who hears of trouble, and what a month may cost."""

    audit: Audit = Audit()
    """GuardDuty and CloudTrail."""

    @property
    def interface_endpoints(self) -> tuple[str, ...]:
        """The services with an endpoint in the VPC: those of the settings, and GuardDuty's for its agent."""
        agent = ("guardduty-data",) if self.audit.guard_duty else ()
        return tuple(dict.fromkeys((*self.network.interface_endpoints, *agent)))

    @property
    def alarm_topic_arn(self) -> str:
        """The topic that carries every alarm, known beforehand."""
        return self.aws.arn("sns", f"{cluster_name(self.stack)}-alarms")

    @property
    def secrets_prefix(self) -> str:
        """The path below which the stack's secrets are."""
        return self.addons.external_secrets.prefix or secrets_prefix(self.stack)

    @property
    def container_log_group(self) -> str:
        """The log group of what containers write, where Container Insights looks for it."""
        return f"/aws/containerinsights/{cluster_name(self.stack)}/application"

    @property
    def container_figures_group(self) -> str:
        """The log group that Container Insights makes its figures from."""
        return f"/aws/containerinsights/{cluster_name(self.stack)}/performance"

    def bucket(self, purpose: str) -> str:
        """The name of the stack's bucket for a purpose, such as ``logs``: unique in AWS, known beforehand."""
        name = f"{cluster_name(self.stack)}-{purpose}-{self.aws.account}-{self.aws.region}"
        return bounded(name, BUCKET_NAME_LIMIT)

    def bucket_arn(self, purpose: str) -> str:
        """The ARN of the stack's bucket for a purpose."""
        return f"arn:{self.aws.partition}:s3:::{self.bucket(purpose)}"

    @property
    def kubernetes_version(self) -> str:
        """The minor version that the cluster runs."""
        return self.cluster.version


class ExistingSettings(Common):
    """A stack on a cluster that exists already."""

    foundation: Literal["existing"]
    """What the cluster stands on: ``aws`` builds it, ``existing`` takes a cluster that is there."""

    existing: Existing
    """The cluster that is there."""

    @property
    def kubernetes_version(self) -> str:
        """The minor version that the cluster runs."""
        return self.existing.version


Settings: TypeAlias = AwsSettings | ExistingSettings
