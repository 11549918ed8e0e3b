"""Chaos Mesh: experiments that kill pods, delay networks or disable a zone."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Capability, Chart
from oneup.addonkit.alert import Alert, deployment_down
from oneup.addonkit.flow import NetworkFlow, Peer, PodSelector, allow_egress, allow_webhook, network_flow
from oneup.addonkit.pods import (
    RESTRICTED_CONTEXT,
    TOLERATE_ALL,
    ContainerRequests,
    daemonset_requests,
    disruption_budget,
    node_anti_affinity,
    pod_requests,
)
from oneup.values import Values
from oneup.workspace.namespace import CHAOS
from oneup.workspace.priority import STANDARD

NAME: Final = AddonName("chaos-mesh")

PODS: Final = PodSelector(f"{NAME}-controller", CHAOS, {"app.kubernetes.io/component": "controller-manager"})
DAEMON_PODS: Final = PodSelector(f"{NAME}-daemon", CHAOS, {"app.kubernetes.io/component": "chaos-daemon"})


CONTROLLER: Final = ContainerRequests(25, 256)
DAEMON: Final = ContainerRequests(25, 128)

_CONTROLLERS: Final = {
    "app.kubernetes.io/name": NAME,
    "app.kubernetes.io/instance": NAME,
    "app.kubernetes.io/component": "controller-manager",
}

ALERTS: Final = (
    Alert(
        name="ChaosMeshDown",
        expr=deployment_down(CHAOS.name, "chaos-controller-manager"),
        summary="The Chaos Mesh controller is not ready: running experiments are not stopped on time",
        runbook="chaos-mesh-down",
    ),
)


def addon(context: AddonContext) -> Addon:
    """The release in ``chaos-mesh``, for the namespaces of applications alone.

    Neither its dashboard nor its DNS server is installed: experiments are in ``apps/``, and none of
    them uses DNS chaos.
    """
    replicas = context.settings.replicas
    return Addon(
        name=NAME,
        namespace=CHAOS,
        chart=Chart("https://charts.chaos-mesh.org", "chaos-mesh", "2.8.3", leaves=("chaos-mesh.org",)),
        values={
            "enableProfiling": False,
            "controllerManager": {
                "replicaCount": replicas,
                "resources": CONTROLLER.resources,
                "priorityClassName": STANDARD.name,
                "enableFilterNamespace": True,
                "affinity": node_anti_affinity(_CONTROLLERS),
                "securityContext": _pod(),
                # The default has no version, and its registry is closed.
                "podChaos": {"podFailure": {"pauseImage": "registry.k8s.io/pause:3.10.1"}},
            },
            "chaosDaemon": {
                "runtime": "containerd",
                "socketPath": "/run/containerd/containerd.sock",
                "resources": DAEMON.resources,
                "priorityClassName": STANDARD.name,
                "tolerations": TOLERATE_ALL,
            },
            "dashboard": {"create": False},
            "dnsServer": {"create": False},
        },
        uses=(Capability.MONITORS,),
        prerequisite_manifests=(
            disruption_budget("chaos-controller-manager", CHAOS, _CONTROLLERS, {"minAvailable": 1}),
        )
        if replicas > 1
        else (),
        alerts=ALERTS,
        pod_selectors=(PODS, DAEMON_PODS),
        network_flows=_flows(),
        requests=pod_requests((CONTROLLER, replicas)) + daemonset_requests(DAEMON),
    )


def _pod() -> Values:
    """The chart sets this on the pod, whose security context has fewer fields than a container's."""
    return {key: RESTRICTED_CONTEXT[key] for key in ("runAsNonRoot", "seccompProfile")} | {"runAsUser": 65532}


def _flows() -> tuple[NetworkFlow, ...]:
    """The controller sends each experiment to the daemon on its node."""
    return (
        *allow_egress(PODS),
        *allow_egress(PODS, Peer.API_SERVER),
        network_flow(PODS, DAEMON_PODS, 31767),
        allow_webhook(PODS, 10250),
    )
