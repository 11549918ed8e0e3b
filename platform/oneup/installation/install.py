"""The one component that installs any addon."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pulumi
import pulumi_kubernetes as k8s

from oneup.addonkit.addon import Addon, AddonName, Chart, Manifest
from oneup.foundation.cluster_reference import ClusterReference, Role, Stage
from oneup.foundation.facts import resolve
from oneup.installation.choose import Chosen
from oneup.workspace.manifest import KubernetesObject
from oneup.workspace.prepare import Workspace

_READ: Final = ("PrometheusRule",)
"""Kinds that are read and do nothing themselves: nobody waits for them."""


@dataclass(frozen=True)
class Site:
    """Where an addon is installed, and what it waits for."""

    cluster: ClusterReference
    workspace: Workspace
    needed: tuple[pulumi.Resource, ...] = ()
    """What the addons that it waits for have made."""


def install(
    chosen: Chosen, cluster: ClusterReference, workspace: Workspace
) -> Mapping[AddonName, "Installed"]:
    """Install the chosen addons; each waits only for what it needs.

    Raises ``RunError`` before anything is registered where an addon needs what this foundation lacks.
    """
    _check(chosen, cluster)
    installed: dict[AddonName, Installed] = {}
    for addon in chosen.addons:
        needed = tuple(resource for name in chosen.needs[addon.name] for resource in installed[name].ready)
        installed[addon.name] = Installed(addon, Site(cluster, workspace, needed))
    return installed


def _check(chosen: Chosen, cluster: ClusterReference) -> None:
    """Refuse facts and identities that this foundation does not give."""
    problems = [
        f"{addon.name} needs the fact {fact}"
        for addon in chosen.addons
        for fact in sorted(set(addon.facts()) - cluster.facts.keys())
    ]
    if cluster.identities is None:
        problems += [f"{addon.name} needs an AWS identity" for addon in chosen.addons if addon.identity]
    if problems:
        raise pulumi.RunError("\n".join([f"The foundation of {cluster.name} does not give all:", *problems]))


class Installed(pulumi.ComponentResource):
    """An addon in the cluster: role, service account, objects, release, and what acts on it.

    Every wait is on a resource and never on a component: to wait for a component means to wait for
    whatever has been registered under it by then.
    """

    addon: Addon
    ready: tuple[pulumi.Resource, ...]
    """What others wait for: all that the addon has made in the cluster and that does anything."""

    def __init__(self, addon: Addon, site: Site) -> None:
        """Register the addon's resources."""
        options = pulumi.ResourceOptions(providers={"kubernetes": site.cluster.provider})
        super().__init__("oneup:platform:Addon", addon.name, None, options)
        self.addon = addon
        self._site = site
        space = site.workspace.namespaces.get(addon.namespace.name)
        early = (*site.cluster.stages[Stage.CONTROL_PLANE], *([space] if space else []))
        role = self._role()
        account = self._service_account(role, early)
        before = self._objects(addon.before, early, definitions=site.needed)
        attachments = role.attachments if role else ()
        waits = (*early, *self._stage(), *site.needed, *attachments, *account, *before)
        release = (self._release(addon.chart, waits),) if addon.chart else ()
        # The release has waited for all the rest: named once more, it would double the graph's edges.
        after = self._objects(addon.after, release or waits)
        awaited = (made for made, what in zip(after, addon.after, strict=True) if what.kind not in _READ)
        self.ready = (*(release or before), *awaited)
        self.register_outputs({})

    def _stage(self) -> tuple[pulumi.Resource, ...]:
        """What of the cluster the release waits for."""
        space, home = self._site.workspace, self.addon.namespace.name
        storage = space.storage if self.addon.stage is Stage.VOLUMES else ()
        balancers = space.balancers if self.addon.services else ()
        early = self._site.cluster.stages[self.addon.stage]
        guarded = self.addon.stage is not Stage.CONTROL_PLANE
        pods = (*space.priorities, *space.policies.get(home, ())) if guarded else ()
        return (*early, *pods, *storage, *balancers)

    def _role(self) -> Role | None:
        """The AWS role of the addon's service account."""
        addon, identities = self.addon, self._site.cluster.identities
        if addon.identity is None or identities is None:
            return None
        return identities(addon.name, addon.namespace.name, addon.identity, self)

    def _service_account(
        self, role: Role | None, waits: Sequence[pulumi.Resource]
    ) -> tuple[pulumi.Resource, ...]:
        """The service account of the role: there before any pod, which is given its credentials at birth."""
        addon = self.addon
        if addon.identity is None or role is None:
            return ()
        own = addon.identity.service_account
        annotations = {"annotations": role.annotations} if role.annotations else {}
        metadata = {"name": own, "namespace": addon.namespace.name, **annotations}
        account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}
        # By its type alone, as every object: the SDK's class takes a fifth of a second to import.
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
        """Plain objects; a kind that a definition must bring also waits for ``definitions``."""
        return tuple(
            KubernetesObject(
                self._name_of(manifest),
                manifest,
                self._site.cluster.facts,
                self._options(waits if manifest.builtin else (*waits, *definitions)),
            )
            for manifest in manifests
        )

    def _name_of(self, manifest: Manifest) -> str:
        """A name that is unique in the stack: two addons may have objects of one name."""
        elsewhere = manifest.namespace not in (None, self.addon.namespace.name)
        parts = (self.addon.name, manifest.namespace if elsewhere else None, manifest.name)
        return "/".join(part for part in parts if part)

    def _release(self, chart: Chart, waits: Sequence[pulumi.Resource]) -> pulumi.Resource:
        """The Helm release: it succeeds whole and in time, or leaves nothing behind."""
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
        """Options of a resource in the cluster; what owns nothing outside goes with the cluster."""
        deleted_with = None if self.addon.owns_outside else self._site.cluster.deleted_with
        return pulumi.ResourceOptions(parent=self, depends_on=list(waits), deleted_with=deleted_with)
