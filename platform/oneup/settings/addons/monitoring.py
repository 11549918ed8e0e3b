"""Monitoring's knobs: how long figures are kept, who is told, who may look."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from oneup.settings.addons.switch import Knobs, OptIn
from oneup.settings.base import Section
from oneup.settings.errors import Problem
from oneup.settings.formats.aws import Days, Gibibytes
from oneup.settings.formats.form import Form, Unit
from oneup.settings.formats.kubernetes import ObjectName
from oneup.settings.formats.web import Cidr, HttpsUrl

if TYPE_CHECKING:
    from oneup.settings.model import AwsSettings, ExistingSettings, Settings

TopicArn = Annotated[
    str,
    Form(
        "an SNS topic's ARN such as arn:aws:sns:eu-central-1:111122223333:alarms",
        r"arn:aws[\w-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}",
    ),
]
Plugin = Annotated[
    str,
    Form("a Grafana plugin at an exact version, such as grafana-polystat-panel@2.1.13", r"[\w-]+@\d[\w.+-]*"),
]


class RemoteWrite(Section):
    """A store outside the cluster that Prometheus copies its figures to."""

    url: HttpsUrl
    """Where the store takes them."""

    credentials: ObjectName | None = None
    """Name of the Secret in the namespace ``monitoring`` with the keys ``username`` and ``password``."""


class Prometheus(Section):
    """What Prometheus keeps."""

    retention_days: Annotated[Days, Field(ge=1)] = 15
    """Days that figures are kept, unless the volume is full before."""

    volume: Annotated[Gibibytes, Field(ge=5)] = 50
    """Size of each replica's volume."""

    memory: Annotated[int, Unit("MiB"), Field(ge=512)] = 2048
    """Memory of each replica; it grows with the number of series, some 3 KiB for each."""

    remote_write: tuple[RemoteWrite, ...] = ()
    """Stores that get a copy of everything."""

    control_plane: bool = False
    """Whether scheduler, controller manager, etcd and kube-proxy are scraped.

    EKS does not show them; elsewhere they must listen on more than 127.0.0.1.
    """


class PagerDuty(Section):
    """Calls somebody."""

    KEY: ClassVar[str] = "routingKey"

    secret: ObjectName = "alertmanager-pagerduty"
    """Name of the Secret in ``monitoring`` whose key ``routingKey`` is the integration's key."""


class Slack(Section):
    """Writes into a channel."""

    channel: str
    """The channel, such as ``#platform``."""

    KEY: ClassVar[str] = "url"

    secret: ObjectName = "alertmanager-slack"
    """Name of the Secret in ``monitoring`` whose key ``url`` is the incoming webhook's address."""


class Email(Section):
    """Writes a message."""

    to: str
    """Who gets it."""

    sender: str
    """Who it is from."""

    smarthost: str
    """Server and port that send it, such as ``smtp.example.com:587``; the connection is encrypted."""

    username: str
    """Who signs in at the server."""

    KEY: ClassVar[str] = "password"

    secret: ObjectName = "alertmanager-email"
    """Name of the Secret in ``monitoring`` whose key ``password`` is the user's password."""


class Sns(Section):
    """Publishes to a topic, with a role of Alertmanager's own."""

    topic: TopicArn | None = None
    """The topic; the stack's own, which carries the alarms of AWS, where none is given.

    A topic of yours: its key, if it has one, must let Alertmanager's role decrypt and generate data keys.
    """


class Heartbeat(Section):
    """Says every minute that alerts arrive, to a service that calls somebody when it hears nothing."""

    KEY: ClassVar[str] = "url"

    secret: ObjectName = "alertmanager-heartbeat"
    """Name of the Secret in ``monitoring`` whose key ``url`` is the address that the service gave you."""


class Alertmanager(Section):
    """Who is told of an alert. ``critical`` goes to PagerDuty; it and ``warning`` to all the others.

    On AWS, External Secrets makes each Secret that is named here, and by Prometheus and Grafana, of the
    secret ``<prefix>/<name>`` in Secrets Manager, a JSON object with the Secret's keys; else they are
    yours to make.
    """

    pagerduty: PagerDuty | None = None
    """Calls somebody when an alert is critical."""

    slack: Slack | None = None
    """A channel for critical alerts and warnings."""

    email: Email | None = None
    """A mailbox for critical alerts and warnings."""

    sns: Sns | None = None
    """A topic for critical alerts and warnings, on AWS only; ``{}`` is the stack's own."""

    heartbeat: Heartbeat | None = None
    """A dead man's switch: without it a Prometheus that stops tells nobody."""

    allowed_cidrs: Annotated[tuple[Cidr, ...], Field(max_length=3)] = ()
    """The only sources that reach its page. It asks nobody who they are: without them it has no page.

    A balancer's rule compares five values, of which host and path are two.
    """


