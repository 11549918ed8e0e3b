"""The one component that installs any addon."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as k8s

from oneup.addonkit.addon import Addon, AddonName, Chart, Manifest
from oneup.foundation.cluster_reference import ClusterReference, ServiceAccountRole, Stage
from oneup.foundation.facts import resolve
from oneup.installation.choose import SelectedAddons
from oneup.workspace.manifest import KubernetesObject
from oneup.workspace.prepare import Workspace

_PASSIVE_KINDS: Final = ("PrometheusRule",)
"""Passive kinds that other resources do not wait for."""

_WORKLOADS: Final = frozenset({"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"})
"""Kinds that run pods."""


@dataclass(frozen=True)
class InstallTarget:
    """The context of an addon's installation: cluster and dependencies."""

    cluster: ClusterReference
    workspace: Workspace
    dependencies: tuple[pulumi.Resource, ...] = ()
    """The resources of the addons it depends on."""


def install(
    chosen: SelectedAddons, cluster: ClusterReference, workspace: Workspace
) -> Mapping[AddonName, "InstalledAddon"]:
    """Install the selected addons; each waits only for its dependencies.

    Raises ``RunError`` before anything is registered if an addon needs an output that this foundation lacks.
    """
    _check(chosen, cluster)
    installed: dict[AddonName, InstalledAddon] = {}
    for addon in chosen.addons:
        needed = tuple(
            resource for name in chosen.dependencies[addon.name] for resource in installed[name].ready
        )
        installed[addon.name] = InstalledAddon(addon, InstallTarget(cluster, workspace, needed))
    return installed


def _check(chosen: SelectedAddons, cluster: ClusterReference) -> None:
    """Raise for outputs and IAM roles that this foundation does not provide."""
    problems = [
        f"{addon.name} needs the output {fact}"
        for addon in chosen.addons
        for fact in sorted(set(addon.deferred_outputs()) - cluster.facts.keys())
    ]
    if cluster.identities is None:
        problems += [f"{addon.name} needs an IAM role" for addon in chosen.addons if addon.identity]
    if problems:
        raise pulumi.RunError("\n".join([f"The foundation of {cluster.name} lacks outputs:", *problems]))


