"""Alertmanager: receivers, routes and their credentials."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from oneup.addonkit import ingress
from oneup.addonkit.flow import NetworkFlow, Peer, PodSelector, Port, allow_egress, network_flow
from oneup.addonkit.pods import ContainerRequests, topology_spread
from oneup.addons.kube_prometheus_stack import prometheus
from oneup.addons.kube_prometheus_stack.volumes import claim, claim_retention_policy
from oneup.foundation.iam import Identity, Statement
from oneup.settings.addons.monitoring import Alertmanager, KubePrometheusStack
from oneup.settings.model import AwsSettings, Settings
from oneup.values import DeferredOutput, FoundationOutput, Value, Values
from oneup.workspace.namespace import MONITORING
from oneup.workspace.priority import STANDARD

ACCOUNT: Final = "alertmanager"
SIZE: Final = ContainerRequests(50, 128)

SERVICE: Final = "kube-prometheus-stack-alertmanager"
URL: Final = f"http://{SERVICE}.{MONITORING.name}:9093"
"""The endpoint to which other workloads send alerts."""

PODS: Final = PodSelector("alertmanager", MONITORING, {"app.kubernetes.io/name": "alertmanager"})

_CLUSTER_PORT: Final = (Port(9094), Port(9094, "UDP"))

_SECRETS: Final = "/etc/alertmanager/secrets"
_NOTIFIER: Final = ("critical", "warning")


_SUBJECT: Final = '"[%s] %s %s" (.Status | toUpper) .GroupLabels.alertname .GroupLabels.namespace'
_SNS_SUBJECT: Final = f'{{{{ printf "%.99s" (printf {_SUBJECT}) }}}}'
"""SNS refuses a subject of more than 99 characters with 400, which is not retried (alertmanager#2781)."""


@dataclass(frozen=True)
class Receiver:
    """One notification receiver."""

    name: str
    severities: tuple[str, ...]
    """None: it receives only the Watchdog alert."""

    config: dict[str, Value]
    """The receiver's configuration in Alertmanager's format."""

    secret: str | None = None
    """The Secret with its credentials."""


def receivers(knobs: Alertmanager, own_topic: str = "") -> Iterator[Receiver]:
    """The receivers in the settings; ``own_topic`` is the stack's SNS topic on AWS."""
    if knobs.pagerduty:
        key = f"{_SECRETS}/{knobs.pagerduty.secret}/{knobs.pagerduty.KEY}"
        told: Values = {"routing_key_file": key, "severity": "{{ .CommonLabels.severity }}"}
        yield Receiver("pagerduty", ("critical",), {"pagerduty_configs": [told]}, knobs.pagerduty.secret)
    if knobs.slack:
        told = {
            "api_url_file": f"{_SECRETS}/{knobs.slack.secret}/{knobs.slack.KEY}",
            "channel": knobs.slack.channel,
            "send_resolved": True,
            "title": "[{{ .Status | toUpper }}] {{ .CommonLabels.alertname }}",
            "text": "{{ range .Alerts }}{{ .Annotations.summary }} {{ .Annotations.runbook_url }}\n{{ end }}",
        }
        yield Receiver("slack", _NOTIFIER, {"slack_configs": [told]}, knobs.slack.secret)
    if knobs.email:
        mail = knobs.email
        told = {
            "to": mail.to,
            "from": mail.sender,
            "smarthost": mail.smarthost,
            "auth_username": mail.username,
            "auth_password_file": f"{_SECRETS}/{mail.secret}/{mail.KEY}",
            "require_tls": True,
            "send_resolved": True,
        }
        yield Receiver("email", _NOTIFIER, {"email_configs": [told]}, mail.secret)
    if knobs.sns:
        topic = knobs.sns.topic or own_topic
        told = {
            "topic_arn": topic,
            "subject": _SNS_SUBJECT,
            "sigv4": {"region": topic.split(":")[3]},
            "send_resolved": True,
        }
        yield Receiver("sns", _NOTIFIER, {"sns_configs": [told]})
    if knobs.heartbeat:
        told = {
            "url_file": f"{_SECRETS}/{knobs.heartbeat.secret}/{knobs.heartbeat.KEY}",
            "send_resolved": False,
        }
        yield Receiver("heartbeat", (), {"webhook_configs": [told]}, knobs.heartbeat.secret)


def configuration(knobs: Alertmanager, own_topic: str = "") -> Values:
    """Alertmanager's configuration: a routing tree from severities to receivers.

    A critical alert inhibits the warning of the same name in the same namespace.
    """
    chosen = tuple(receivers(knobs, own_topic))
    quiet: Values = {"receiver": "nobody", "matchers": ['alertname =~ "Watchdog|InfoInhibitor"']}
    routes = (*(_HEARTBEAT for one in chosen if not one.severities), quiet)
    same: list[Value] = ["namespace", "alertname"]
    return {
        "global": {"resolve_timeout": "5m"},
        "inhibit_rules": [
            {
                "source_matchers": ["severity = critical"],
                "target_matchers": ["severity =~ warning|info"],
                "equal": same,
            },
            {
                "source_matchers": ["severity = warning"],
                "target_matchers": ["severity = info"],
                "equal": same,
            },
        ],
        "route": {
            "receiver": "nobody",
            "group_by": ["namespace", "alertname"],
            "group_wait": "30s",
            "group_interval": "5m",
            "repeat_interval": "12h",
            "routes": [*routes, *(_route(one) for one in chosen if one.severities)],
        },
        "receivers": [
            {"name": "nobody"},
            *({"name": receiver.name, **receiver.config} for receiver in chosen),
        ],
    }


_HEARTBEAT: Final[Values] = {
    "receiver": "heartbeat",
    "matchers": ['alertname = "Watchdog"'],
    "group_wait": "0s",
    "group_interval": "1m",
    # Slightly less, because a notification due exactly at the interval waits for the next one.
    "repeat_interval": "50s",
}


def _route(receiver: Receiver) -> Values:
    """Pages are repeated sooner than messages."""
    return {
        "receiver": receiver.name,
        "matchers": [f'severity =~ "{"|".join(receiver.severities)}"'],
        "continue": True,
        "repeat_interval": "1h" if receiver.severities == ("critical",) else "12h",
    }


def values(settings: Settings, knobs: KubePrometheusStack) -> Values:
    """The chart's values for Alertmanager."""
    replicas, told = settings.replicas, knobs.alertmanager
    account: Values = {"serviceAccount": {"create": False, "name": ACCOUNT}} if told.sns else {}
    host = ingress.host(settings, "alertmanager")
    address: Values = {"externalUrl": f"https://{host}"} if is_exposed(settings, told) else {}
    return {
        **account,
        "config": configuration(told, _own_topic(settings)),
        "podDisruptionBudget": {"enabled": replicas > 1},
        "ingress": _ingress(settings, told),
        "alertmanagerSpec": {
            "replicas": replicas,
            **address,
            **_secret_volumes(settings, told),
            "resources": SIZE.resources,
            "priorityClassName": STANDARD.name,
            "automountServiceAccountToken": False,
            "topologySpreadConstraints": topology_spread({"app.kubernetes.io/name": "alertmanager"}),
            "storage": claim(knobs, 2),
            "persistentVolumeClaimRetentionPolicy": claim_retention_policy(settings),
        },
    }


def _own_topic(settings: Settings) -> str:
    return settings.alarm_topic_arn if isinstance(settings, AwsSettings) else ""


def identity(settings: Settings, knobs: Alertmanager) -> Identity | None:
    """Permissions to publish to the topic and to use its KMS key."""
    if knobs.sns is None:
        return None
    topic = knobs.sns.topic or _own_topic(settings)
    publish = Statement(sid="Publish", actions=("sns:Publish",), resources=(topic,))
    encrypt = Statement(
        sid="UseTheKey",
        actions=("kms:Decrypt", "kms:GenerateDataKey"),
        resources=(DeferredOutput(FoundationOutput.KMS_KEY_ARN),),
    )
    own = (encrypt,) if topic == _own_topic(settings) else ()
    return Identity(service_account=ACCOUNT, statements=(publish, *own))


def flows(settings: Settings, knobs: Alertmanager) -> tuple[NetworkFlow, ...]:
    """Ingress from Prometheus, gossip between replicas, egress to the receivers."""
    told = (Peer.AWS,) if knobs.sns else ()
    told += (Peer.INTERNET,) if knobs.slack or knobs.pagerduty or knobs.heartbeat else ()
    mail = int(knobs.email.smarthost.rpartition(":")[2]) if knobs.email else None
    return (
        *allow_egress(PODS, *told),
        network_flow(PODS, PODS, *_CLUSTER_PORT),
        network_flow(prometheus.PODS, PODS, 8080, 9093),
        *((network_flow(PODS, Peer.INTERNET, mail),) if mail else ()),
        *((network_flow(Peer.LOAD_BALANCERS, PODS, 9093),) if is_exposed(settings, knobs) else ()),
    )


def is_exposed(settings: Settings, knobs: Alertmanager) -> bool:
    """Whether its UI is public: only from allowed sources."""
    return ingress.uses_load_balancer(settings) and bool(knobs.allowed_cidrs)


def _secret_volumes(settings: Settings, knobs: Alertmanager) -> Values:
    """Secrets as optional volumes: Alertmanager also runs before they exist."""
    told = receivers(knobs, _own_topic(settings))
    names = sorted({receiver.secret for receiver in told if receiver.secret})
    if not names:
        return {}
    return {
        "volumes": [{"name": name, "secret": {"secretName": name, "optional": True}} for name in names],
        "volumeMounts": [
            {"name": name, "mountPath": f"{_SECRETS}/{name}", "readOnly": True} for name in names
        ],
    }


def _ingress(settings: Settings, knobs: Alertmanager) -> Values:
    """Through the shared load balancer, with a source condition on this host's rule."""
    if not is_exposed(settings, knobs):
        return {"enabled": False}
    return {
        "enabled": True,
        "ingressClassName": "alb",
        "hosts": [ingress.host(settings, "alertmanager")],
        "paths": ["/"],
        "pathType": "Prefix",
        "annotations": {
            **ingress.annotations(settings),
            **ingress.allow_only_sources(SERVICE, knobs.allowed_cidrs),
            "alb.ingress.kubernetes.io/healthcheck-path": "/-/healthy",
        },
    }
