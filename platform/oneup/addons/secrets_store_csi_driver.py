"""Secrets Store CSI driver with the AWS provider: secrets as files, read with the pod's IAM role."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonName, Capability, Chart, Context
from oneup.addonkit.alert import Alert
from oneup.addonkit.flow import Place, Pods, reaches
from oneup.addonkit.pods import EVERYWHERE, Size, daemons
from oneup.values import Values
from oneup.workspace.namespace import KUBE_SYSTEM

NAME: Final = AddonName("secrets-store-csi-driver")

DRIVER_PODS: Final = Pods(NAME, KUBE_SYSTEM, {"app.kubernetes.io/name": NAME})
PROVIDER_PODS: Final = Pods(
    f"{NAME}-provider-aws", KUBE_SYSTEM, {"app.kubernetes.io/name": f"{NAME}-provider-aws"}
)

DRIVER: Final = Size(50, 128)
SIDECAR: Final = Size(10, 32)
PROVIDER: Final = Size(25, 96)

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


def addon(context: Context) -> Addon:
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
            "tolerations": EVERYWHERE,
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
        services=False,
        alerts=ALERTS,
        pods=(DRIVER_PODS, PROVIDER_PODS),
        flows=(*reaches(DRIVER_PODS, Place.API_SERVER), *reaches(PROVIDER_PODS, Place.API_SERVER, Place.AWS)),
        footprint=daemons(DRIVER + SIDECAR + SIDECAR, PROVIDER),
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