class InstalledAddon(pulumi.ComponentResource):
    """The component of an addon: role, service account, manifests before and after, and release.

    Dependencies are resources, never components: depending on a component includes
    every child registered so far.
    """

    addon: Addon
    ready: tuple[pulumi.Resource, ...]
    """What dependents wait for: all of the addon's active resources in the cluster."""

    def __init__(self, addon: Addon, site: InstallTarget) -> None:
        """Register the addon's resources."""
        options = pulumi.ResourceOptions(providers={"kubernetes": site.cluster.provider})
        super().__init__("oneup:platform:Addon", addon.name, None, options)
        self.addon = addon
        self._site = site
        space = site.workspace.namespaces.get(addon.namespace.name)
        early = (*site.cluster.stages[Stage.CONTROL_PLANE], *([space] if space else []))
        role = self._role()
        account = self._service_account(role, early)
        before = self._objects(addon.prerequisite_manifests, early, definitions=site.dependencies)
        attachments = role.attachments if role else ()
        waits = (*early, *self._stage(), *site.dependencies, *attachments, *account, *before)
        release = (self._release(addon.chart, waits),) if addon.chart else ()
        # The release already depends on the rest; repeating it would double the graph's edges.
        after = self._objects(addon.post_install_manifests, release or waits)
        awaited = (
            made
            for made, what in zip(after, addon.post_install_manifests, strict=True)
            if what.kind not in _PASSIVE_KINDS
        )
        self.ready = (*(release or before), *awaited)
        self.register_outputs({})

    def _stage(self) -> tuple[pulumi.Resource, ...]:
        """The cluster resources that the release depends on."""
        space, home = self._site.workspace, self.addon.namespace.name
        storage = space.storage if self.addon.stage is Stage.VOLUMES else ()
        balancers = space.ingress_classes if self.addon.has_services else ()
        early = self._site.cluster.stages[self.addon.stage]
        guarded = self.addon.stage is not Stage.CONTROL_PLANE
        pods = (*space.priorities, *space.policies.get(home, ())) if guarded else ()
        return (*early, *pods, *storage, *balancers)

    def _role(self) -> ServiceAccountRole | None:
        """The AWS role of the addon's service account."""
        addon, identities = self.addon, self._site.cluster.identities
        if addon.identity is None or identities is None:
            return None
        return identities(addon.name, addon.namespace.name, addon.identity, self)

    def _service_account(
        self, role: ServiceAccountRole | None, waits: Sequence[pulumi.Resource]
    ) -> tuple[pulumi.Resource, ...]:
        """The role's service account: created before any pod, because credentials are injected at pod creation."""
        addon = self.addon
        if addon.identity is None or role is None:
            return ()
        own = addon.identity.service_account
        annotations = {"annotations": role.annotations} if role.annotations else {}
        metadata = {"name": own, "namespace": addon.namespace.name, **annotations}
        account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}
        # By type token, because importing the SDK's class takes 0.2 s.
        return (
            pulumi.CustomResource("kubernetes:core/v1:ServiceAccount", own, account, self._options(waits)),
        )

    def _objects(
        self,
        manifests: Sequence[Manifest],
        waits: Sequence[pulumi.Resource],
        *,
        definitions: Sequence[pulumi.Resource] = (),
    ) -> tuple[pulumi.Resource, ...]:
        """Plain manifests; custom resources also depend on ``definitions``.

        Workloads come last: without their service account, their pods would only start after a retry.
        """
        made: dict[int, pulumi.Resource] = {}
        for place in sorted(range(len(manifests)), key=lambda place: manifests[place].kind in _WORKLOADS):
            manifest = manifests[place]
            named = [each for index, each in made.items() if manifests[index].kind not in _WORKLOADS]
            needed = (*waits, *(named if manifest.kind in _WORKLOADS else ()))
            made[place] = KubernetesObject(
                self._name_of(manifest),
                manifest,
                self._site.cluster.facts,
                self._options(needed if manifest.is_built_in else (*needed, *definitions)),
            )
        return tuple(made[place] for place in range(len(manifests)))

    def _name_of(self, manifest: Manifest) -> str:
        """A resource name that is unique in the stack: two addons may have objects of the same name."""
        elsewhere = manifest.namespace not in (None, self.addon.namespace.name)
        parts = (self.addon.name, manifest.namespace if elsewhere else None, manifest.name)
        return "/".join(part for part in parts if part)

    def _release(self, chart: Chart, waits: Sequence[pulumi.Resource]) -> pulumi.Resource:
        """The Helm release: atomic and with a timeout."""
        addon = self.addon
        oci = chart.repository.startswith("oci://")
        args = k8s.helm.v3.ReleaseArgs(
            name=addon.name,
            namespace=addon.namespace.name,
            chart=f"{chart.repository}/{chart.name}" if oci else chart.name,
            version=chart.version,
            repository_opts=None if oci else k8s.helm.v3.RepositoryOptsArgs(repo=chart.repository),
            values={key: resolve(value, self._site.cluster.facts) for key, value in addon.values.items()},
            atomic=True,
            cleanup_on_fail=True,
            create_namespace=False,
            skip_crds=None if chart.crds else True,
            skip_await=False,
            timeout=addon.timeout_seconds,
        )
        return k8s.helm.v3.Release(addon.name, args, opts=self._options(waits))

    def _options(self, waits: Sequence[pulumi.Resource]) -> pulumi.ResourceOptions:
        """Options of a resource in the cluster; without external resources it is deleted with the cluster."""
        deleted_with = None if self.addon.owns_external_resources else self._site.cluster.deleted_with
        return pulumi.ResourceOptions(parent=self, depends_on=list(waits), deleted_with=deleted_with)
