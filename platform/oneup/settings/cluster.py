"""The EKS cluster of an AWS stack: version, endpoint, logs, addons, Auto Mode."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Final, Literal

from oneup.settings.addons.enabled import catalogue
from oneup.settings.base import Section
from oneup.settings.errors import Problem, listed, path, repeated
from oneup.settings.formats.aws import Days, EksAddonVersion, KeyArn, PrincipalArn
from oneup.settings.formats.kubernetes import MinorVersion
from oneup.settings.formats.web import Cidr
from oneup.settings.network import PRIVATE

if TYPE_CHECKING:
    from oneup.settings.model import AwsSettings

DEFAULT_VERSION: Final = "1.35"


@dataclass(frozen=True)
class Support:
    """The last days of a version's support."""

    standard: date
    extended: date


SUPPORT: Final[dict[str, Support | None]] = {
    "1.28": Support(date(2024, 11, 26), date(2025, 11, 26)),
    "1.29": Support(date(2025, 3, 23), date(2026, 3, 23)),
    "1.30": Support(date(2025, 7, 23), date(2026, 7, 23)),
    "1.31": Support(date(2025, 11, 26), date(2026, 11, 26)),
    "1.32": Support(date(2026, 3, 23), date(2027, 3, 23)),
    "1.33": Support(date(2026, 7, 29), date(2027, 7, 29)),
    "1.34": Support(date(2026, 12, 2), date(2027, 12, 2)),
    "1.35": Support(date(2027, 3, 27), date(2028, 3, 27)),
    "1.36": None,
}
"""From AWS's release calendar; None: released, and the dates were not known in November 2026."""


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


_VERSION_KEY: Final = "cluster.version"
_NOTICE: Final = timedelta(days=60)


def version_supported(settings: "AwsSettings", today: date) -> Iterator[Problem]:
    """EKS upgrades a cluster by itself once its support has ended."""
    version = settings.cluster.version
    if version not in SUPPORT:
        known = listed(name for name, support in SUPPORT.items() if not support or today <= support.standard)
        yield Problem(
            _VERSION_KEY, f"{version} is not a version of EKS that oneup knows; give one of {known}"
        )
        return
    support = SUPPORT[version]
    if support is None:
        return
    newer = f"give {DEFAULT_VERSION}"
    if today > support.extended:
        yield Problem(
            _VERSION_KEY, f"{version} is past its support, which ended on {support.extended}; {newer}"
        )
    elif today > support.standard and settings.cluster.support_policy == "STANDARD":
        text = (
            f"{version} is past its standard support, which ended on {support.standard}; {newer},"
            f" or set cluster.supportPolicy: EXTENDED (until {support.extended}, at a higher price)"
        )
        yield Problem(_VERSION_KEY, text)


def support_ending(settings: "AwsSettings", today: date) -> Iterator[Problem]:
    """Sixty days are enough to try the next version in staging."""
    support = SUPPORT.get(settings.cluster.version)
    if support is None:
        return
    extended = settings.cluster.support_policy == "EXTENDED"
    end = support.extended if extended else support.standard
    if today <= end <= today + _NOTICE:
        policy = settings.cluster.support_policy.lower()
        days = (end - today).days
        text = f"{settings.cluster.version} loses its {policy} support on {end}, in {days} days; upgrade"
        yield Problem(_VERSION_KEY, text)


_ALLOW_LIST: Final = ("cluster", "endpoint", "allowedCidrs")
_MOST_ALLOWED: Final = 40
_WIDEST_ALLOWED: Final = 8
"""A wider block is no allow-list, whatever its number."""

_NEVER_OUTSIDE: Final = (
    *PRIVATE,
    *(IPv4Network(block) for block in ("100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16")),
)


def endpoint_reachable(settings: "AwsSettings") -> Iterator[Problem]:
    """Somebody must be able to reach the API."""
    endpoint = settings.cluster.endpoint
    if not endpoint.public and not endpoint.private:
        text = "is neither public nor private, so nothing reaches the API; set private: true"
        yield Problem("cluster.endpoint", text)


def endpoint_closed_to_nodes(settings: "AwsSettings") -> Iterator[Problem]:
    """Without the private endpoint nodes come from outside, with addresses that no list holds."""
    endpoint = settings.cluster.endpoint
    if endpoint.public and not endpoint.private and endpoint.allowed_cidrs:
        text = "false leaves the nodes only the public endpoint, and allowedCidrs closes that; set it to true"
        yield Problem("cluster.endpoint.private", text)


