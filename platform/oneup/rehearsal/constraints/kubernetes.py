"""Constraints of Kubernetes objects and Helm releases."""

from collections.abc import Iterator
from typing import Final

from oneup.plan import Json, JsonMap, Resource
from oneup.plan.inputs import at, is_true, mappings, scalars
from oneup.plan.query import (
    LOAD_BALANCER_CONTROLLER,
    POD_IDENTITY_ASSOCIATION,
    RELEASE,
    addons,
    chart,
    group,
    is_object,
    kind,
    object_place,
    releases,
)
from oneup.policy.definitions import definers, defining, is_custom
from oneup.policy.order import PODLESS, ROOT_NEEDS, VOLUME_DRIVER, balances, claims, is_root
from oneup.rehearsal.constraints.aws import rights
from oneup.rehearsal.constraints.constraint import Need, World, each, one_of

WORKLOADS: Final = ("DaemonSet", "Deployment", "Job", "StatefulSet")
"""Kinds that are complete when their pods are ready."""

MONITOR_SWITCHES: Final = ("monitoring", "podmonitor", "servicemonitor")
"""Names of charts' switches for monitors, in lower case."""

MONITORS: Final = "monitoring.coreos.com"
BRINGS: Final = {
    "istiod": ("istio.io",),
    "karpenter": ("karpenter.sh",),
    "kube-prometheus-stack": (MONITORS,),
    "opentelemetry-operator": ("cert-manager.io",),
    "rook-ceph-cluster": ("ceph.rook.io",),
}
"""API groups whose CRDs a chart's objects or controller need, in addition to monitors."""

CEPH: Final = "rook-ceph-cluster"
NAMES: Final = ("coredns",)
CREDENTIALS: Final = ("eks-pod-identity-agent",)


def needs(world: World, resource: Resource) -> Iterator[Need]:
    """Constraints of a release or object, in addition to data flow."""
    yield from _of_all(world, resource)
    if resource.type == RELEASE:
        yield from _of_a_release(world, resource)
    elif is_object(resource):
        yield from _of_an_object(world, resource)


def _of_all(world: World, resource: Resource) -> Iterator[Need]:
    """The API, and the namespace."""
    provider = resource.provider.rpartition("::")[0]
    if provider in world.graph.by_urn and resource.type.startswith("kubernetes:"):
        yield Need((provider,), "the API must be available")
    named = resource.inputs.get("namespace") if resource.type == RELEASE else object_place(resource)[0]
    if isinstance(named, str) and named:
        yield from each(world.object("Namespace", named), "it is in the namespace")
    if balances(resource):
        yield from _of_a_balancer(world, resource)


def _of_a_balancer(world: World, resource: Resource) -> Iterator[Need]:
    """What may create a load balancer is created after the controllers that clean it up, and deleted before them."""
    for cleaner in releases(world.graph, LOAD_BALANCER_CONTROLLER, "external-dns"):
        if cleaner.urn != resource.urn:
            yield from each((cleaner,), "its load balancer and DNS records are cleaned up by this controller")


def _of_an_object(world: World, resource: Resource) -> Iterator[Need]:
    if is_custom(resource):
        what = f"{kind(resource)} of {group(resource)}"
        yield from one_of(definers(world.graph, resource), f"the CRD of {what} must exist")
    if kind(resource) in WORKLOADS:
        yield from _of_pods(world)
    if is_root(resource):
        cleaners = (*releases(world.graph, *ROOT_NEEDS), *addons(world.graph, VOLUME_DRIVER))
        yield from each(cleaners, "what it deploys is cleaned up by this controller")


def _of_pods(world: World) -> Iterator[Need]:
    yield from one_of(world.nodes, "its pods need a node")
    yield from each(addons(world.graph, *NAMES), "its pods need DNS")


def _of_a_release(world: World, release: Resource) -> Iterator[Need]:
    if chart(release) in PODLESS:
        return
    yield from _of_pods(world)
    yield from _of_its_identity(world, release)
    yield from _of_its_kinds(world, release)
    if _claims(release):
        yield from _of_volumes(world)
    yield from _of_its_buckets(world, release)
    yield from _of_what_it_names(world, release)


def _claims(release: Resource) -> bool:
    """Whether it has volumes, including those of Vault's chart."""
    stores = mappings(release.inputs.get("values"))
    return claims(release) or any(is_true(at(part, "dataStorage", "enabled")) for part in stores)


def _of_volumes(world: World) -> Iterator[Need]:
    drivers = addons(world.graph, VOLUME_DRIVER) or releases(world.graph, CEPH)
    yield from each(drivers, "its claims need a CSI driver")
    yield from one_of(world.objects("StorageClass"), "its claims need a storage class")


def _of_its_identity(world: World, release: Resource) -> Iterator[Need]:
    """Pods get credentials at creation: service account, role and policies must exist first."""
    siblings = [item for item in world.graph.plan.resources if item.parent == release.parent]
    associations = [item for item in siblings if item.type == POD_IDENTITY_ASSOCIATION]
    accounts = [item for item in siblings if kind(item) == "ServiceAccount" and rights(world, item)]
    told = [item for item in siblings if kind(item) == "ServiceAccount" and associations]
    for user in (*accounts, *associations):
        yield from each(rights(world, user), "its pods use the role's policies from the start")
    yield from each((*accounts, *told, *associations), "its pods get their identity at creation")
    if associations:
        yield from each(addons(world.graph, *CREDENTIALS), "it provides its pods' credentials")


def _of_its_kinds(world: World, release: Resource) -> Iterator[Need]:
    own = release.inputs.get("values")
    groups = (*BRINGS.get(chart(release), ()), *((MONITORS,) if _monitored(own) else ()))
    for name in groups:
        known = tuple(one for one in defining(world.graph, name) if one.urn != release.urn)
        yield from one_of(known, f"the CRDs of {name} must exist")


def _monitored(values: Json) -> bool:
    """Whether a chart creates monitors: one of its switches for them is on."""
    return any(_is_on(part) for part in mappings(values))


def _is_on(values: JsonMap) -> bool:
    switches = [key for key in values if key.lower() in MONITOR_SWITCHES]
    on = (at(values, one, key) for one in switches for key in ("enabled", "create", "podMonitorEnabled"))
    return any(map(is_true, on))


def _of_its_buckets(world: World, release: Resource) -> Iterator[Need]:
    """Ceph provides a Secret for a bucket claim once the object store runs."""
    for item in world.graph.plan.resources:
        if item.parent == release.parent and kind(item) == "ObjectBucketClaim":
            yield from each(
                (item, *releases(world.graph, CEPH)), "its pods wait for their bucket's credentials"
            )


def _of_what_it_names(world: World, release: Resource) -> Iterator[Need]:
    home = str(release.inputs.get("namespace", ""))
    for _, value in scalars(release.inputs.get("values")):
        if isinstance(value, str) and value:
            for what in ("ConfigMap", "Secret"):
                yield from each(world.object(what, value, home), f"its pods mount the {what}")
            yield from each(world.object("PriorityClass", value), "its pods use the PriorityClass")
