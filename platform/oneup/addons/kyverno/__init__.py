"""Kyverno: enforces pod rules on applications."""

from typing import Final

from oneup.addonkit.addon import Addon, AddonContext, AddonName, Capability, Chart
from oneup.addonkit.alert import Alert, deployment_down
from oneup.addonkit.flow import Peer, PodSelector, allow_egress, allow_webhook
from oneup.addonkit.pods import ContainerRequests, pod_requests, topology_spread
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.addons.kyverno import pod_rules
from oneup.values import Values
from oneup.workspace.namespace import KYVERNO
from oneup.workspace.priority import CRITICAL

NAME: Final = AddonName("kyverno")

PODS: Final = tuple(
    PodSelector(f"{NAME}-{part}", KYVERNO, {"app.kubernetes.io/component": f"{part}-controller"})
    for part in ("admission", "background", "reports")
)
HOOKS: Final = PodSelector(f"{NAME}-hooks", KYVERNO, {"oneup.dev/part": "hook"})
"""Jobs that migrate stored resources, and remove the webhooks before Kyverno is uninstalled."""


ADMISSION: Final = ContainerRequests(100, 384)
BACKGROUND: Final = ContainerRequests(50, 128)
REPORTS: Final = ContainerRequests(50, 256)

ALERTS: Final = (
    Alert(
        name="KyvernoDown",
        expr=deployment_down(KYVERNO.name, "kyverno-admission-controller"),
        minutes=5,
        severity="critical",
        summary="Kyverno's admission controller is down: application pods start without policy checks",
        runbook="kyverno-down",
    ),
    Alert(
        name="PodRuleBroken",
        expr="sum by (policy_name) (increase(kyverno_validating_policy_results_total"
        '{result="fail"}[15m])) > 0',
        minutes=5,
        summary="Pods violate the policy {{ $labels.policy_name }}",
        runbook="pod-rule-broken",
    ),
)


def addon(context: AddonContext) -> Addon:
    """The release in ``kyverno``, and the rules; three admission pods with high availability."""
    settings = context.settings
    replicas = settings.replicas
    judges = 3 if replicas > 1 else 1
    return Addon(
        name=NAME,
        namespace=KYVERNO,
        chart=Chart("https://kyverno.github.io/kyverno", "kyverno", "3.9.0"),
        values={
            "global": {"priorityClassName": CRITICAL.name},
            "crds": {"migration": {"podLabels": HOOKS.labels}},
            "webhooksCleanup": {"podLabels": HOOKS.labels},
            # Otherwise it would remain after a destroy.
            "config": {"preserve": False},
            "features": {"policyExceptions": {"enabled": True, "namespace": KYVERNO.name}},
            "admissionController": {
                **_controller("admission-controller", judges, context),
                "container": {"resources": ADMISSION.resources},
            },
            "backgroundController": {
                **_controller("background-controller", replicas, context),
                "resources": BACKGROUND.resources,
            },
            "reportsController": {
                **_controller("reports-controller", replicas, context),
                "resources": REPORTS.resources,
            },
            "cleanupController": {"enabled": False},
        },
        uses=(Capability.MONITORS,),
        provides=(Capability.POLICIES,),
        post_install_manifests=tuple(pod_rules.manifests(settings)),
        alerts=ALERTS,
        pod_selectors=(*PODS, HOOKS),
        network_flows=(
            *(each for pods in (*PODS, HOOKS) for each in allow_egress(pods, Peer.API_SERVER)),
            allow_webhook(PODS[0], 9443),
            *(prometheus.allow_scraping(pods, 8000) for pods in PODS),
        ),
        requests=pod_requests((ADMISSION, judges), (BACKGROUND, replicas), (REPORTS, replicas)),
    )


def _controller(component: str, replicas: int, context: AddonContext) -> Values:
    """Values of each of the three components; the chart's security contexts already meet ``restricted``."""
    return {
        "replicas": replicas,
        "podDisruptionBudget": {"enabled": replicas > 1, "minAvailable": 1},
        "topologySpreadConstraints": topology_spread({"app.kubernetes.io/component": component}),
        "serviceMonitor": {"enabled": context.has_monitoring},
    }
