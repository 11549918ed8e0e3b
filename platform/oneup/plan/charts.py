"""What is known of each Helm chart and EKS addon: one entry each."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

LOAD_BALANCER_CONTROLLER: Final = "aws-load-balancer-controller"
POD_IDENTITY_AGENT: Final = "eks-pod-identity-agent"
VOLUME_DRIVER: Final = "aws-ebs-csi-driver"
CEPH: Final = "rook-ceph-cluster"
MONITORS: Final = "monitoring.coreos.com"
"""The API group of ServiceMonitor, PodMonitor, Probe and PrometheusRule."""

MIN_TIMEOUT_SECONDS: Final = 300
"""Helm's own timeout."""


@dataclass(frozen=True)
class ChartFacts:
    """One Helm chart, by its name without the repository."""

    name: str
    api_groups: tuple[str, ...] = ()
    """API groups whose CRDs it installs, with their subgroups; the longest match counts."""

    requires_api_groups: tuple[str, ...] = ()
    """API groups whose CRDs its objects or its controller need, in addition to monitors."""

    seconds: float = 40
    """Typical seconds until it is ready."""

    min_timeout_seconds: int = MIN_TIMEOUT_SECONDS
    """The least timeout: a shorter one was too short for its users."""

    cleans_up: bool = False
    """Whether its controller cleans up what the root Application deploys."""

    has_pods: bool = True
    """False for charts of CRDs alone, which need no node."""


@dataclass(frozen=True)
class EksAddonFacts:
    """One EKS addon."""

    name: str
    api_groups: tuple[str, ...] = ()
    """API groups whose CRDs it installs."""

    seconds: float = 30
    """Typical seconds until it is active."""

    waits_for_nodes: bool = False
    """Whether it is degraded until a node runs its pods."""

    makes_nodes_ready: bool = False
    """Whether no node becomes ready without it."""

    needs_dns: bool = False
    """Whether it resolves host names of AWS."""

    serves_dns: bool = False
    serves_credentials: bool = False
    """Whether pods get the credentials of their Pod Identity from it."""


CHART_FACTS: Final[Mapping[str, ChartFacts]] = {
    entry.name: entry
    for entry in (
        ChartFacts("alloy", api_groups=("monitoring.grafana.com",)),
        ChartFacts("argo-cd", api_groups=("argoproj.io",), seconds=75, cleans_up=True),
        ChartFacts("argo-rollouts", api_groups=("argoproj.io",)),
        ChartFacts(LOAD_BALANCER_CONTROLLER, api_groups=("k8s.aws",), cleans_up=True),
        # Istio's CRDs.
        ChartFacts("base", api_groups=("istio.io",), has_pods=False),
        ChartFacts("cert-manager", api_groups=("cert-manager.io",)),
        ChartFacts("chaos-mesh", api_groups=("chaos-mesh.org",)),
        ChartFacts("cloudnative-pg", api_groups=("postgresql.cnpg.io",)),
        ChartFacts("cluster-autoscaler"),
        ChartFacts("consul", api_groups=("consul.hashicorp.com", "gateway.networking.k8s.io")),
        ChartFacts("eck-operator", api_groups=("k8s.elastic.co",)),
        ChartFacts("external-dns", api_groups=("externaldns.k8s.io",), cleans_up=True),
        ChartFacts("external-secrets", api_groups=("external-secrets.io",)),
        ChartFacts("falco"),
        ChartFacts("fluent-bit"),
        ChartFacts("flux2", api_groups=("toolkit.fluxcd.io",), cleans_up=True),
        # Istio's gateway.
        ChartFacts("gateway"),
        ChartFacts("gateway-api", api_groups=("gateway.networking.k8s.io",)),
        ChartFacts("gateway-api-crds", api_groups=("gateway.networking.k8s.io",)),
        # Kong's gateway with its controller.
        ChartFacts("ingress", api_groups=("configuration.konghq.com",)),
        ChartFacts("ingress-nginx"),
        ChartFacts("istiod", requires_api_groups=("istio.io",)),
        ChartFacts("jaeger"),
        ChartFacts(
            "karpenter",
            api_groups=("autoscaling.x-k8s.io", "karpenter.k8s.aws", "karpenter.sh"),
            requires_api_groups=("karpenter.sh",),
        ),
        ChartFacts(
            "karpenter-crd",
            api_groups=("autoscaling.x-k8s.io", "karpenter.k8s.aws", "karpenter.sh"),
            has_pods=False,
        ),
        ChartFacts("keda", api_groups=("keda.sh",)),
        ChartFacts("kong", api_groups=("configuration.konghq.com",)),
        ChartFacts(
            "kube-prometheus-stack",
            api_groups=(MONITORS,),
            requires_api_groups=(MONITORS,),
            seconds=120,
            min_timeout_seconds=900,
        ),
        ChartFacts("kyverno", api_groups=("kyverno.io", "openreports.io", "wgpolicyk8s.io")),
        ChartFacts("loki", api_groups=("rollout-operator.grafana.com",), seconds=90, min_timeout_seconds=900),
        ChartFacts("metallb", api_groups=("metallb.io",)),
        ChartFacts("metrics-server"),
        ChartFacts("opentelemetry-collector"),
        ChartFacts(
            "opentelemetry-operator",
            api_groups=("opentelemetry.io",),
            requires_api_groups=("cert-manager.io",),
        ),
        ChartFacts("prometheus-adapter"),
        ChartFacts("prometheus-blackbox-exporter"),
        ChartFacts("prometheus-operator-crds", api_groups=(MONITORS,), has_pods=False),
        ChartFacts("promtail"),
        ChartFacts("rook-ceph", api_groups=("ceph.io", "ceph.rook.io", "objectbucket.io")),
        ChartFacts(CEPH, requires_api_groups=("ceph.rook.io",), seconds=240, min_timeout_seconds=900),
        ChartFacts("sealed-secrets", api_groups=("bitnami.com",)),
        ChartFacts("secrets-store-csi-driver", api_groups=("secrets-store.csi.x-k8s.io",)),
        ChartFacts("secrets-store-csi-driver-provider-aws", api_groups=("secrets-store.csi.x-k8s.io",)),
        ChartFacts("tempo"),
        ChartFacts("trivy-operator", api_groups=("aquasecurity.github.io",)),
        ChartFacts("vault", seconds=60, min_timeout_seconds=900),
        ChartFacts("velero", api_groups=("velero.io",)),
        ChartFacts("vertical-pod-autoscaler", api_groups=("autoscaling.k8s.io",)),
        ChartFacts("volume-snapshot-crds", api_groups=("storage.k8s.io",)),
    )
}

