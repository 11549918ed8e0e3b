"""Monitoring: retention, receivers, access."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from oneup.settings.addons.switch import AddonSettings, OptInAddon
from oneup.settings.base import Section
from oneup.settings.errors import Problem
from oneup.settings.formats.aws import Days, Gibibytes
from oneup.settings.formats.form import Format, Unit
from oneup.settings.formats.kubernetes import ObjectName
from oneup.settings.formats.web import Cidr, HttpsUrl

if TYPE_CHECKING:
    from oneup.settings.model import AwsSettings, ExistingSettings, Settings

TopicArn = Annotated[
    str,
    Format(
        "an SNS topic's ARN such as arn:aws:sns:eu-central-1:111122223333:alarms",
        r"arn:aws[\w-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}",
    ),
]
Plugin = Annotated[
    str,
    Format(
        "a Grafana plugin at an exact version, such as grafana-polystat-panel@2.1.13", r"[\w-]+@\d[\w.+-]*"
    ),
]


class RemoteWrite(Section):
    """A remote write endpoint."""

    url: HttpsUrl
    """URL of the endpoint."""

    credentials: ObjectName | None = None
    """Name of the Secret in the namespace ``monitoring`` with the keys ``username`` and ``password``."""


class Prometheus(Section):
    """Prometheus: retention and size."""

    retention_days: Annotated[Days, Field(ge=1)] = 15
    """Retention, unless the volume is full first."""

    volume: Annotated[Gibibytes, Field(ge=5)] = 50
    """Size of each replica's volume."""

    memory: Annotated[int, Unit("MiB"), Field(ge=512)] = 2048
    """Memory of each replica; about 3 KiB per time series."""

    remote_write: tuple[RemoteWrite, ...] = ()
    """Remote write endpoints for all metrics."""

    control_plane: bool = False
    """Whether scheduler, controller manager, etcd and kube-proxy are scraped.

    EKS does not expose them; elsewhere they must not listen on 127.0.0.1 only.
    """


class PagerDuty(Section):
    """PagerDuty."""

    KEY: ClassVar[str] = "routingKey"

    secret: ObjectName = "alertmanager-pagerduty"
    """Name of the Secret in ``monitoring`` whose key ``routingKey`` is the integration's key."""


class Slack(Section):
    """Slack."""

    channel: str
    """The channel, such as ``#platform``."""

    KEY: ClassVar[str] = "url"

    secret: ObjectName = "alertmanager-slack"
    """Name of the Secret in ``monitoring`` whose key ``url`` is the incoming webhook's address."""


class Email(Section):
    """E-mail."""

    to: str
    """Recipient."""

    sender: str
    """Sender address."""

    smarthost: str
    """SMTP server and port, such as ``smtp.example.com:587``; the connection is encrypted."""

    username: str
    """SMTP user."""

    KEY: ClassVar[str] = "password"

    secret: ObjectName = "alertmanager-email"
    """Name of the Secret in ``monitoring`` whose key ``password`` is the user's password."""


class Sns(Section):
    """SNS, with Alertmanager's own IAM role."""

    topic: TopicArn | None = None
    """The topic; default: the stack's alarm topic.

    If your own topic is encrypted, its key must allow Alertmanager's role to decrypt and generate data keys.
    """


class Heartbeat(Section):
    """A dead man's switch: calls a URL every minute; the service behind it alerts when the calls stop."""

    KEY: ClassVar[str] = "url"

    secret: ObjectName = "alertmanager-heartbeat"
    """Name of the Secret in ``monitoring`` whose key ``url`` is the service's URL."""


class Alertmanager(Section):
    """Receivers of alerts. PagerDuty receives ``critical``; all others receive ``critical`` and ``warning``.

    On AWS, External Secrets creates each Secret that is named here, and by Prometheus and Grafana, from the
    secret ``<prefix>/<name>`` in Secrets Manager, a JSON object with the Secret's keys; else they are
    not created for you.
    """

    pagerduty: PagerDuty | None = None
    """PagerDuty, for critical alerts."""

    slack: Slack | None = None
    """Slack, for critical alerts and warnings."""

    email: Email | None = None
    """E-mail, for critical alerts and warnings."""

    sns: Sns | None = None
    """SNS, for critical alerts and warnings, on AWS only; ``{}`` is the stack's topic."""

    heartbeat: Heartbeat | None = None
    """A dead man's switch: without it no one notices when Prometheus stops."""

    allowed_cidrs: Annotated[tuple[Cidr, ...], Field(max_length=3)] = ()
    """Source CIDR blocks allowed to its UI, which has no sign-in; empty: the UI is not exposed.

    At most three, because a load balancer rule allows five values, and host and path are two of them.
    """


