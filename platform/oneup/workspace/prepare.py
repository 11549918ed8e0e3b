"""Makes what belongs to the cluster itself."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pulumi

from oneup.foundation.cluster_reference import ClusterReference, Stage
from oneup.settings.model import Settings
from oneup.workspace.access import ROLES, bindings, groups
from oneup.workspace.classes import classes_of_auto_mode, network_policies, storage_classes
from oneup.workspace.manifest import KubernetesObject, Manifest
from oneup.workspace.namespace import APPLICATION, APPLICATIONS, Namespace, limits
from oneup.workspace.priority import PRIORITIES


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """The cluster's own objects that others wait for."""

    namespaces: Mapping[str, pulumi.Resource]
    """By name; a namespace that Kubernetes makes is not among them."""

    priorities: tuple[pulumi.Resource, ...]
    """A pod that names a priority class is refused where the class does not exist."""

    storage: tuple[pulumi.Resource, ...]
    """Storage classes that the stack makes."""

    policies: Mapping[str, tuple[pulumi.Resource, ...]]
    """Network policies and limits by namespace: there before its pods, gone after them."""

    balancers: tuple[pulumi.Resource, ...] = ()
    """Ingress classes of EKS Auto Mode; elsewhere they belong to the load balancer controller."""


class _Workspace(pulumi.ComponentResource):
    """The parent of the cluster's own objects."""

    def __init__(self, cluster: ClusterReference) -> None:
        options = pulumi.ResourceOptions(providers={"kubernetes": cluster.provider})
        super().__init__("oneup:platform:Workspace", "workspace", None, options)
        self._cluster = cluster

    def make(self, manifests: Iterable[Manifest]) -> dict[str, pulumi.Resource]:
        """Make objects of one kind, as soon as the control plane answers; by name."""
        facts, options = self._cluster.facts, self._options()
        return {
            manifest.name: KubernetesObject(manifest.name, manifest, facts, options) for manifest in manifests
        }

    def guard(
        self, policies: Iterable[Manifest], namespaces: Mapping[str, pulumi.Resource]
    ) -> dict[str, tuple[pulumi.Resource, ...]]:
        """Make what bounds a namespace's pods; by namespace."""
        made: dict[str, tuple[pulumi.Resource, ...]] = {}
        for policy in policies:
            home = policy.namespace or ""
            waits = (namespaces[home],) if home in namespaces else ()
            name = f"{home}/{policy.name}"
            guarding = KubernetesObject(name, policy, self._cluster.facts, self._options(*waits))
            made[home] = (*made.get(home, ()), guarding)
        return made

    def _options(self, *waits: pulumi.Resource) -> pulumi.ResourceOptions:
        """As soon as the control plane answers, and what the object lives in is there."""
        cluster = self._cluster
        return pulumi.ResourceOptions(
            parent=self,
            depends_on=[*cluster.stages[Stage.CONTROL_PLANE], *waits],
            deleted_with=cluster.deleted_with,
        )


def workloads(settings: Settings) -> tuple[Namespace, ...]:
    """The namespaces of what ``apps/`` delivers: one named after the environment, and the shared one."""
    return tuple(_workload(name, settings) for name in (settings.environment, APPLICATION.name))


def _workload(name: str, settings: Settings) -> Namespace:
    """A namespace of applications, with what the mesh and experiments look for on it."""
    addons = settings.addons
    broken = {"chaos-mesh.org/inject": "enabled"} if addons.chaos_mesh.enabled else {}
    if not (addons.istiod.enabled and name in addons.istiod.namespaces):
        return Namespace(name, labels=APPLICATIONS, annotations=broken)
    labels = {**APPLICATIONS, "istio-injection": "enabled"}
    reason = "the mesh's first container in each pod redirects its traffic with NET_ADMIN"
    return Namespace(name, "privileged", reason, labels=labels, annotations=broken)


def _admit(settings: Settings, space: _Workspace, made: Mapping[str, pulumi.Resource]) -> None:
    """Make the roles of the platform's people, and give them to their groups."""
    space.make(role.manifest for role in ROLES)
    bound = tuple(bindings(groups(settings), tuple(home.name for home in workloads(settings))))
    space.make(binding for binding in bound if binding.namespace is None)
    space.guard((binding for binding in bound if binding.namespace), made)


def prepare(
    settings: Settings,
    cluster: ClusterReference,
    namespaces: Sequence[Namespace],
    policies: Sequence[Manifest] = (),
) -> Workspace:
    """Make the cluster's own objects and the addons' and applications' namespaces (each once).

    In every namespace that the stack makes nothing passes but what ``policies`` let pass.
    """
    space = _Workspace(cluster)
    wanted = {namespace.name: namespace for namespace in (*namespaces, *workloads(settings))}
    own = [wanted[name] for name in sorted(wanted) if not wanted[name].builtin]
    made = space.make(namespace.manifest(settings.kubernetes_version) for namespace in own)
    bounds = (one for home in workloads(settings) for one in limits(home.name, settings.limits))
    guarded = space.guard((*(namespace.silence for namespace in own), *policies, *bounds), made)
    _admit(settings, space, made)
    priorities = space.make(priority.manifest for priority in PRIORITIES)
    storage = space.make(storage_classes(settings))
    space.make(network_policies(settings))
    balancers = [
        served
        for kind in ("IngressClassParams", "IngressClass")
        for served in space.make(one for one in classes_of_auto_mode(settings) if one.kind == kind).values()
    ]
    space.register_outputs({})
    return Workspace(
        namespaces=made,
        priorities=tuple(priorities.values()),
        storage=tuple(storage.values()),
        policies=guarded,
        balancers=tuple(balancers),
    )
