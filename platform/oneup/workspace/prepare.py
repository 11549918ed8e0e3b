"""Creates the cluster-level objects."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pulumi

from oneup.foundation.cluster_reference import ClusterReference, Stage
from oneup.settings.model import Settings
from oneup.workspace.access import ROLES, bindings, group_bindings
from oneup.workspace.classes import auto_mode_ingress_classes, network_policies, storage_classes
from oneup.workspace.manifest import KubernetesObject, Manifest
from oneup.workspace.namespace import APPLICATION_LABEL, SHARED_APPLICATIONS, Namespace, quota_and_limit_range
from oneup.workspace.priority import PRIORITY_CLASSES


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """The cluster-level objects that others depend on."""

    namespaces: Mapping[str, pulumi.Resource]
    """By name, without built-in namespaces."""

    priorities: tuple[pulumi.Resource, ...]
    """Priority classes: a pod with an unknown class is rejected."""

    storage: tuple[pulumi.Resource, ...]
    """Storage classes that the stack creates."""

    policies: Mapping[str, tuple[pulumi.Resource, ...]]
    """Network policies and quotas by namespace: created before its pods, deleted after them."""

    ingress_classes: tuple[pulumi.Resource, ...] = ()
    """Ingress classes of EKS Auto Mode; otherwise the load balancer controller's addon has them."""


class _WorkspaceComponent(pulumi.ComponentResource):
    """The component of the cluster-level objects."""

    def __init__(self, cluster: ClusterReference) -> None:
        options = pulumi.ResourceOptions(providers={"kubernetes": cluster.provider})
        super().__init__("oneup:platform:Workspace", "workspace", None, options)
        self._cluster = cluster

    def make(self, manifests: Iterable[Manifest]) -> dict[str, pulumi.Resource]:
        """Create objects of one kind once the control plane is ready; returns them by name."""
        facts, options = self._cluster.facts, self._options()
        return {
            manifest.name: KubernetesObject(manifest.name, manifest, facts, options) for manifest in manifests
        }

    def restrict(
        self, policies: Iterable[Manifest], namespaces: Mapping[str, pulumi.Resource]
    ) -> dict[str, tuple[pulumi.Resource, ...]]:
        """Create network policies, quotas and bindings; returns them by namespace."""
        made: dict[str, tuple[pulumi.Resource, ...]] = {}
        for policy in policies:
            home = policy.namespace or ""
            waits = (namespaces[home],) if home in namespaces else ()
            name = f"{home}/{policy.name}"
            guarding = KubernetesObject(name, policy, self._cluster.facts, self._options(*waits))
            made[home] = (*made.get(home, ()), guarding)
        return made

    def _options(self, *waits: pulumi.Resource) -> pulumi.ResourceOptions:
        """Options that depend on the control plane and the object's namespace."""
        cluster = self._cluster
        return pulumi.ResourceOptions(
            parent=self,
            depends_on=[*cluster.stages[Stage.CONTROL_PLANE], *waits],
            deleted_with=cluster.deleted_with,
        )


def application_namespaces(settings: Settings) -> tuple[Namespace, ...]:
    """The application namespaces: one named after the environment, and the shared one."""
    return tuple(
        _application_namespace(name, settings) for name in (settings.environment, SHARED_APPLICATIONS.name)
    )


def _application_namespace(name: str, settings: Settings) -> Namespace:
    """An application namespace, with labels and annotations for the mesh and chaos experiments."""
    addons = settings.addons
    broken = {"chaos-mesh.org/inject": "enabled"} if addons.chaos_mesh.enabled else {}
    if not (addons.istiod.enabled and name in addons.istiod.namespaces):
        return Namespace(name, labels=APPLICATION_LABEL, annotations=broken)
    labels = {**APPLICATION_LABEL, "istio-injection": "enabled"}
    reason = "the mesh's init container in each pod redirects traffic with NET_ADMIN"
    return Namespace(name, "privileged", reason, labels=labels, annotations=broken)


def _bind_roles(settings: Settings, space: _WorkspaceComponent, made: Mapping[str, pulumi.Resource]) -> None:
    """Create the platform roles and their bindings."""
    space.make(role.manifest for role in ROLES)
    bound = tuple(
        bindings(group_bindings(settings), tuple(home.name for home in application_namespaces(settings)))
    )
    space.make(binding for binding in bound if binding.namespace is None)
    space.restrict((binding for binding in bound if binding.namespace), made)


def prepare(
    settings: Settings,
    cluster: ClusterReference,
    namespaces: Sequence[Namespace],
    policies: Sequence[Manifest] = (),
) -> Workspace:
    """Create the cluster-level objects and the namespaces of addons and applications.

    Every namespace that the stack creates has a default-deny policy; ``policies`` allow traffic.
    """
    space = _WorkspaceComponent(cluster)
    wanted = {namespace.name: namespace for namespace in (*namespaces, *application_namespaces(settings))}
    own = [wanted[name] for name in sorted(wanted) if not wanted[name].is_built_in]
    made = space.make(namespace.manifest(settings.kubernetes_version) for namespace in own)
    bounds = (
        one
        for home in application_namespaces(settings)
        for one in quota_and_limit_range(home.name, settings.limits)
    )
    guarded = space.restrict((*(namespace.default_deny for namespace in own), *policies, *bounds), made)
    _bind_roles(settings, space, made)
    priorities = space.make(priority.manifest for priority in PRIORITY_CLASSES)
    storage = space.make(storage_classes(settings))
    space.make(network_policies(settings))
    balancers = [
        served
        for kind in ("IngressClassParams", "IngressClass")
        for served in space.make(
            one for one in auto_mode_ingress_classes(settings) if one.kind == kind
        ).values()
    ]
    space.register_outputs({})
    return Workspace(
        namespaces=made,
        priorities=tuple(priorities.values()),
        storage=tuple(storage.values()),
        policies=guarded,
        ingress_classes=tuple(balancers),
    )
