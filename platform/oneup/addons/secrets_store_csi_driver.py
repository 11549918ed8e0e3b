"""Secrets Store CSI driver with the AWS provider: secrets as files, read with the pod's IAM role."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Capability, Chart
from oneup.addonkit.alert import Alert
from oneup.addonkit.flow import Peer, PodSelector, allow_egress
from oneup.addonkit.pods import TOLERATE_ALL, ContainerRequests, daemonset_requests
from oneup.values import Values
from oneup.workspace.namespace import KUBE_SYSTEM

NAME: Final = AddonName("secrets-store-csi-driver")

DRIVER_PODS: Final = PodSelector(NAME, KUBE_SYSTEM, {"app.kubernetes.io/name": NAME})
PROVIDER_PODS: Final = PodSelector(
    f"{NAME}-provider-aws", KUBE_SYSTEM, {"app.kubernetes.io/name": f"{NAME}-provider-aws"}
)

DRIVER: Final = ContainerRequests(50, 128)
SIDECAR: Final = ContainerRequests(10, 32)
PROVIDER: Final = ContainerRequests(25, 96)

ALERTS: Final = (
    Alert(
        name="SecretsStoreDriverMissing",
        expr="kube_daemonset_status_number_unavailable"
        '{namespace="kube-system", daemonset=~".*secrets-store.*"} > 0',
        minutes=15,
        summary="{{ $labels.daemonset }} is not running on {{ $value }} nodes: secret volumes cannot be mounted there",
        runbook="secrets-store-driver-missing",
    ),
    Alert(
        name="SecretMountFailed",
        expr="sum by (node) (increase(storage_operation_duration_seconds_count"
        '{volume_plugin=~".*secrets-store.*", status!="success"}[15m])) > 3',
        minutes=5,
        summary="Secret volumes cannot be mounted on {{ $labels.node }}: pods do not start",
        runbook="secret-mount-failed",
    ),
)


def addon(context: AddonContext) -> Addon:
    """Driver and provider in one release, in ``kube-system``: both mount files on every node."""
    settings = context.aws
    return Addon(
        name=NAME,
        namespace=KUBE_SYSTEM,
        chart=Chart(
            "https://aws.github.io/secrets-store-csi-driver-provider-aws",
            "secrets-store-csi-driver-provider-aws",
            "3.1.1",
        ),
        values={
            "awsRegion": settings.aws.region,
            "priorityClassName": "system-node-critical",
            "resources": PROVIDER.resources,
            "tolerations": TOLERATE_ALL,
            # Runs as root, because its socket and files are in hostPath folders.
            "securityContext": {
                "privileged": False,
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "secrets-store-csi-driver": _driver(settings.addons.secrets_store_csi_driver.rotation_seconds),
        },
        provides=(Capability.SECRETS,),
        has_services=False,
        alerts=ALERTS,
        pod_selectors=(DRIVER_PODS, PROVIDER_PODS),
        network_flows=(
            *allow_egress(DRIVER_PODS, Peer.API_SERVER),
            *allow_egress(PROVIDER_PODS, Peer.API_SERVER, Peer.AWS),
        ),
        requests=daemonset_requests(DRIVER + SIDECAR + SIDECAR, PROVIDER),
    )


def _driver(rotation_seconds: int) -> Values:
    """The provider's chart includes the driver.

    A mounted secret can also be synced to a Secret; pod tokens are passed to the provider by default.
    """
    return {
        "install": True,
        "syncSecret": {"enabled": True},
        "enableSecretRotation": True,
        "rotationPollInterval": f"{rotation_seconds}s",
        "linux": {
            "priorityClassName": "system-node-critical",
            "driver": {"resources": DRIVER.resources},
            "registrar": {"resources": SIDECAR.resources},
            "livenessProbe": {"resources": SIDECAR.resources},
            "crds": {"resources": SIDECAR.resources},
        },
    }
