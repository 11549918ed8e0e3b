"""Queries on a plan."""

from collections.abc import Callable, Iterator

from oneup.plan import Resource
from oneup.plan.graph import DependencyGraph
from oneup.plan.inputs import as_mapping, is_true, string_at, value_at
from oneup.plan.resource_types.cluster import CLUSTERS, EKS_ADDONS
from oneup.plan.resource_types.kubernetes import PREFIX, RELEASE
from oneup.plan.resource_types.storage import BUCKETS


def resources_of_type(graph: DependencyGraph, *types: str) -> tuple[Resource, ...]:
    """The resources of some types, in the order of registration."""
    return tuple(resource for resource in graph.plan.resources if resource.type in types)


def buckets_lacking(
    graph: DependencyGraph, kind: str, enough: Callable[[Resource], bool]
) -> Iterator[Resource]:
    """The buckets without a related resource of a type that satisfies ``enough``."""
    seen = {
        bucket.urn
        for resource in resources_of_type(graph, kind)
        if enough(resource)
        for bucket in graph.dependencies_of_input(resource, "bucket")
    }
    return (bucket for bucket in resources_of_type(graph, *BUCKETS) if bucket.urn not in seen)


def chart(release: Resource) -> str:
    """The name of a release's chart, without its repository."""
    return string_at(release, "chart").rstrip("/").rpartition("/")[2]


def releases(graph: DependencyGraph, *charts: str) -> tuple[Resource, ...]:
    """The Helm releases of some charts; all of them where none is named."""
    return tuple(
        release for release in resources_of_type(graph, RELEASE) if not charts or chart(release) in charts
    )


def eks_addons(graph: DependencyGraph, *names: str) -> tuple[Resource, ...]:
    """The EKS addons of some names."""
    return tuple(
        addon for addon in resources_of_type(graph, *EKS_ADDONS) if string_at(addon, "addonName") in names
    )


def auto_mode_clusters(graph: DependencyGraph) -> tuple[Resource, ...]:
    """The clusters in EKS Auto Mode: AWS makes their nodes, and runs what these need."""
    modes = (("autoMode", "enabled"), ("computeConfig", "enabled"))
    return tuple(
        cluster
        for cluster in resources_of_type(graph, *CLUSTERS)
        if any(is_true(value_at(cluster.inputs, *path)) for path in modes)
    )


def is_object(resource: Resource) -> bool:
    """Whether this is a plain Kubernetes object or custom resource."""
    return resource.type.startswith(PREFIX) and resource.type != RELEASE


def is_node_class(resource: Resource) -> bool:
    """Whether this says what Karpenter's nodes are like."""
    return (api_group(resource), object_kind(resource)) == ("karpenter.k8s.aws", "EC2NodeClass")


def api_group(resource: Resource) -> str:
    """The API group of a Kubernetes object: ``apps``, ``argoproj.io``; empty for the core group."""
    return string_at(resource, "apiVersion").rpartition("/")[0]


def object_kind(resource: Resource) -> str:
    """The kind of a Kubernetes object."""
    return string_at(resource, "kind") or resource.type.rpartition(":")[2]


def namespace_and_name(resource: Resource) -> tuple[str, str]:
    """Namespace and name of a Kubernetes object; empty where it has none."""
    return string_at(resource, "metadata", "namespace"), string_at(resource, "metadata", "name")


def object_name(resource: Resource) -> str:
    """A readable name of a Kubernetes object: ``Ingress argocd/server``."""
    metadata = as_mapping(value_at(resource.inputs, "metadata"))
    place = "/".join(str(part) for part in (metadata.get("namespace"), metadata.get("name")) if part)
    return f"{object_kind(resource)} {place or resource.name}"
