"""The EKS cluster of an AWS stack: version, endpoint, logs, addons, Auto Mode."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Final, Literal

from oneup.settings.addons.enabled import catalogue
from oneup.settings.base import Section
from oneup.settings.errors import Problem, duplicates, join_names, path
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
    """Network access to the Kubernetes API."""

    public: bool = True
    """Whether the API has a public endpoint, limited to ``allowedCidrs``."""

    private: bool = True
    """Whether the API has a private endpoint in the VPC, which nodes use."""

    allowed_cidrs: tuple[Cidr, ...] = ()
    """CIDR blocks allowed to the public endpoint, at most 40; empty: all, which is an error in production."""


class ControlPlaneLogs(Section):
    """Control plane logs in CloudWatch."""

    types: tuple[LogType, ...] = ("api", "audit", "authenticator", "controllerManager", "scheduler")
    """Log types to enable."""

    retention_days: Days = 30
    """Retention; CloudWatch allows 1, 3, 5, 7, 14, 30, 60, 90, … days."""


class Access(Section):
    """Access entries: IAM principals (ARNs of roles or users) by access level."""

    admins: tuple[PrincipalArn, ...] = ()
    """Everything."""

    developers: tuple[PrincipalArn, ...] = ()
    """View, restart and scale workloads in application namespaces."""

    viewers: tuple[PrincipalArn, ...] = ()
    """Read everything except Secrets."""

    monitoring_readers: tuple[PrincipalArn, ...] = ()
    """Read metrics and alerting rules; for Grafana or Prometheus outside the cluster."""


class AutoMode(Section):
    """EKS Auto Mode: AWS manages nodes, networking, DNS, volumes and load balancers."""

    node_pools: tuple[Literal["general-purpose", "system"], ...] = ("general-purpose", "system")
    """Built-in node pools; ``system`` only runs pods that tolerate ``CriticalAddonsOnly``."""


class AddonVersions(Section):
    """Versions of EKS addons; default: a tested version for the cluster's version."""

    vpc_cni: EksAddonVersion | None = None
    """Amazon VPC CNI."""

    kube_proxy: EksAddonVersion | None = None
    """kube-proxy."""

    coredns: EksAddonVersion | None = None
    """CoreDNS."""

    ebs_csi: EksAddonVersion | None = None
    """Amazon EBS CSI driver."""

    pod_identity_agent: EksAddonVersion | None = None
    """EKS Pod Identity Agent."""

    snapshot_controller: EksAddonVersion | None = None
    """CSI snapshot controller."""

    node_monitoring_agent: EksAddonVersion | None = None
    """EKS node monitoring agent, for node repair."""

    cloudwatch_observability: EksAddonVersion | None = None
    """CloudWatch Observability (Container Insights)."""

    guardduty_agent: EksAddonVersion | None = None
    """GuardDuty runtime agent."""


class Cluster(Section):
    """The EKS cluster."""

    version: MinorVersion = DEFAULT_VERSION
    """Kubernetes minor version, in quotes; must be supported by EKS."""

    support_policy: Literal["STANDARD", "EXTENDED"] = "STANDARD"
    """When standard support ends: STANDARD upgrades automatically, EXTENDED keeps the version at a higher price."""

    endpoint: Endpoint = Endpoint()
    """Network access to the Kubernetes API."""

    service_cidr: Cidr | None = None
    """CIDR block of Services, outside the VPC's; default: chosen by EKS. Cannot be changed later."""

    logs: ControlPlaneLogs = ControlPlaneLogs()
    """Control plane logs."""

    kms_key: KeyArn | None = None
    """ARN of an existing KMS key for Secrets, volumes and logs, usable by CloudWatch Logs; default: a new key."""

    access: Access = Access()
    """Access to the cluster; a principal has one access level."""

    auto_mode: AutoMode | None = None
    """EKS Auto Mode, in all zones of the network; zones cannot be changed later. Off by default."""

    identity: Literal["irsa", "podIdentity"] = "irsa"
    """How pods get their IAM roles: IRSA (OIDC) or EKS Pod Identity."""

    deletion_protection: bool = False
    """Protects the cluster from deletion; turn it off in a separate deployment before a destroy."""

    prefix_delegation: bool = True
    """Assign /28 prefixes to nodes instead of single addresses: more pods per node."""

    volumes: Literal["Delete", "Retain"] = "Delete"
    """Reclaim policy: what happens to a volume when its claim is deleted."""

    container_insights: bool = False
    """Container Insights: metrics of nodes and pods in CloudWatch, with costs per metric."""

    addon_versions: AddonVersions = AddonVersions()
    """Versions of the EKS addons."""


