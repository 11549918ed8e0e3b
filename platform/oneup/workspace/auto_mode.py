"""What EKS Auto Mode does only when it is told to."""

from oneup.settings.model import AwsSettings, Settings
from oneup.workspace.manifest import Manifest


def network_policies(settings: Settings) -> tuple[Manifest, ...]:
    """The switch by which Auto Mode's nodes enforce network policies; elsewhere the CNI is told so."""
    if not isinstance(settings, AwsSettings) or settings.cluster.auto_mode is None:
        return ()
    return (
        Manifest(
            api_version="v1",
            kind="ConfigMap",
            name="amazon-vpc-cni",
            namespace="kube-system",
            body={"data": {"enable-network-policy-controller": "true"}},
        ),
    )
