"""The EKS cluster of an AWS stack."""

from typing import Literal

from pydantic import Field

from oneup.settings.base import Section

LogType = Literal["api", "audit", "authenticator", "controllerManager", "scheduler"]


class Endpoint(Section):
    """Who may reach the Kubernetes API."""

    public: bool = True
    private: bool = True
    allowed_cidrs: tuple[str, ...] = ()
    """Sources allowed to the public endpoint."""


class ControlPlaneLogs(Section):
    """Which control plane logs are kept, and for how long."""

    types: tuple[LogType, ...] = ("api", "audit", "authenticator", "controllerManager", "scheduler")
    retention_days: int = 30


class Access(Section):
    """IAM principals (ARNs of roles or users) and what they may do in the cluster."""

    admins: tuple[str, ...] = ()
    developers: tuple[str, ...] = ()
    viewers: tuple[str, ...] = ()


class AddonVersions(Section):
    """Versions of the EKS addons; the default of the cluster's version where none is given."""

    vpc_cni: str | None = None
    kube_proxy: str | None = None
    coredns: str | None = None
    ebs_csi: str | None = None
    pod_identity_agent: str | None = None
    snapshot_controller: str | None = None
    node_monitoring_agent: str | None = None


class Cluster(Section):
    """The control plane and what AWS manages in the cluster."""

    version: str = "1.35"
    """Kubernetes minor version."""

    support_policy: Literal["STANDARD", "EXTENDED"] = "STANDARD"
    endpoint: Endpoint = Endpoint()
    logs: ControlPlaneLogs = ControlPlaneLogs()
    kms_key: str | None = None
    """ARN of an existing key for envelope encryption; the stack makes one where none is given."""

    access: Access = Access()
    deletion_protection: bool = False
    prefix_delegation: bool = True
    """Give nodes /28 prefixes in place of single addresses: more pods per node."""

    volumes: Literal["Delete", "Retain"] = "Delete"
    """What becomes of a volume when its claim goes."""

    addon_versions: AddonVersions = Field(default_factory=AddonVersions)
