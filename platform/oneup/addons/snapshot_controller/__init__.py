"""The snapshot controller and its CRDs, for clusters without the EKS addon."""

from collections.abc import Iterator
from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Manifest
from oneup.addonkit.alert import Alert, deployment_down
from oneup.addonkit.crds import crds
from oneup.addonkit.flow import Peer, PodSelector, allow_egress
from oneup.addonkit.pods import (
    RESTRICTED_CONTEXT,
    ContainerRequests,
    disruption_budget,
    pod_requests,
    topology_spread,
)
from oneup.addonkit.rbac import READ_VERBS, cluster_role, namespace_role, rbac_rule, service_account
from oneup.values import Values
from oneup.workspace.namespace import KUBE_SYSTEM
from oneup.workspace.priority import CRITICAL

NAME: Final = AddonName("snapshot-controller")

PODS: Final = PodSelector(NAME, KUBE_SYSTEM, {"app.kubernetes.io/name": NAME})

SIZE: Final = ContainerRequests(20, 96)
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


def addon(context: AddonContext) -> Addon:
    """CRDs first, then the controller in ``kube-system``, as on EKS."""
    replicas = context.settings.replicas
    return Addon(
        name=NAME,
        namespace=KUBE_SYSTEM,
        prerequisite_manifests=tuple(crds("snapshot_controller/crds.yaml", GROUP, _APPROVED)),
        post_install_manifests=(*_rights(), _controller(replicas), *_disruption_budget(replicas)),
        has_services=False,
        alerts=ALERTS,
        pod_selectors=(PODS,),
        network_flows=allow_egress(PODS, Peer.API_SERVER),
        requests=pod_requests((SIZE, replicas)),
        owns_external_resources=True,
    )


def _rights() -> Iterator[Manifest]:
    """RBAC of the controller, release 8.5; without group snapshots."""
    home, changes = KUBE_SYSTEM.name, "update patch"
    yield service_account(NAME, home)
    yield from cluster_role(
        NAME,
        home,
        rbac_rule("", "persistentvolumes", READ_VERBS),
        rbac_rule("", "persistentvolumeclaims", f"{READ_VERBS} update"),
        rbac_rule("", "events", f"list watch create {changes}"),
        rbac_rule(GROUP, "volumesnapshotclasses", READ_VERBS),
        rbac_rule(GROUP, "volumesnapshots volumesnapshotcontents", f"{READ_VERBS} {changes} create delete"),
        rbac_rule(GROUP, "volumesnapshots/status volumesnapshotcontents/status", changes),
    )
    yield from namespace_role(
        NAME, home, rbac_rule("coordination.k8s.io", "leases", f"{READ_VERBS} {changes} create delete")
    )


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
        "securityContext": {**RESTRICTED_CONTEXT, "runAsUser": 65532},
    }
    pod: Values = {
        "serviceAccountName": NAME,
        "priorityClassName": CRITICAL.name,
        "topologySpreadConstraints": topology_spread(_LABELS),
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


def _disruption_budget(replicas: int) -> tuple[Manifest, ...]:
    return (disruption_budget(NAME, KUBE_SYSTEM, _LABELS, {"maxUnavailable": 1}),) if replicas > 1 else ()