class GrafanaOidc(Section):
    """OAuth/OIDC sign-in to Grafana."""

    name: str = "SSO"
    """Label of the sign-in button."""

    client_id: str
    """Client id of Grafana at the provider."""

    KEY: ClassVar[str] = "clientSecret"

    secret: ObjectName = "grafana-oidc"
    """Name of the Secret in ``monitoring`` whose key ``clientSecret`` holds the client's secret.

    Grafana reads it at start: restart Grafana after the Secret is created or changed.
    """

    authorize_url: HttpsUrl
    """Authorization endpoint."""

    token_url: HttpsUrl
    """Token endpoint."""

    userinfo_url: HttpsUrl
    """Userinfo endpoint."""


class Grafana(Section):
    """Grafana: sign-in, roles, allowed sources, plugins."""

    oidc: GrafanaOidc | None = None
    """Single sign-on; Grafana's login form is then disabled.

    Without it the chart generates a random admin password in the Secret
    ``kube-prometheus-stack-grafana``; the stack never sees it.
    """

    admin_groups: tuple[str, ...] = ()
    """OIDC groups with the role Admin."""

    editor_groups: tuple[str, ...] = ()
    """OIDC groups with the role Editor; all other users are viewers."""

    volume: Annotated[Gibibytes, Field(ge=1)] = 20
    """Size of its volume."""

    allowed_cidrs: Annotated[tuple[Cidr, ...], Field(max_length=3)] = ()
    """Source CIDR blocks allowed to its UI; empty: all."""

    plugins: tuple[Plugin, ...] = ()
    """Plugins at exact versions, fetched when it starts."""


class KubePrometheusStack(AddonSettings):
    """Prometheus, Alertmanager and Grafana."""

    prometheus: Prometheus = Prometheus()
    """Prometheus."""

    alertmanager: Alertmanager = Alertmanager()
    """Alertmanager and its receivers."""

    grafana: Grafana = Grafana()
    """Grafana."""

    storage_class: ObjectName | None = None
    """Storage class of its volumes; default: the cluster's default class."""


class BlackboxExporter(AddonSettings):
    """Probes UIs from inside the cluster."""

    targets: tuple[HttpsUrl, ...] = ()
    """URLs to probe, in addition to the platform's UIs."""


class PrometheusAdapter(OptInAddon):
    """Autoscaling on Prometheus metrics."""


_ALERTS = "addons.kubePrometheusStack.alertmanager"


def alerts_without_receivers(settings: "Settings") -> Iterator[Problem]:
    """In production, Alertmanager has a receiver."""
    stack = settings.addons.kube_prometheus_stack
    told = stack.alertmanager
    ways = (told.pagerduty, told.slack, told.email, told.sns)
    if settings.environment == "production" and stack.enabled and not any(ways):
        own = "sns: {} (the topic of the alarms), " if settings.foundation == "aws" else ""
        text = f"has no receiver, so no one receives alerts; set {own}slack, email or pagerduty"
        yield Problem(_ALERTS, text, text)


def topics_on_aws_only(settings: "ExistingSettings") -> Iterator[Problem]:
    """SNS needs AWS."""
    if settings.addons.kube_prometheus_stack.alertmanager.sns:
        text = "needs an AWS role, which this stack does not have; use slack, email or pagerduty instead"
        yield Problem(f"{_ALERTS}.sns", text, text)


def grafana_open_to_all(settings: "AwsSettings") -> Iterator[Problem]:
    """In production, Grafana has single sign-on or an allow-list."""
    stack = settings.addons.kube_prometheus_stack
    open_to_all = not (stack.grafana.oidc or stack.grafana.allowed_cidrs)
    if settings.environment == "production" and settings.domain and stack.enabled and open_to_all:
        text = "anyone can try the admin password; set oidc or allowedCidrs"
        yield Problem("addons.kubePrometheusStack.grafana", text, text)
