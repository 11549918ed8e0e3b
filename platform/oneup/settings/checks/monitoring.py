"""Who hears the cluster's own alerts, and who may look at its figures."""

from collections.abc import Iterator

from oneup.settings.errors import Problem
from oneup.settings.model import AwsSettings, ExistingSettings, Settings

_ALERTS = "addons.kubePrometheusStack.alertmanager"


def unheard(settings: Settings) -> Iterator[Problem]:
    """An alert in production reaches somebody."""
    stack = settings.addons.kube_prometheus_stack
    told = stack.alertmanager
    ways = (told.pagerduty, told.slack, told.email, told.sns)
    if settings.environment == "production" and stack.enabled and not any(ways):
        own = "sns: {} (the topic of the alarms), " if isinstance(settings, AwsSettings) else ""
        text = f"names nobody, so that no alert of the cluster is heard; give {own}slack, email or pagerduty"
        yield Problem(_ALERTS, text, text)


def no_topics(settings: ExistingSettings) -> Iterator[Problem]:
    """Topics are AWS's."""
    if settings.addons.kube_prometheus_stack.alertmanager.sns:
        text = "is a topic of AWS, which this stack has no role in; give slack, email or pagerduty instead"
        yield Problem(f"{_ALERTS}.sns", text, text)


def page_for_everybody(settings: AwsSettings) -> Iterator[Problem]:
    """In production one password is not all that stands between the internet and the figures."""
    stack = settings.addons.kube_prometheus_stack
    open_to_all = not (stack.grafana.oidc or stack.grafana.allowed_cidrs)
    if settings.environment == "production" and settings.domain and stack.enabled and open_to_all:
        text = "everybody may try the admin's password at its page; give oidc, or allowedCidrs"
        yield Problem("addons.kubePrometheusStack.grafana", text, text)
