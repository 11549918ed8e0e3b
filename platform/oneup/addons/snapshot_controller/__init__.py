"""The snapshot controller and its CRDs, for clusters without the EKS addon."""

from collections.abc import Iterator
from typing import Final

from oneup.addonkit.addon import Addon, AddonName, Context, Manifest
from oneup.addonkit.alert import Alert, deployment_down
from oneup.addonkit.crds import definitions
from oneup.addonkit.flow import Place, Pods, reaches
from oneup.addonkit.pods import CONTAINER, Size, budget, footprint, spread
from oneup.addonkit.rbac import LOOK, at_home, everywhere, may, service_account
from oneup.values import Values
from oneup.workspace.namespace import KUBE_SYSTEM
from oneup.workspace.priority import CRITICAL

NAME: Final = AddonName("snapshot-controller")

PODS: Final = Pods(NAME, KUBE_SYSTEM, {"app.kubernetes.io/name": NAME})

SIZE: Final = Size(20, 96)
IMAGE: Final = "registry.k8s.io/sig-storage/snapshot-controller:v8.5.0"

GROUP: Final = "snapshot.storage.k8s.io"
_LABELS: Final = {"app.kubernetes.io/name": NAME}
_POD_LABELS: Final = {**_LABELS, "app.kubernetes.io/part-of": "oneup"}
_APPROVED: Final = "https://github.com/kubernetes-csi/external-snapshotter/pull/955"

ALERTS: Final = (
    Alert(
        name="SnapshotControllerDown",
        expr=deployment_down(KUBE_SYSTEM.name, NAME),
        minutes=15,
        summary="The snapshot controller is down: volume snapshots and backups wait",
        runbook="snapshot-controller-down",
    ),
)


def addon(context: Context) -> Addon:
    """CRDs first, then the controller in ``kube-system``, as on EKS."""
    replicas = context.settings.replicas
    return Addon(
        name=NAME,
        namespace=KUBE_SYSTEM,
        before=tuple(definitions("snapshot_controller/crds.yaml", GROUP, _APPROVED)),
        after=(*_rights(), _controller(replicas), *_spared(replicas)),
        services=False,
        alerts=ALERTS,
        pods=(PODS,),
        flows=reaches(PODS, Place.API_SERVER),
        footprint=footprint((SIZE, replicas)),
        owns_outside=True,
    )


def _rights() -> Iterator[Manifest]:
    """RBAC of the controller, release 8.5; without group snapshots."""
    home, changes = KUBE_SYSTEM.name, "update patch"
    yield service_account(NAME, home)
    yield from everywhere(
        NAME,
        home,
        may("", "persistentvolumes", LOOK),
        may("", "persistentvolumeclaims", f"{LOOK} update"),
        may("", "events", f"list watch create {changes}"),
        may(GROUP, "volumesnapshotclasses", LOOK),
        may(GROUP, "volumesnapshots volumesnapshotcontents", f"{LOOK} {changes} create delete"),
        may(GROUP, "volumesnapshots/status volumesnapshotcontents/status", changes),
    )
    yield from at_home(NAME, home, may("coordination.k8s.io", "leases", f"{LOOK} {changes} create delete"))


def _controller(replicas: int) -> Manifest:
    """The Deployment, with leader election."""
    container: Values = {
        "name": NAME,
        "image": IMAGE,
        "args": ["--leader-election=true", "--http-endpoint=:8080"],
        "ports": [{"name": "metrics", "containerPort": 8080}],
        "livenessProbe": {"httpGet": {"path": "/healthz/leader-election", "port": "metrics"}},
        "readinessProbe": {"httpGet": {"path": "/healthz/leader-election", "port": "metrics"}},
        "resources": SIZE.resources,
        "securityContext": {**CONTAINER, "runAsUser": 65532},
    }
    pod: Values = {
        "serviceAccountName": NAME,
        "priorityClassName": CRITICAL.name,
        "topologySpreadConstraints": spread(_LABELS),
        "containers": [container],
    }
    return Manifest(
        api_version="apps/v1",
        kind="Deployment",
        name=NAME,
        namespace=KUBE_SYSTEM.name,
        labels=_LABELS,
        body={
            "spec": {
                "replicas": replicas,
                "selector": {"matchLabels": _LABELS},
                "template": {"metadata": {"labels": _POD_LABELS}, "spec": pod},
            }
        },
    )


def _spared(replicas: int) -> tuple[Manifest, ...]:
    return (budget(NAME, KUBE_SYSTEM, _LABELS, {"maxUnavailable": 1}),) if replicas > 1 else ()
