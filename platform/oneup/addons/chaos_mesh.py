"""Chaos Mesh: experiments that kill pods, delay networks or disable a zone."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonName, Capability, Chart, Context
from oneup.addonkit.alert import Alert, deployment_down
from oneup.addonkit.flow import Flow, Place, Pods, called, flow, reaches
from oneup.addonkit.pods import CONTAINER, EVERYWHERE, Size, apart, budget, daemons, footprint
from oneup.values import Values
from oneup.workspace.namespace import CHAOS
from oneup.workspace.priority import STANDARD

NAME: Final = AddonName("chaos-mesh")

PODS: Final = Pods(f"{NAME}-controller", CHAOS, {"app.kubernetes.io/component": "controller-manager"})
DAEMON_PODS: Final = Pods(f"{NAME}-daemon", CHAOS, {"app.kubernetes.io/component": "chaos-daemon"})


CONTROLLER: Final = Size(25, 256)
DAEMON: Final = Size(25, 128)

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


def addon(context: Context) -> Addon:
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
                "affinity": apart(_CONTROLLERS),
                "securityContext": _pod(),
                # The default has no version, and its registry is closed.
                "podChaos": {"podFailure": {"pauseImage": "registry.k8s.io/pause:3.10.1"}},
            },
            "chaosDaemon": {
                "runtime": "containerd",
                "socketPath": "/run/containerd/containerd.sock",
                "resources": DAEMON.resources,
                "priorityClassName": STANDARD.name,
                "tolerations": EVERYWHERE,
            },
            "dashboard": {"create": False},
            "dnsServer": {"create": False},
        },
        uses=(Capability.MONITORS,),
        before=(budget("chaos-controller-manager", CHAOS, _CONTROLLERS, {"minAvailable": 1}),)
        if replicas > 1
        else (),
        alerts=ALERTS,
        pods=(PODS, DAEMON_PODS),
        flows=_flows(),
        footprint=footprint((CONTROLLER, replicas)) + daemons(DAEMON),
    )


def _pod() -> Values:
    """The chart sets this on the pod, whose security context has fewer fields than a container's."""
    return {key: CONTAINER[key] for key in ("runAsNonRoot", "seccompProfile")} | {"runAsUser": 65532}


def _flows() -> tuple[Flow, ...]:
    """The controller sends each experiment to the daemon on its node."""
    return (
        *reaches(PODS),
        *reaches(PODS, Place.API_SERVER),
        flow(PODS, DAEMON_PODS, 31767),
        called(PODS, 10250),
    )