_VERSION_KEY: Final = "cluster.version"
_NOTICE: Final = timedelta(days=60)


def version_supported(settings: "AwsSettings", today: date) -> Iterator[Problem]:
    """EKS upgrades a cluster by itself once its support has ended."""
    version = settings.cluster.version
    if version not in SUPPORT:
        known = join_names(
            name for name, support in SUPPORT.items() if not support or today <= support.standard
        )
        yield Problem(_VERSION_KEY, f"{version} is not an EKS version that oneup knows; use one of {known}")
        return
    support = SUPPORT[version]
    if support is None:
        return
    newer = f"use {DEFAULT_VERSION}"
    if today > support.extended:
        yield Problem(_VERSION_KEY, f"{version} is no longer supported since {support.extended}; {newer}")
    elif today > support.standard and settings.cluster.support_policy == "STANDARD":
        text = (
            f"{version} left standard support on {support.standard}; {newer},"
            f" or set cluster.supportPolicy: EXTENDED (until {support.extended}, at a higher price)"
        )
        yield Problem(_VERSION_KEY, text)


def support_ending(settings: "AwsSettings", today: date) -> Iterator[Problem]:
    """Warns 60 days before support ends."""
    support = SUPPORT.get(settings.cluster.version)
    if support is None:
        return
    extended = settings.cluster.support_policy == "EXTENDED"
    end = support.extended if extended else support.standard
    if today <= end <= today + _NOTICE:
        policy = settings.cluster.support_policy.lower()
        days = (end - today).days
        text = f"{settings.cluster.version} leaves {policy} support on {end}, in {days} days; upgrade"
        yield Problem(_VERSION_KEY, text)


_ALLOW_LIST: Final = ("cluster", "endpoint", "allowedCidrs")
_MAX_ALLOWED_CIDRS: Final = 40
_WIDEST_ALLOWED_PREFIX: Final = 8
"""A wider block does not restrict access."""

_NON_PUBLIC_CIDRS: Final = (
    *PRIVATE,
    *(IPv4Network(block) for block in ("100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16")),
)


def endpoint_reachable(settings: "AwsSettings") -> Iterator[Problem]:
    """The API is reachable."""
    endpoint = settings.cluster.endpoint
    if not endpoint.public and not endpoint.private:
        text = "is neither public nor private, so the API is unreachable; set private: true"
        yield Problem("cluster.endpoint", text)


def endpoint_closed_to_nodes(settings: "AwsSettings") -> Iterator[Problem]:
    """Without the private endpoint, nodes use the public one, from addresses that no list contains."""
    endpoint = settings.cluster.endpoint
    if endpoint.public and not endpoint.private and endpoint.allowed_cidrs:
        text = "false leaves only the public endpoint for nodes, and allowedCidrs blocks them; set it to true"
        yield Problem("cluster.endpoint.private", text)


def endpoint_allow_list(settings: "AwsSettings") -> Iterator[Problem]:
    """The list is valid for EKS, and has an effect."""
    endpoint = settings.cluster.endpoint
    if endpoint.allowed_cidrs and not endpoint.public and endpoint.private:
        text = "has no effect, because the endpoint is not public; remove it"
        yield Problem(path(_ALLOW_LIST), text)
    if len(endpoint.allowed_cidrs) > _MAX_ALLOWED_CIDRS:
        count = len(endpoint.allowed_cidrs)
        yield Problem(path(_ALLOW_LIST), f"has {count} blocks; EKS allows at most {_MAX_ALLOWED_CIDRS}")
    yield from duplicates(_ALLOW_LIST, endpoint.allowed_cidrs)
    for index, cidr in enumerate(endpoint.allowed_cidrs):
        if any(IPv4Network(cidr).subnet_of(block) for block in _NON_PUBLIC_CIDRS):
            text = f"{cidr} is not a public address, so it has no effect; give the public address of your network"
            yield Problem(path((*_ALLOW_LIST, index)), text)


