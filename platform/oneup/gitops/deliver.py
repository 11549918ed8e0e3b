"""Hands ``apps/`` to Argo CD or Flux: what bounds the groups, and the root."""

from collections.abc import Mapping
from typing import Final

import pulumi

from oneup.addonkit.addon import AddonName
from oneup.addons import argo_cd, flux
from oneup.foundation.cluster_reference import ClusterReference, Stage
from oneup.gitops import flux as flux_objects
from oneup.gitops import hub
from oneup.gitops.projects import DELIVERY, IN_CLUSTER, projects
from oneup.installation.install import Installed
from oneup.settings.gitops import Gitops
from oneup.settings.model import Settings
from oneup.workspace.manifest import KubernetesObject, Manifest
from oneup.workspace.namespace import ARGO_CD
from oneup.workspace.prepare import Workspace

ROOT: Final = "root"

CASCADE: Final = "30m"
"""How long the applications may take to go: load balancers and volumes take minutes each."""


def deliver(
    settings: Settings, cluster: ClusterReference, space: Workspace, installed: Mapping[AddonName, Installed]
) -> pulumi.Resource | None:
    """Make the root Application, or Flux' root Kustomization, and what bounds it; None where both are off.

    The root waits for all whose work its objects need (balancers, records, certificates, secrets,
    volumes). On destroy it is therefore the first to go, and takes what it has delivered with it while
    those that must clean up still run.
    """
    engine = installed.get(argo_cd.NAME) or installed.get(flux.NAME)
    if engine is None:
        return None
    delivery = _Delivery(cluster, engine.addon.namespace.name)
    bounds, root = _told(settings, engine, installed)
    homes = tuple(space.namespaces.values())
    made = [delivery.make(bound, (*engine.ready, *homes), lasting=False) for bound in bounds]
    if settings.addons.argo_cd.clusters:
        delivery.make(hub.application_set(settings.gitops), (*engine.ready, *made), lasting=False)
    providers = [resource for item in installed.values() if item.addon.provides for resource in item.ready]
    policies = (policy for held in space.policies.values() for policy in held)
    outside = (*cluster.stages[Stage.VOLUMES], *space.storage, *space.balancers)
    waits = (*engine.ready, *made, *homes, *providers, *policies, *outside)
    resource = delivery.make(root, waits, lasting=True)
    delivery.register_outputs({})
    return resource


def _told(
    settings: Settings, engine: Installed, installed: Mapping[AddonName, Installed]
) -> tuple[list[Manifest], Manifest]:
    """What bounds the groups of applications, and the root."""
    spaces = (item.addon.namespace for item in installed.values())
    groups = projects(settings, (space.name for space in spaces if not space.builtin))
    gitops = settings.gitops
    if engine.addon.name == flux.NAME:
        return [*flux_objects.accounts(groups), flux_objects.source(gitops)], flux_objects.root(gitops)
    further = [hub.project(settings)] if settings.addons.argo_cd.clusters else []
    return [*(group.manifest(gitops) for group in groups), *further], root_application(gitops)


class _Delivery(pulumi.ComponentResource):
    """The parent of what the stack tells Argo CD or Flux."""

    def __init__(self, cluster: ClusterReference, home: str) -> None:
        options = pulumi.ResourceOptions(providers={"kubernetes": cluster.provider})
        super().__init__("oneup:platform:Delivery", "delivery", None, options)
        self._cluster, self._home = cluster, home

    def make(
        self, manifest: Manifest, waits: tuple[pulumi.Resource, ...], *, lasting: bool
    ) -> pulumi.Resource:
        """Make one object; ``lasting`` where it must be taken down even if the cluster goes as well."""
        options = pulumi.ResourceOptions(
            parent=self,
            depends_on=list(waits),
            deleted_with=None if lasting else self._cluster.deleted_with,
            custom_timeouts=pulumi.CustomTimeouts(delete=CASCADE) if lasting else None,
        )
        home = manifest.namespace
        name = manifest.name if home == self._home else f"{home}/{manifest.name}"
        return KubernetesObject(name, manifest, self._cluster.facts, options)


def root_application(gitops: Gitops) -> Manifest:
    """The one Application that the stack makes; all others are found under its path."""
    return Manifest(
        api_version="argoproj.io/v1alpha1",
        kind="Application",
        name=ROOT,
        namespace=ARGO_CD.name,
        # Deleting the root deletes all that it has delivered, and waits for it.
        finalizers=("resources-finalizer.argocd.argoproj.io",),
        body={
            "spec": {
                "project": DELIVERY,
                "source": {
                    "repoURL": gitops.repository,
                    "targetRevision": gitops.revision,
                    "path": gitops.path,
                },
                "destination": {"server": IN_CLUSTER, "namespace": ARGO_CD.name},
                "syncPolicy": {
                    "automated": {"prune": True, "selfHeal": True},
                    "syncOptions": ["ServerSideApply=true", "PruneLast=true"],
                    "retry": {
                        "limit": 10,
                        # Else a commit that mends a failing sync waits until its last try is over.
                        "refresh": True,
                        "backoff": {"duration": "5s", "factor": 2, "maxDuration": "3m"},
                    },
                },
            }
        },
    )
