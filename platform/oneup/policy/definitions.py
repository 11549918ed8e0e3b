"""Custom resources come after what defines them."""

from collections.abc import Iterator, Mapping
from typing import Final

from oneup.plan import Resource
from oneup.policy.graph import Graph
from oneup.policy.kinds import addons, group, is_object, kind, of, releases
from oneup.policy.read import text
from oneup.policy.rule import PlanRule

BUILT_IN: Final = frozenset({"", "apps", "autoscaling", "batch", "policy"})
"""Groups of every cluster that do not end in ``.k8s.io``."""

EXTENSIONS: Final = ("gateway.networking.k8s.io", "metrics.k8s.io", "snapshot.storage.k8s.io")
"""Groups that end like a built-in one and are not."""

DEFINED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "acme.cert-manager.io": ("cert-manager",),
    "argoproj.io": ("argo-cd", "argo-rollouts"),
    "ceph.rook.io": ("rook-ceph",),
    "cert-manager.io": ("cert-manager",),
    "chaos-mesh.org": ("chaos-mesh",),
    "cilium.io": ("cilium",),
    "configuration.konghq.com": ("kong", "ingress"),
    "elasticsearch.k8s.elastic.co": ("eck-operator",),
    "elbv2.k8s.aws": ("aws-load-balancer-controller",),
    "external-secrets.io": ("external-secrets",),
    "gateway.networking.k8s.io": ("gateway-api", "gateway-api-crds", "istio-base", "consul"),
    "generators.external-secrets.io": ("external-secrets",),
    "helm.toolkit.fluxcd.io": ("flux2",),
    "image.toolkit.fluxcd.io": ("flux2",),
    "karpenter.k8s.aws": ("karpenter-crd", "karpenter"),
    "karpenter.sh": ("karpenter-crd", "karpenter"),
    "keda.sh": ("keda",),
    "kibana.k8s.elastic.co": ("eck-operator",),
    "kustomize.toolkit.fluxcd.io": ("flux2",),
    "kyverno.io": ("kyverno",),
    "metallb.io": ("metallb",),
    "monitoring.coreos.com": ("kube-prometheus-stack", "prometheus-operator-crds"),
    "networking.istio.io": ("base", "istio-base"),
    "notification.toolkit.fluxcd.io": ("flux2",),
    "opentelemetry.io": ("opentelemetry-operator",),
    "policies.kyverno.io": ("kyverno",),
    "postgresql.cnpg.io": ("cloudnative-pg",),
    "secrets-store.csi.x-k8s.io": ("secrets-store-csi-driver", "secrets-store-csi-driver-provider-aws"),
    "security.istio.io": ("base", "istio-base"),
    "snapshot.storage.k8s.io": ("snapshot-controller",),
    "source.toolkit.fluxcd.io": ("flux2",),
    "velero.io": ("velero",),
    "vpcresources.k8s.aws": ("vpc-cni",),
}
"""The charts, or addons of EKS, that define a group; the first ones in a plan count."""

DEFINITION: Final = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition"


def is_custom(resource: Resource) -> bool:
    """Whether a CustomResourceDefinition must bring the object's kind."""
    name = group(resource)
    built_in = name in BUILT_IN or (name.endswith(".k8s.io") and name not in EXTENSIONS)
    return is_object(resource) and not built_in


def _definers(graph: Graph, resource: Resource) -> tuple[Resource, ...]:
    """What defines the kind of a custom resource in this plan."""
    name = group(resource)
    own = [definition for definition in of(graph, DEFINITION) if text(definition, "spec", "group") == name]
    known = DEFINED_BY.get(name, ())
    return (*own, *(releases(graph, *known) if known else ()), *addons(graph, *known))


def _undefined(graph: Graph) -> Iterator[tuple[Resource, str]]:
    for resource in filter(is_custom, graph.plan.resources):
        definers = _definers(graph, resource)
        what = f"{kind(resource)} of {group(resource)}"
        if not definers:
            yield resource, f"nothing in the stack defines {what}; install what does"
        elif not any(graph.needs(resource, definer) for definer in definers):
            names = " or ".join(definer.name for definer in definers)
            yield resource, f"{what} may come before its definition; depend on {names}"


RULES: Final = (
    PlanRule(
        name="definitions-first",
        sentence="A custom resource waits for what defines its kind.",
        seen=("pulumi-kubernetes#1712", "pulumi-kubernetes#3247"),
        check=_undefined,
    ),
)
