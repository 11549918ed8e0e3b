"""Which workloads may differ from what ``standards.py`` asks, and why."""

from collections.abc import Mapping
from typing import Final

from tests.render.standards import Standard, named, prioritized, sized, spare, tokenless

Excuses = Mapping[tuple[str, str], str]
"""Reasons by addon and ``Kind namespace/name``."""

_LEADER: Final = "it holds nothing that a second could take over sooner than a restart"
_NO_KEY: Final = "its chart has no key for it"
_OPERATOR: Final = "its operator makes one"

EXCUSES: Final[Mapping[Standard, Excuses]] = {
    sized: {
        ("consul", "StatefulSet vault/consul-server"): f"locality-init reads one label and ends; {_NO_KEY}",
    },
    prioritized: {
        ("jaeger", "Deployment logging/jaeger"): _NO_KEY,
        ("jaeger", "CronJob logging/jaeger-es-index-cleaner"): _NO_KEY,
    },
    tokenless: {
        ("chaos-mesh", "DaemonSet chaos-mesh/chaos-daemon"): _NO_KEY,
        ("external-secrets", "Deployment secrets-management/external-secrets-webhook"): (
            "its library ends at once where there is no token, though it asks the API nothing"
        ),
        ("falco", "DaemonSet security/falco"): _NO_KEY,
    },
    spare: {
        ("argo-cd", "Deployment argocd/argocd-notifications-controller"): "a second would tell all twice",
        ("argo-cd", "StatefulSet argocd/argocd-application-controller"): (
            "a second would take half of the clusters, and there is one"
        ),
        ("eck-operator", "Elasticsearch logging/elasticsearch"): _OPERATOR,
        ("external-dns", "Deployment external-dns/external-dns"): "two would undo each other's records",
        ("flux", "Deployment flux-system/helm-controller"): _LEADER,
        ("flux", "Deployment flux-system/kustomize-controller"): _LEADER,
        ("flux", "Deployment flux-system/notification-controller"): _LEADER,
        ("flux", "Deployment flux-system/source-controller"): _LEADER,
        ("jaeger", "Deployment logging/jaeger"): "its chart has no budget, and stops one before the next",
        ("kong", "Cluster ingress-system/kong-database"): _OPERATOR,
        ("kube-prometheus-stack", "Deployment monitoring/kube-prometheus-stack-grafana"): (
            "its database is a file, which one process may open"
        ),
        ("kube-prometheus-stack", "Deployment monitoring/kube-prometheus-stack-kube-state-metrics"): (
            "a second would count everything twice"
        ),
        ("kube-prometheus-stack", "Deployment monitoring/kube-prometheus-stack-operator"): (
            "its chart has one; what it made stays while it is away"
        ),
        ("metallb", "Deployment metallb-system/metallb-controller"): (
            "its chart has one; addresses stay while it is away"
        ),
        ("opentelemetry-collector", "Deployment tracing/opentelemetry-collector"): (
            "the spans of a trace must meet in one, or what is counted of them is wrong"
        ),
        ("rook-ceph", "Deployment rook-ceph/ceph-csi-controller-manager"): _LEADER,
        ("rook-ceph", "Deployment rook-ceph/rook-ceph-operator"): _LEADER,
        ("sealed-secrets", "Deployment secrets-management/sealed-secrets-controller"): (
            "two would renew their keys apart from each other"
        ),
        ("tempo", "StatefulSet tracing/tempo"): "each holds the newest traces by itself",
        ("trivy-operator", "Deployment security/trivy-operator"): _LEADER,
        ("trivy-operator", "StatefulSet security/trivy-server"): "its database is a file of its own volume",
        ("velero", "Deployment backup/velero"): "two would back up at the same time",
    },
    named: {
        ("istio-gateway", "Deployment istio-system/istio-gateway"): (
            "istiod puts its own version in place of auto when the pod is made"
        ),
    },
}

_NODE_LOGS: Final = "it reads the node's log files, which are root's own"
_CSI: Final = "it mounts volumes for others, and puts its socket on the node"

UNRESTRICTED: Final[Excuses] = {
    ("alloy", "DaemonSet logging/alloy"): _NODE_LOGS,
    ("chaos-mesh", "DaemonSet chaos-mesh/chaos-daemon"): "it enters the processes of the pods it breaks",
    ("chaos-mesh", "Deployment chaos-mesh/chaos-controller-manager"): (
        "its chart has a context for the pod alone, none for the container"
    ),
    ("falco", "DaemonSet security/falco"): "it reads the kernel's events by eBPF",
    ("fluent-bit", "DaemonSet logging/fluent-bit"): _NODE_LOGS,
    ("kube-prometheus-stack", "DaemonSet monitoring/kube-prometheus-stack-prometheus-node-exporter"): (
        "it reads the node's own file systems and network"
    ),
    ("metallb", "DaemonSet metallb-system/metallb-speaker"): "it answers ARP on the node's network",
    ("promtail", "DaemonSet logging/promtail"): _NODE_LOGS,
    ("secrets-store-csi-driver", "DaemonSet kube-system/secrets-store-csi-driver"): _CSI,
    (
        "secrets-store-csi-driver",
        "DaemonSet kube-system/secrets-store-csi-driver-secrets-store-csi-driver-provider-aws",
    ): _CSI,
    ("secrets-store-csi-driver", "Job kube-system/secrets-store-csi-driver-keep-crds"): _NO_KEY,
    ("secrets-store-csi-driver", "Job kube-system/secrets-store-csi-driver-upgrade-crds"): _NO_KEY,
}
"""Who in a namespace that admits more than ``restricted`` makes use of that."""
