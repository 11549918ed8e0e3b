"""Sets up Argo CD or Flux to deploy ``apps/``: application groups and the root."""

from collections.abc import Mapping
from typing import Final

import pulumi

from oneup.addonkit.addon import AddonName
from oneup.addons import argo_cd, flux
from oneup.foundation.cluster_reference import ClusterReference, Stage
from oneup.gitops import flux as flux_objects
from oneup.gitops import hub
from oneup.gitops.projects import IN_CLUSTER, ROOT_PROJECT, projects
from oneup.installation.install import InstalledAddon
from oneup.settings.gitops import Gitops
from oneup.settings.model import Settings
from oneup.workspace.manifest import KubernetesObject, Manifest
from oneup.workspace.namespace import ARGO_CD
from oneup.workspace.prepare import Workspace

ROOT: Final = "root"

CASCADE: Final = "30m"
"""Timeout for deleting all applications: load balancers and volumes take minutes each."""


def bootstrap(
    settings: Settings,
    cluster: ClusterReference,
    space: Workspace,
    installed: Mapping[AddonName, InstalledAddon],
) -> pulumi.Resource | None:
    """Create the root Application or Kustomization and the application groups; None if both engines are off.

    The root depends on everything its objects need (load balancers, records, certificates, secrets,
    volumes). A destroy therefore deletes it first, with everything it deployed, while
    the controllers that clean up still run.
    """
    engine = installed.get(argo_cd.NAME) or installed.get(flux.NAME)
    if engine is None:
        return None
    delivery = _GitOpsComponent(cluster, engine.addon.namespace.name)
    bounds, root = _manifests(settings, engine, installed)
    homes = tuple(space.namespaces.values())
    made = [delivery.make(bound, (*engine.ready, *homes), lasting=False) for bound in bounds]
    if settings.addons.argo_cd.clusters:
        delivery.make(hub.application_set(settings.gitops), (*engine.ready, *made), lasting=False)
    providers = [resource for item in installed.values() if item.addon.provides for resource in item.ready]
    policies = (policy for held in space.policies.values() for policy in held)
    outside = (*cluster.stages[Stage.VOLUMES], *space.storage, *space.ingress_classes)
    waits = (*engine.ready, *made, *homes, *providers, *policies, *outside)
    resource = delivery.make(root, waits, lasting=True)
    delivery.register_outputs({})
    return resource


def _manifests(
    settings: Settings, engine: InstalledAddon, installed: Mapping[AddonName, InstalledAddon]
) -> tuple[list[Manifest], Manifest]:
    """The manifests of the application groups, and the root."""
    spaces = (item.addon.namespace for item in installed.values())
    groups = projects(settings, (space.name for space in spaces if not space.is_built_in))
    gitops = settings.gitops
    if engine.addon.name == flux.NAME:
        return [
            *flux_objects.service_accounts(groups),
            flux_objects.git_repository(gitops),
        ], flux_objects.root_kustomization(gitops)
    further = [hub.project(settings)] if settings.addons.argo_cd.clusters else []
    return [*(group.manifest(gitops) for group in groups), *further], root_application(gitops)


class _GitOpsComponent(pulumi.ComponentResource):
    """The component of the GitOps objects."""

    def __init__(self, cluster: ClusterReference, home: str) -> None:
        options = pulumi.ResourceOptions(providers={"kubernetes": cluster.provider})
        super().__init__("oneup:platform:Delivery", "delivery", None, options)
        self._cluster, self._home = cluster, home

    def make(
        self, manifest: Manifest, waits: tuple[pulumi.Resource, ...], *, lasting: bool
    ) -> pulumi.Resource:
        """Create an object; ``lasting`` if it must be deleted individually even when the cluster is deleted."""
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
    """The root Application; it finds all others under its path."""
    return Manifest(
        api_version="argoproj.io/v1alpha1",
        kind="Application",
        name=ROOT,
        namespace=ARGO_CD.name,
        # Deleting the root deletes everything it deployed, and waits for it.
        finalizers=("resources-finalizer.argocd.argoproj.io",),
        body={
            "spec": {
                "project": ROOT_PROJECT,
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
                        # Otherwise a commit that fixes a failing sync waits for the last retry.
                        "refresh": True,
                        "backoff": {"duration": "5s", "factor": 2, "maxDuration": "3m"},
                    },
                },
            }
        },
    )