def endpoint_allow_list(settings: "AwsSettings") -> Iterator[Problem]:
    """The list holds what EKS takes, and has an effect."""
    endpoint = settings.cluster.endpoint
    if endpoint.allowed_cidrs and not endpoint.public and endpoint.private:
        text = "has no effect, because the endpoint is not public; remove it"
        yield Problem(path(_ALLOW_LIST), text)
    if len(endpoint.allowed_cidrs) > _MOST_ALLOWED:
        count = len(endpoint.allowed_cidrs)
        yield Problem(path(_ALLOW_LIST), f"has {count} blocks; EKS takes at most {_MOST_ALLOWED}")
    yield from repeated(_ALLOW_LIST, endpoint.allowed_cidrs)
    for index, cidr in enumerate(endpoint.allowed_cidrs):
        if any(IPv4Network(cidr).subnet_of(block) for block in _NEVER_OUTSIDE):
            text = f"{cidr} never reaches the public endpoint; give the address that the internet sees"
            yield Problem(path((*_ALLOW_LIST, index)), text)


def endpoint_open_to_all(settings: "AwsSettings") -> Iterator[Problem]:
    """A public endpoint has a list of who may reach it."""
    endpoint = settings.cluster.endpoint
    if not endpoint.public:
        return
    if not endpoint.allowed_cidrs:
        text = "is empty, so the whole internet reaches the API; name your networks, such as 203.0.113.0/24"
        yield Problem(path(_ALLOW_LIST), text)
    for index, cidr in enumerate(endpoint.allowed_cidrs):
        if IPv4Network(cidr).prefixlen < _WIDEST_ALLOWED:
            text = f"{cidr} opens the API to the internet; name your networks, such as 203.0.113.0/24"
            yield Problem(path((*_ALLOW_LIST, index)), text)


INCLUDED: Final = (
    *("vpc_cni", "kube_proxy", "coredns", "ebs_csi"),
    *("pod_identity_agent", "node_monitoring_agent"),
)
"""The EKS addons whose work Auto Mode does."""

TOGETHER: Final = "cluster.autoMode"


def _refused_with_auto_mode(settings: "AwsSettings", key: str, text: str) -> Iterator[Problem]:
    if settings.cluster.auto_mode:
        yield Problem(key, text, text)


def auto_mode_nodes(settings: "AwsSettings") -> Iterator[Problem]:
    """The nodes are made by AWS or by us."""
    if settings.node_groups:
        names = ", ".join(group.name for group in settings.node_groups)
        text = f"names {names}, and {TOGETHER} makes the nodes itself; remove one of the two"
        yield from _refused_with_auto_mode(settings, "nodeGroups", text)
    if "prefix_delegation" in settings.cluster.model_fields_set:
        text = f"is decided by {TOGETHER} itself; remove one of the two"
        yield from _refused_with_auto_mode(settings, "cluster.prefixDelegation", text)


def auto_mode_pools(settings: "AwsSettings") -> Iterator[Problem]:
    """The system pool takes only what tolerates its taint."""
    mode = settings.cluster.auto_mode
    if mode and "general-purpose" not in mode.node_pools:
        text = "has no pool for ordinary pods; add general-purpose"
        yield Problem("cluster.autoMode.nodePools", text)


def auto_mode_addons(settings: "AwsSettings") -> Iterator[Problem]:
    """No second controller for the same work."""
    for field, knobs in catalogue(settings):
        if knobs.enabled and "enabled" in knobs.model_fields_set and not knobs.in_auto_mode:
            alias = type(settings.addons).model_fields[field].alias or field
            text = f"true does what {TOGETHER} does; remove one of the two"
            yield from _refused_with_auto_mode(settings, path(("addons", alias, "enabled")), text)
    pinned = settings.cluster.addon_versions
    for field in INCLUDED:
        if getattr(pinned, field):
            alias = AddonVersions.model_fields[field].alias or field
            text = f"pins what {TOGETHER} brings and updates itself; remove one of the two"
            yield from _refused_with_auto_mode(settings, path(("cluster", "addonVersions", alias)), text)


def auto_mode_load_balancers(settings: "AwsSettings") -> Iterator[Problem]:
    """Auto Mode's load balancers know less than the controller's."""
    if settings.edge.shield:
        text = f"true is not known to the load balancers of {TOGETHER}; remove one of the two"
        yield from _refused_with_auto_mode(settings, "edge.shield", text)
    alertmanager = settings.addons.kube_prometheus_stack.alertmanager
    if alertmanager.allowed_cidrs:
        text = (
            f"asks for a condition on the source, which the load balancers of {TOGETHER} do not know; "
            "remove one of the two"
        )
        yield from _refused_with_auto_mode(
            settings, "addons.kubePrometheusStack.alertmanager.allowedCidrs", text
        )


def auto_mode_ingresses(settings: "AwsSettings") -> Iterator[Problem]:
    """TLS policy and firewall are said by an Ingress, where no class can."""
    text = (
        "has no ingress class that says TLS policy and firewall: the platform's Ingresses say both, and an "
        "Ingress in a group of its own must as well"
    )
    yield from _refused_with_auto_mode(settings, TOGETHER, text)