EKS_ADDON_FACTS: Final[Mapping[str, EksAddonFacts]] = {
    entry.name: entry
    for entry in (
        EksAddonFacts("amazon-cloudwatch-observability", seconds=45, waits_for_nodes=True, needs_dns=True),
        EksAddonFacts(VOLUME_DRIVER, seconds=45, waits_for_nodes=True, needs_dns=True),
        EksAddonFacts("aws-efs-csi-driver", waits_for_nodes=True),
        EksAddonFacts("aws-guardduty-agent", waits_for_nodes=True),
        EksAddonFacts("coredns", waits_for_nodes=True, serves_dns=True),
        EksAddonFacts("eks-node-monitoring-agent"),
        EksAddonFacts(POD_IDENTITY_AGENT, serves_credentials=True),
        EksAddonFacts("kube-proxy", seconds=20, makes_nodes_ready=True),
        EksAddonFacts("snapshot-controller", api_groups=("storage.k8s.io",), waits_for_nodes=True),
        EksAddonFacts("vpc-cni", api_groups=("vpcresources.k8s.aws",), makes_nodes_ready=True),
    )
}

CLEANUP_CONTROLLERS: Final = tuple(entry.name for entry in CHART_FACTS.values() if entry.cleans_up)


def chart_facts(name: str) -> ChartFacts:
    """The entry of a chart; the defaults where it has none."""
    return CHART_FACTS.get(name, ChartFacts(name))


def eks_addon_facts(name: str) -> EksAddonFacts:
    """The entry of an EKS addon; the defaults where it has none."""
    return EKS_ADDON_FACTS.get(name, EksAddonFacts(name))


def eks_addon_names(having: Callable[[EksAddonFacts], bool]) -> tuple[str, ...]:
    """The EKS addons of which something is true."""
    return tuple(entry.name for entry in EKS_ADDON_FACTS.values() if having(entry))


def _by_group(entries: Iterable[ChartFacts | EksAddonFacts]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for entry in entries:
        for group in entry.api_groups:
            found[group] = (*found.get(group, ()), entry.name)
    return found


_SOURCES: Final = _by_group((*CHART_FACTS.values(), *EKS_ADDON_FACTS.values()))


def crd_sources_of(group: str) -> tuple[str, ...]:
    """The charts and EKS addons that may define a group: ``cert-manager`` for ``acme.cert-manager.io``."""
    while group and group not in _SOURCES:
        group = group.partition(".")[2]
    return _SOURCES.get(group, ())
