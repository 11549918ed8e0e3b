"""A cluster that exists already: the same handle, without anything of AWS."""

import pulumi_kubernetes as k8s

from oneup.foundation.handle import Handle, Stage
from oneup.foundation.names import cluster_name
from oneup.settings.model import ExistingSettings


def take_existing(settings: ExistingSettings) -> Handle:
    """Reach the cluster by its kubeconfig and context; it is up, so there is nothing to wait for."""
    name = cluster_name(settings.stack)
    existing = settings.existing
    return Handle(
        name=name,
        provider=k8s.Provider(
            "kubernetes",
            kubeconfig=existing.kubeconfig,
            context=existing.context,
            cluster_identifier=name,
            enable_server_side_apply=True,
        ),
        stages=dict.fromkeys(Stage, ()),
        facts={},
        identities=None,
        deleted_with=None,
    )