def endpoint_open_to_all(settings: "AwsSettings") -> Iterator[Problem]:
    """A public endpoint has an allow-list."""
    endpoint = settings.cluster.endpoint
    if not endpoint.public:
        return
    if not endpoint.allowed_cidrs:
        text = "is empty, so the whole internet can reach the API; list your networks, such as 203.0.113.0/24"
        yield Problem(path(_ALLOW_LIST), text)
    for index, cidr in enumerate(endpoint.allowed_cidrs):
        if IPv4Network(cidr).prefixlen < _WIDEST_ALLOWED_PREFIX:
            text = f"{cidr} opens the API to the internet; list your networks, such as 203.0.113.0/24"
            yield Problem(path((*_ALLOW_LIST, index)), text)


ADDONS_OF_AUTO_MODE: Final = (
    *("vpc_cni", "kube_proxy", "coredns", "ebs_csi"),
    *("pod_identity_agent", "node_monitoring_agent"),
)
"""The EKS addons that Auto Mode replaces."""

KEY: Final = "cluster.autoMode"


def _refused_with_auto_mode(settings: "AwsSettings", key: str, text: str) -> Iterator[Problem]:
    if settings.cluster.auto_mode:
        yield Problem(key, text, text)


def auto_mode_nodes(settings: "AwsSettings") -> Iterator[Problem]:
    """Either Auto Mode or node groups create the nodes."""
    if settings.node_groups:
        names = ", ".join(group.name for group in settings.node_groups)
        text = f"has {names}, but {KEY} creates the nodes itself; remove one of the two"
        yield from _refused_with_auto_mode(settings, "nodeGroups", text)
    if "prefix_delegation" in settings.cluster.model_fields_set:
        text = f"is controlled by {KEY} itself; remove one of the two"
        yield from _refused_with_auto_mode(settings, "cluster.prefixDelegation", text)


def auto_mode_pools(settings: "AwsSettings") -> Iterator[Problem]:
    """The system pool only runs pods that tolerate its taint."""
    mode = settings.cluster.auto_mode
    if mode and "general-purpose" not in mode.node_pools:
        text = "has no pool for ordinary pods; add general-purpose"
        yield Problem("cluster.autoMode.nodePools", text)


def auto_mode_addons(settings: "AwsSettings") -> Iterator[Problem]:
    """No second controller for the same work."""
    for field, knobs in catalogue(settings):
        if knobs.enabled and "enabled" in knobs.model_fields_set and not knobs.supported_in_auto_mode:
            alias = type(settings.addons).model_fields[field].alias or field
            text = f"true does what {KEY} does; remove one of the two"
            yield from _refused_with_auto_mode(settings, path(("addons", alias, "enabled")), text)
    pinned = settings.cluster.addon_versions
    for field in ADDONS_OF_AUTO_MODE:
        if getattr(pinned, field):
            alias = AddonVersions.model_fields[field].alias or field
            text = f"pins what {KEY} installs and updates itself; remove one of the two"
            yield from _refused_with_auto_mode(settings, path(("cluster", "addonVersions", alias)), text)


def auto_mode_load_balancers(settings: "AwsSettings") -> Iterator[Problem]:
    """Auto Mode's load balancers support less than the controller's."""
    if settings.edge.shield:
        text = f"true is not supported by the load balancers of {KEY}; remove one of the two"
        yield from _refused_with_auto_mode(settings, "edge.shield", text)
    alertmanager = settings.addons.kube_prometheus_stack.alertmanager
    if alertmanager.allowed_cidrs:
        text = (
            f"needs a source IP condition, which the load balancers of {KEY} do not support; "
            "remove one of the two"
        )
        yield from _refused_with_auto_mode(
            settings, "addons.kubePrometheusStack.alertmanager.allowedCidrs", text
        )


def auto_mode_ingresses(settings: "AwsSettings") -> Iterator[Problem]:
    """Without class parameters for TLS policy and WAF, each Ingress must set both."""
    text = (
        "has no ingress class parameters for TLS policy and WAF: the platform's Ingresses set both, and an "
        "Ingress in a group of its own must as well"
    )
    yield from _refused_with_auto_mode(settings, KEY, text)
