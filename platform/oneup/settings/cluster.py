"""The EKS cluster of an AWS stack."""

from typing import Literal

from oneup.settings.base import Section
from oneup.settings.formats.address import Cidr
from oneup.settings.formats.aws import Days, EksAddonVersion, KeyArn, PrincipalArn
from oneup.settings.formats.kubernetes import MinorVersion
from oneup.settings.versions import DEFAULT_VERSION

LogType = Literal["api", "audit", "authenticator", "controllerManager", "scheduler"]


class Endpoint(Section):
    """Who may reach the Kubernetes API."""

    public: bool = True
    """Reachable from the internet, by the allowed blocks."""

    private: bool = True
    """Reachable from inside the VPC; the nodes use it."""

    allowed_cidrs: tuple[Cidr, ...] = ()
    """Sources allowed to the public endpoint, at most 40; empty: all, which production refuses."""


class ControlPlaneLogs(Section):
    """Which control plane logs are kept, and for how long."""

    types: tuple[LogType, ...] = ("api", "audit", "authenticator", "controllerManager", "scheduler")
    """Kinds of logs that are sent to CloudWatch."""

    retention_days: Days = 30
    """How long CloudWatch keeps them; it takes 1, 3, 5, 7, 14, 30, 60, 90, … days."""


class Access(Section):
    """IAM principals (ARNs of roles or users) and what they may do in the cluster."""

    admins: tuple[PrincipalArn, ...] = ()
    """Everything."""

    developers: tuple[PrincipalArn, ...] = ()
    """See, restart and scale what runs in the applications' namespaces."""

    viewers: tuple[PrincipalArn, ...] = ()
    """Read, without secrets."""

    monitoring_readers: tuple[PrincipalArn, ...] = ()
    """Read figures and alerts' rules; for a Grafana or a Prometheus outside the cluster."""


class AutoMode(Section):
    """EKS Auto Mode: AWS makes the nodes and runs network, DNS, volumes and load balancers."""

    node_pools: tuple[Literal["general-purpose", "system"], ...] = ("general-purpose", "system")
    """AWS's own pools of nodes; ``system`` takes only what tolerates ``CriticalAddonsOnly``."""


class AddonVersions(Section):
    """Versions of the EKS addons; where none is given, one that suits the cluster's version."""

    vpc_cni: EksAddonVersion | None = None
    """Addresses of pods, and network policies."""

    kube_proxy: EksAddonVersion | None = None
    """Services on every node."""

    coredns: EksAddonVersion | None = None
    """Names inside the cluster."""

    ebs_csi: EksAddonVersion | None = None
    """Volumes."""

    pod_identity_agent: EksAddonVersion | None = None
    """AWS credentials by pod identity."""

    snapshot_controller: EksAddonVersion | None = None
    """Snapshots of volumes."""

    node_monitoring_agent: EksAddonVersion | None = None
    """Finds broken nodes, which EKS then replaces."""

    cloudwatch_observability: EksAddonVersion | None = None
    """Container Insights."""

    guardduty_agent: EksAddonVersion | None = None
    """GuardDuty's agent on the nodes."""


class Cluster(Section):
    """The control plane and what AWS manages in the cluster."""

    version: MinorVersion = DEFAULT_VERSION
    """Kubernetes minor version, in quotes; it must be supported."""

    support_policy: Literal["STANDARD", "EXTENDED"] = "STANDARD"
    """What happens when standard support ends: STANDARD upgrades, EXTENDED stays and costs more."""

    endpoint: Endpoint = Endpoint()
    """Who may reach the Kubernetes API."""

    service_cidr: Cidr | None = None
    """Addresses of Services, apart from the VPC; EKS chooses where none is given. Fixed once made."""

    logs: ControlPlaneLogs = ControlPlaneLogs()
    """Control plane logs."""

    kms_key: KeyArn | None = None
    """ARN of an existing key for secrets, volumes and logs; CloudWatch Logs may use it. Else one is made."""

    access: Access = Access()
    """Who may do what; a principal has one level."""

    auto_mode: AutoMode | None = None
    """AWS makes the nodes, in all of the network's zones, fixed once made; off where it is not given."""

    identity: Literal["irsa", "podIdentity"] = "irsa"
    """How pods come by their AWS roles: by the cluster's OIDC issuer, or by EKS Pod Identity."""

    deletion_protection: bool = False
    """Refuse to delete the cluster; goes off, in a deployment of its own, before the platform comes down."""

    prefix_delegation: bool = True
    """Give nodes /28 prefixes in place of single addresses: more pods per node."""

    volumes: Literal["Delete", "Retain"] = "Delete"
    """What becomes of a volume when its claim goes."""

    container_insights: bool = False
    """Figures of nodes and pods in CloudWatch, by AWS's own agent on every node; it costs by the figure."""

    addon_versions: AddonVersions = AddonVersions()
    """Versions of the EKS addons."""
