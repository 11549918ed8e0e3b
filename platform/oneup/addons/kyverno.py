"""Kyverno: holds applications' pods to rules of our own."""

from typing import Final

from oneup.addons import pod_rules
from oneup.addons.addon import Addon, AddonName, Capability, Chart, Context
from oneup.addons.alert import Alert, deployment_down
from oneup.addons.pods import Size, footprint, spread
from oneup.values import Values
from oneup.workspace.namespace import KYVERNO
from oneup.workspace.priority import CRITICAL

NAME: Final = AddonName("kyverno")

ADMISSION: Final = Size(100, 384)
BACKGROUND: Final = Size(50, 128)
REPORTS: Final = Size(50, 256)

ALERTS: Final = (
    Alert(
        name="KyvernoDown",
        expr=deployment_down(KYVERNO.name, "kyverno-admission-controller"),
        minutes=5,
        severity="critical",
        summary="Kyverno's webhook has no pod: applications' pods start unjudged",
        runbook="kyverno-down",
    ),
    Alert(
        name="PodRuleBroken",
        expr="sum by (policy_name) (increase(kyverno_validating_policy_results_total"
        '{result="fail"}[15m])) > 0',
        minutes=5,
        summary="Pods break the rule {{ $labels.policy_name }}, or would have",
        runbook="pod-rule-broken",
    ),
)


def addon(context: Context) -> Addon:
    """The release in ``kyverno``, and the rules; three pods judge where availability is high."""
    settings = context.settings
    replicas = settings.replicas
    judges = 3 if replicas > 1 else 1
    return Addon(
        name=NAME,
        namespace=KYVERNO,
        chart=Chart("https://kyverno.github.io/kyverno", "kyverno", "3.9.0"),
        values={
            "global": {"priorityClassName": CRITICAL.name},
            # Kept, it would stay behind when the stack goes.
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
        after=tuple(pod_rules.manifests(settings)),
        alerts=ALERTS,
        footprint=footprint((ADMISSION, judges), (BACKGROUND, replicas), (REPORTS, replicas)),
    )


def _controller(component: str, replicas: int, context: Context) -> Values:
    """What each of the three is told; the chart's own security contexts are the strictest there are."""
    return {
        "replicas": replicas,
        "podDisruptionBudget": {"enabled": replicas > 1, "minAvailable": 1},
        "topologySpreadConstraints": spread({"app.kubernetes.io/component": component}),
        "serviceMonitor": {"enabled": context.monitored},
    }