class GrafanaOidc(Section):
    """The identity provider that people sign in to Grafana with, by its own three addresses."""

    name: str = "SSO"
    """What the sign-in button says."""

    client_id: str
    """Client that the provider knows Grafana as."""

    KEY: ClassVar[str] = "clientSecret"

    secret: ObjectName = "grafana-oidc"
    """Name of the Secret in ``monitoring`` whose key ``clientSecret`` holds the client's secret.

    Grafana reads it when it starts: restart it when the Secret has come later, or has changed.
    """

    authorize_url: HttpsUrl
    """Where people sign in."""

    token_url: HttpsUrl
    """Where Grafana gets its token."""

    userinfo_url: HttpsUrl
    """Where Grafana asks who it is."""


class Grafana(Section):
    """Who may look at figures, and change how they are shown."""

    oidc: GrafanaOidc | None = None
    """Sign-in with an identity provider; Grafana's own form is then off.

    Without it the chart makes a random password for the admin, in the Secret
    ``kube-prometheus-stack-grafana``; the stack never sees it.
    """

    admin_groups: tuple[str, ...] = ()
    """OIDC groups with the role Admin."""

    editor_groups: tuple[str, ...] = ()
    """OIDC groups with the role Editor; everybody else who signs in views only."""

    volume: Annotated[Gibibytes, Field(ge=1)] = 20
    """Size of its volume."""

    allowed_cidrs: Annotated[tuple[Cidr, ...], Field(max_length=3)] = ()
    """The only sources that reach its page; all where none is given, and each may try to sign in."""

    plugins: tuple[Plugin, ...] = ()
    """Plugins at exact versions, fetched when it starts."""


class KubePrometheusStack(Knobs):
    """Prometheus, Alertmanager and Grafana."""

    prometheus: Prometheus = Prometheus()
    """What is kept."""

    alertmanager: Alertmanager = Alertmanager()
    """Who is told."""

    grafana: Grafana = Grafana()
    """Who may look."""

    storage_class: ObjectName | None = None
    """Class of its volumes; the cluster's default where none is given."""


class BlackboxExporter(Knobs):
    """Asks from inside what users ask from outside."""

    targets: tuple[HttpsUrl, ...] = ()
    """Addresses that must answer, beside the platform's own pages."""


class PrometheusAdapter(OptIn):
    """Lets workloads scale by what Prometheus knows."""


_ALERTS = "addons.kubePrometheusStack.alertmanager"


def alerts_without_receivers(settings: "Settings") -> Iterator[Problem]:
    """An alert in production reaches somebody."""
    stack = settings.addons.kube_prometheus_stack
    told = stack.alertmanager
    ways = (told.pagerduty, told.slack, told.email, told.sns)
    if settings.environment == "production" and stack.enabled and not any(ways):
        own = "sns: {} (the topic of the alarms), " if settings.foundation == "aws" else ""
        text = f"names nobody, so that no alert of the cluster is heard; give {own}slack, email or pagerduty"
        yield Problem(_ALERTS, text, text)


def topics_on_aws_only(settings: "ExistingSettings") -> Iterator[Problem]:
    """Topics are AWS's."""
    if settings.addons.kube_prometheus_stack.alertmanager.sns:
        text = "is a topic of AWS, which this stack has no role in; give slack, email or pagerduty instead"
        yield Problem(f"{_ALERTS}.sns", text, text)


def grafana_open_to_all(settings: "AwsSettings") -> Iterator[Problem]:
    """In production one password is not all that stands between the internet and the figures."""
    stack = settings.addons.kube_prometheus_stack
    open_to_all = not (stack.grafana.oidc or stack.grafana.allowed_cidrs)
    if settings.environment == "production" and settings.domain and stack.enabled and open_to_all:
        text = "everybody may try the admin's password at its page; give oidc, or allowedCidrs"
        yield Problem("addons.kubePrometheusStack.grafana", text, text)
