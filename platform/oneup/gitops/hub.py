"""Remote clusters: an AppProject and an ApplicationSet."""

from typing import Final

from oneup.addons.argo_cd.hub import HUB_LABEL, PATH_ANNOTATION
from oneup.gitops.projects import APPLICATION_KINDS, resource_whitelist
from oneup.settings.addons.argo_cd import RemoteCluster
from oneup.settings.gitops import Gitops
from oneup.settings.model import Settings
from oneup.values import Value
from oneup.workspace.manifest import Manifest
from oneup.workspace.namespace import ARGO_CD

NAME: Final = "clusters"


def project(settings: Settings) -> Manifest:
    """The AppProject: only the listed namespaces of each cluster, and nothing cluster-wide."""
    named = settings.addons.argo_cd.clusters
    return Manifest(
        api_version="argoproj.io/v1alpha1",
        kind="AppProject",
        name=NAME,
        namespace=ARGO_CD.name,
        body={
            "spec": {
                "description": "Applications of remote clusters",
                "sourceRepos": [settings.gitops.repository],
                "destinations": [place for cluster in named for place in _destinations(cluster)],
                "namespaceResourceWhitelist": resource_whitelist(APPLICATION_KINDS),
            }
        },
    )


def _destinations(cluster: RemoteCluster) -> list[Value]:
    return [{"server": cluster.server, "namespace": namespace} for namespace in cluster.namespaces]


def application_set(gitops: Gitops) -> Manifest:
    """An Application for each cluster's Secret.

    Deployed objects stay when a cluster is removed from the list, or the stack is destroyed.
    """
    return Manifest(
        api_version="argoproj.io/v1alpha1",
        kind="ApplicationSet",
        name=NAME,
        namespace=ARGO_CD.name,
        body={
            "spec": {
                "goTemplate": True,
                "goTemplateOptions": ["missingkey=error"],
                "generators": [{"clusters": {"selector": {"matchLabels": {HUB_LABEL: "true"}}}}],
                "syncPolicy": {"preserveResourcesOnDeletion": True},
                "template": {
                    "metadata": {"name": "cluster-{{ .nameNormalized }}"},
                    "spec": {
                        "project": NAME,
                        "source": {
                            "repoURL": gitops.repository,
                            "targetRevision": gitops.revision,
                            "path": f'{{{{ index .metadata.annotations "{PATH_ANNOTATION}" }}}}',
                        },
                        "destination": {"server": "{{ .server }}"},
                        "syncPolicy": {
                            "automated": {"prune": True, "selfHeal": True},
                            "syncOptions": ["ServerSideApply=true", "PruneLast=true"],
                        },
                    },
                },
            }
        },
    )
