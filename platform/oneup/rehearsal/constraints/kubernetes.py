"""Constraints of Kubernetes objects and Helm releases."""

from collections.abc import Iterator
from typing import Final

from oneup.plan import Json, JsonMap, Resource
from oneup.plan.charts import (
    CEPH,
    CLEANUP_CONTROLLERS,
    LOAD_BALANCER_CONTROLLER,
    MONITORS,
    VOLUME_DRIVER,
    chart_facts,
    eks_addon_names,
)
from oneup.plan.inputs import is_true, mappings, scalars, value_at
from oneup.plan.query import (
    api_group,
    chart,
    eks_addons,
    is_object,
    namespace_and_name,
    object_kind,
    releases,
)
from oneup.plan.resource_types.cluster import POD_IDENTITY_ASSOCIATION
from oneup.plan.resource_types.kubernetes import PREFIX, RELEASE
from oneup.policy.definitions import crd_sources, crd_sources_of_group, is_custom_resource
from oneup.policy.order import (
    creates_load_balancer,
    creates_volume,
    is_root,
)
from oneup.rehearsal.constraints.aws import role_policies
from oneup.rehearsal.constraints.constraint import Constraint, PlanIndex, require_all, require_any

WORKLOADS: Final = ("DaemonSet", "Deployment", "Job", "StatefulSet")
"""Kinds that are complete when their pods are ready."""

MONITOR_SWITCHES: Final = ("monitoring", "podmonitor", "servicemonitor")
"""Names of charts' switches for monitors, in lower case."""


def constraints(world: PlanIndex, resource: Resource) -> Iterator[Constraint]:
    """Constraints of a release or object, in addition to data flow."""
    yield from _of_all(world, resource)
    if resource.type == RELEASE:
        yield from _of_a_release(world, resource)
    elif is_object(resource):
        yield from _of_an_object(world, resource)


def _of_all(world: PlanIndex, resource: Resource) -> Iterator[Constraint]:
    """The API, and the namespace."""
    provider = resource.provider.rpartition("::")[0]
    if provider in world.graph.by_urn and resource.type.startswith(PREFIX):
        yield Constraint((provider,), "the API must be available")
    named = resource.inputs.get("namespace") if resource.type == RELEASE else namespace_and_name(resource)[0]
    if isinstance(named, str) and named:
        yield from require_all(world.object("Namespace", named), "it is in the namespace")
    if creates_load_balancer(resource):
        yield from _of_a_balancer(world, resource)


def _of_a_balancer(world: PlanIndex, resource: Resource) -> Iterator[Constraint]:
    """What may create a load balancer is created after the controllers that clean it up, and deleted before them."""
    for cleaner in releases(world.graph, LOAD_BALANCER_CONTROLLER, "external-dns"):
        if cleaner.urn != resource.urn:
            yield from require_all(
                (cleaner,), "its load balancer and DNS records are cleaned up by this controller"
            )


def _of_an_object(world: PlanIndex, resource: Resource) -> Iterator[Constraint]:
    if is_custom_resource(resource):
        what = f"{object_kind(resource)} of {api_group(resource)}"
        yield from require_any(crd_sources(world.graph, resource), f"the CRD of {what} must exist")
    if object_kind(resource) in WORKLOADS:
        yield from _of_pods(world)
    if is_root(resource):
        cleaners = (*releases(world.graph, *CLEANUP_CONTROLLERS), *eks_addons(world.graph, VOLUME_DRIVER))
        yield from require_all(cleaners, "what it deploys is cleaned up by this controller")


def _of_pods(world: PlanIndex) -> Iterator[Constraint]:
    yield from require_any(world.nodes, "its pods need a node")
    yield from require_all(
        eks_addons(world.graph, *eks_addon_names(lambda addon: addon.serves_dns)), "its pods need DNS"
    )


def _of_a_release(world: PlanIndex, release: Resource) -> Iterator[Constraint]:
    if not chart_facts(chart(release)).has_pods:
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
    return creates_volume(release) or any(
        is_true(value_at(part, "dataStorage", "enabled")) for part in stores
    )


def _of_volumes(world: PlanIndex) -> Iterator[Constraint]:
    drivers = eks_addons(world.graph, VOLUME_DRIVER) or releases(world.graph, CEPH)
    yield from require_all(drivers, "its claims need a CSI driver")
    yield from require_any(world.objects("StorageClass"), "its claims need a storage class")


def _of_its_identity(world: PlanIndex, release: Resource) -> Iterator[Constraint]:
    """Pods get credentials at creation: service account, role and policies must exist first."""
    siblings = [item for item in world.graph.plan.resources if item.parent == release.parent]
    associations = [item for item in siblings if item.type == POD_IDENTITY_ASSOCIATION]
    accounts = [
        item for item in siblings if object_kind(item) == "ServiceAccount" and role_policies(world, item)
    ]
    told = [item for item in siblings if object_kind(item) == "ServiceAccount" and associations]
    for user in (*accounts, *associations):
        yield from require_all(role_policies(world, user), "its pods use the role's policies from the start")
    yield from require_all((*accounts, *told, *associations), "its pods get their identity at creation")
    if associations:
        yield from require_all(
            eks_addons(world.graph, *eks_addon_names(lambda addon: addon.serves_credentials)),
            "it provides its pods' credentials",
        )


def _of_its_kinds(world: PlanIndex, release: Resource) -> Iterator[Constraint]:
    own = release.inputs.get("values")
    groups = (*chart_facts(chart(release)).requires_api_groups, *((MONITORS,) if _monitored(own) else ()))
    for name in groups:
        known = tuple(one for one in crd_sources_of_group(world.graph, name) if one.urn != release.urn)
        yield from require_any(known, f"the CRDs of {name} must exist")


def _monitored(values: Json) -> bool:
    """Whether a chart creates monitors: one of its switches for them is on."""
    return any(_is_on(part) for part in mappings(values))


def _is_on(values: JsonMap) -> bool:
    switches = [key for key in values if key.lower() in MONITOR_SWITCHES]
    on = (
        value_at(values, one, key) for one in switches for key in ("enabled", "create", "podMonitorEnabled")
    )
    return any(map(is_true, on))


def _of_its_buckets(world: PlanIndex, release: Resource) -> Iterator[Constraint]:
    """Ceph provides a Secret for a bucket claim once the object store runs."""
    for item in world.graph.plan.resources:
        if item.parent == release.parent and object_kind(item) == "ObjectBucketClaim":
            yield from require_all(
                (item, *releases(world.graph, CEPH)), "its pods wait for their bucket's credentials"
            )


def _of_what_it_names(world: PlanIndex, release: Resource) -> Iterator[Constraint]:
    home = str(release.inputs.get("namespace", ""))
    for _, value in scalars(release.inputs.get("values")):
        if isinstance(value, str) and value:
            for what in ("ConfigMap", "Secret"):
                yield from require_all(world.object(what, value, home), f"its pods mount the {what}")
            yield from require_all(world.object("PriorityClass", value), "its pods use the PriorityClass")
