"""Hands ``apps/`` to Argo CD: its projects and the root Application."""

from collections.abc import Mapping
from typing import Final

import pulumi

from oneup.addons import argo_cd
from oneup.addons.addon import AddonName
from oneup.addons.install import Installed
from oneup.foundation.handle import Handle, Stage
from oneup.gitops.projects import DELIVERY, IN_CLUSTER, projects
from oneup.settings.gitops import Gitops
from oneup.settings.model import Settings
from oneup.workspace.manifest import KubernetesObject, Manifest
from oneup.workspace.namespace import ARGO_CD
from oneup.workspace.prepare import Workspace

ROOT: Final = "root"

CASCADE: Final = "30m"
"""How long the applications may take to go: load balancers and volumes take minutes each."""


def deliver(
    settings: Settings, cluster: Handle, space: Workspace, installed: Mapping[AddonName, Installed]
) -> pulumi.Resource | None:
    """Make the AppProjects and the root Application; None where Argo CD is off.

    The root waits for all whose work its objects need (balancers, records, certificates, secrets,
    volumes). On destroy it is therefore the first to go, and takes what it has delivered with it while
    those that must clean up still run.
    """
    argo = installed.get(argo_cd.NAME)
    if argo is None:
        return None
    delivery = _Delivery(cluster)
    namespaces = (
        item.addon.namespace.name for item in installed.values() if not item.addon.namespace.builtin
    )
    boundaries = [
        delivery.make(project.manifest(settings.gitops), argo.ready, lasting=False)
        for project in projects(settings, namespaces)
    ]
    providers = [resource for item in installed.values() if item.addon.provides for resource in item.ready]
    outside = (*cluster.stages[Stage.VOLUMES], *space.storage, *space.balancers)
    waits = (*argo.ready, *boundaries, *providers, *space.namespaces.values(), *outside)
    root = delivery.make(root_application(settings.gitops), waits, lasting=True)
    delivery.register_outputs({})
    return root


class _Delivery(pulumi.ComponentResource):
    """The parent of what the stack tells Argo CD."""

    def __init__(self, cluster: Handle) -> None:
        options = pulumi.ResourceOptions(providers={"kubernetes": cluster.provider})
        super().__init__("oneup:platform:Delivery", "delivery", None, options)
        self._cluster = cluster

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
        return KubernetesObject(manifest.name, manifest, self._cluster.facts, options)


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
