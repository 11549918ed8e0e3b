"""Custom resources depend on what installs their CRDs."""

from collections.abc import Iterator, Mapping
from typing import Final

from oneup.api_groups import BUILT_IN_API_GROUPS
from oneup.plan import Resource
from oneup.plan.graph import DependencyGraph
from oneup.plan.inputs import string_at
from oneup.plan.query import (
    api_group,
    auto_mode_clusters,
    eks_addons,
    is_object,
    object_kind,
    releases,
    resources_of_type,
)
from oneup.plan.resource_types.kubernetes import CRD
from oneup.policy.rule import PlanRule

CHARTS_BY_API_GROUP: Final[Mapping[str, tuple[str, ...]]] = {
    "aquasecurity.github.io": ("trivy-operator",),
    "argoproj.io": ("argo-cd", "argo-rollouts"),
    "autoscaling.k8s.io": ("vertical-pod-autoscaler",),
    "autoscaling.x-k8s.io": ("karpenter-crd", "karpenter"),
    "bitnami.com": ("sealed-secrets",),
    "ceph.io": ("rook-ceph",),
    "ceph.rook.io": ("rook-ceph",),
    "cert-manager.io": ("cert-manager",),
    "chaos-mesh.org": ("chaos-mesh",),
    "configuration.konghq.com": ("kong", "ingress"),
    "consul.hashicorp.com": ("consul",),
    "external-secrets.io": ("external-secrets",),
    "externaldns.k8s.io": ("external-dns",),
    "gateway.networking.k8s.io": ("gateway-api", "gateway-api-crds", "consul"),
    "istio.io": ("base",),
    "k8s.aws": ("aws-load-balancer-controller",),
    "k8s.elastic.co": ("eck-operator",),
    "karpenter.k8s.aws": ("karpenter-crd", "karpenter"),
    "karpenter.sh": ("karpenter-crd", "karpenter"),
    "keda.sh": ("keda",),
    "kyverno.io": ("kyverno",),
    "metallb.io": ("metallb",),
    "monitoring.coreos.com": ("prometheus-operator-crds", "kube-prometheus-stack"),
    "monitoring.grafana.com": ("alloy",),
    "objectbucket.io": ("rook-ceph",),
    "openreports.io": ("kyverno",),
    "opentelemetry.io": ("opentelemetry-operator",),
    "postgresql.cnpg.io": ("cloudnative-pg",),
    "rollout-operator.grafana.com": ("loki",),
    "secrets-store.csi.x-k8s.io": ("secrets-store-csi-driver", "secrets-store-csi-driver-provider-aws"),
    "storage.k8s.io": ("snapshot-controller", "volume-snapshot-crds"),
    "toolkit.fluxcd.io": ("flux2",),
    "velero.io": ("velero",),
    "vpcresources.k8s.aws": ("vpc-cni",),
    "wgpolicyk8s.io": ("kyverno",),
}
"""The charts or EKS addons that install the CRDs of an API group and its subgroups; the longest match counts."""

AUTO_MODE: Final = "eks.amazonaws.com"
"""The API group of EKS Auto Mode's own custom resources."""


def is_custom_resource(resource: Resource) -> bool:
    """Whether the object's kind comes from a CRD."""
    return is_object(resource) and api_group(resource) not in BUILT_IN_API_GROUPS


def charts_of_group(name: str) -> tuple[str, ...]:
    """The charts that may define a group: ``cert-manager`` for ``acme.cert-manager.io``."""
    while name and name not in CHARTS_BY_API_GROUP:
        name = name.partition(".")[2]
    return CHARTS_BY_API_GROUP.get(name, ())


def crd_sources(graph: DependencyGraph, resource: Resource) -> tuple[Resource, ...]:
    """What defines the kind of a custom resource in this plan."""
    return crd_sources_of_group(graph, api_group(resource))


def crd_sources_of_group(graph: DependencyGraph, name: str) -> tuple[Resource, ...]:
    """What defines the kinds of a group in this plan: definitions, releases, addons of EKS."""
    if name == AUTO_MODE:
        return auto_mode_clusters(graph)
    own = [
        definition
        for definition in resources_of_type(graph, CRD)
        if string_at(definition, "spec", "group") == name
    ]
    known = charts_of_group(name)
    return (*own, *(releases(graph, *known) if known else ()), *eks_addons(graph, *known))


def _undefined(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    for resource in filter(is_custom_resource, graph.plan.resources):
        found = crd_sources(graph, resource)
        what = f"{object_kind(resource)} of {api_group(resource)}"
        if not found:
            yield resource, f"nothing in the stack installs the CRD of {what}; enable the addon that does"
        elif not any(graph.depends_on(resource, definer) for definer in found):
            names = " or ".join(definer.name for definer in found)
            yield resource, f"{what} may be created before its CRD; depend on {names}"


RULES: Final = (
    PlanRule(
        id="crds-before-custom-resources",
        description="A custom resource depends on what installs its CRD.",
        incidents=("pulumi-kubernetes#1712", "pulumi-kubernetes#3247"),
        check=_undefined,
    ),
)
