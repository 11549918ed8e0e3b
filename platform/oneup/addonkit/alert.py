"""Alerts, recording rules, and the PrometheusRule that contains them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from oneup.values import Value
from oneup.workspace.manifest import Manifest

Severity = Literal["critical", "warning", "info"]

RUNBOOKS: Final = "docs/runbooks"
"""Folder of the runbooks in the stack's repository."""


@dataclass(frozen=True, kw_only=True)
class Alert:
    """One alert."""

    name: str
    """CamelCase, unique in the stack."""

    expr: str
    """PromQL that returns one series for each problem."""

    minutes: int = 10
    """How long the condition must hold before the alert fires."""

    severity: Severity = "warning"
    """``critical`` pages the person on call; ``warning`` can wait for working hours; ``info`` is only recorded."""

    summary: str
    """One line for the recipient; may contain labels: ``{{ $labels.pod }}``."""

    runbook: str
    """Name of the page in ``docs/runbooks`` without ``.md``."""

    def rule(self, repository: str) -> dict[str, Value]:
        """The alerting rule in Prometheus' format; ``repository`` is the base URL of the runbooks."""
        return {
            "alert": self.name,
            "expr": self.expr,
            "for": f"{self.minutes}m",
            "labels": {"severity": self.severity},
            "annotations": {
                "summary": self.summary,
                "runbook_url": f"{repository.removesuffix('.git')}/blob/main/{RUNBOOKS}/{self.runbook}.md",
            },
        }


def deployment_down(namespace: str, names: str) -> str:
    """PromQL for Deployments without a ready pod; ``names`` is a regular expression."""
    return f'kube_deployment_status_replicas_available{{namespace="{namespace}", deployment=~"{names}"}} < 1'


def statefulset_missing_pods(namespace: str, name: str) -> str:
    """PromQL for the number of ready pods of StatefulSets with missing replicas; ``names`` as above."""
    of = f'namespace="{namespace}", statefulset=~"{name}"'
    return f"kube_statefulset_status_replicas_ready{{{of}}} < kube_statefulset_replicas{{{of}}}"


def daemonset_missing_pods(namespace: str, name: str) -> str:
    """PromQL for the number of nodes without a running pod of a DaemonSet."""
    return f'kube_daemonset_status_number_unavailable{{namespace="{namespace}", daemonset="{name}"}} > 0'


@dataclass(frozen=True, kw_only=True)
class RecordingRule:
    """A recording rule."""

    name: str
    """``level:metric:operations``."""

    expr: str

    def rule(self) -> dict[str, Value]:
        """The recording rule in Prometheus' format."""
        return {"record": self.name, "expr": self.expr}


def prometheus_rule(name: str, namespace: str, rules: Sequence[Value]) -> Manifest:
    """The PrometheusRule of one addon."""
    return Manifest(
        api_version="monitoring.coreos.com/v1",
        kind="PrometheusRule",
        name=name,
        namespace=namespace,
        labels={"app.kubernetes.io/part-of": "oneup"},
        body={"spec": {"groups": [{"name": name, "rules": rules}]}},
    )
