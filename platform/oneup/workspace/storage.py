"""Storage classes of the cluster."""

from typing import Final

from oneup.settings.model import AwsSettings, Settings
from oneup.workspace.manifest import Manifest

GP3: Final = "gp3"


def storage_classes(settings: Settings) -> tuple[Manifest, ...]:
    """The classes that the stack makes: on AWS encrypted gp3 volumes, as the default.

    EKS still makes the class gp2, but since 1.30 no longer marks it as the default. On a cluster that
    exists already, storage is an addon's or the cluster's own.
    """
    if not isinstance(settings, AwsSettings):
        return ()
    driver = "ebs.csi.eks.amazonaws.com" if settings.cluster.auto_mode else "ebs.csi.aws.com"
    return (
        Manifest(
            api_version="storage.k8s.io/v1",
            kind="StorageClass",
            name=GP3,
            annotations={"storageclass.kubernetes.io/is-default-class": "true"},
            body={
                "provisioner": driver,
                "parameters": {"type": "gp3", "encrypted": "true"},
                # A volume is bound to one zone: made only where its pod has been placed.
                "volumeBindingMode": "WaitForFirstConsumer",
                "allowVolumeExpansion": True,
                "reclaimPolicy": settings.cluster.volumes,
            },
        ),
    )
