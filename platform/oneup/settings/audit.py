"""Alarms, budget, GuardDuty and CloudTrail."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Final

from oneup.settings.base import Section
from oneup.settings.errors import Problem, display, join_names
from oneup.settings.formats.aws import Days, retention_complaint
from oneup.settings.formats.form import Format, Unit
from oneup.settings.formats.web import EmailAddress, HttpsUrl

if TYPE_CHECKING:
    from oneup.settings.model import AwsSettings

Percent = Annotated[int, Unit("percent")]
Dollars = Annotated[int, Unit("USD")]
DetectorId = Annotated[
    str, Format("the id of a GuardDuty detector (32 of 0-9 and a-f)", r"[0-9a-f]{32}", correct=str.lower)
]


class Budget(Section):
    """A monthly budget of the whole account."""

    monthly_limit: Dollars
    """The limit in US dollars."""

    actual_percents: tuple[Percent, ...] = (80, 100)
    """Percentages of the limit at which actual costs raise a notification."""

    forecast_percents: tuple[Percent, ...] = (100,)
    """Percentages of the limit at which forecasted costs raise a notification."""


class Alarms(Section):
    """CloudWatch alarms on control plane, node groups, NAT gateways and load balancers, and their recipients."""

    emails: tuple[EmailAddress, ...] = ()
    """E-mail addresses; each must confirm its subscription to receive alarms, but not for budget notifications."""

    pager_duty: HttpsUrl | None = None
    """PagerDuty's integration URL for CloudWatch; it contains a key, so set it with ``--secret``."""

    node_cpu_percent: Percent = 85
    """Average CPU of a node group, for 15 minutes, that raises the alarm."""

    balancer_errors: Annotated[int, Unit("responses")] = 50
    """Number of 5xx responses of all Application Load Balancers in five minutes that raises the alarm."""

    budget: Budget | None = None
    """Monthly budget; none by default."""


class Audit(Section):
    """GuardDuty and CloudTrail."""

    guard_duty: bool = False
    """GuardDuty for the cluster: EKS audit logs, and runtime monitoring on every node."""

    detector: DetectorId | None = None
    """Id of the account's existing detector in the region: it is used and not changed; AWS
    allows only one. Without it the stack creates one.
    """

    trail: bool = False
    """A multi-region CloudTrail trail, validated and encrypted, in its own bucket."""

    trail_days: Days = 365
    """Retention of the trail."""


MAX_BUDGET_NOTIFICATIONS: Final = 10
"""How many notifications AWS allows per budget, and how many addresses per notification."""

MAX_PERCENT: Final = 1000


def alarm_recipients(settings: "AwsSettings") -> Iterator[Problem]:
    """Unique addresses, and no more than a budget notification allows."""
    emails = settings.alarms.emails
    for address, count in Counter(emails).items():
        if count > 1:
            text = f"{display(address)} is listed {count} times; list each address once"
            yield Problem("alarms.emails", text)
    if len(emails) > MAX_BUDGET_NOTIFICATIONS:
        many = f"{len(emails)} addresses are more than the {MAX_BUDGET_NOTIFICATIONS} that AWS allows"
        text = f"{many}; use a mailing list"
        yield Problem("alarms.emails", text)


def budget_thresholds(settings: "AwsSettings") -> Iterator[Problem]:
    """Thresholds that an alarm can reach, and does not reach when idle."""
    alarms = settings.alarms
    if not 1 <= alarms.node_cpu_percent <= 99:
        text = f"{alarms.node_cpu_percent} is not a CPU threshold in percent; give 1 to 99"
        yield Problem("alarms.nodeCpuPercent", text)
    if alarms.balancer_errors < 1:
        text = f"{alarms.balancer_errors} would raise the alarm without an error; give at least 1"
        yield Problem("alarms.balancerErrors", text)


def budget_currency(settings: "AwsSettings") -> Iterator[Problem]:
    """A limit above zero, and a number of notifications that AWS allows."""
    plan = settings.alarms.budget
    if plan is None:
        return
    if plan.monthly_limit < 1:
        text = f"{plan.monthly_limit} USD is not a usable limit; give at least 1, or remove the budget"
        yield Problem("alarms.budget.monthlyLimit", text)
    percents = {"actualPercents": plan.actual_percents, "forecastPercents": plan.forecast_percents}
    for name, given in percents.items():
        for percent, count in Counter(given).items():
            if count > 1:
                yield Problem(f"alarms.budget.{name}", f"{percent} is listed {count} times; list it once")
            if not 1 <= percent <= MAX_PERCENT:
                text = f"{percent} is not a percentage of the limit; give 1 to {MAX_PERCENT}"
                yield Problem(f"alarms.budget.{name}", text)
    notices = len(plan.actual_percents) + len(plan.forecast_percents)
    if not 1 <= notices <= MAX_BUDGET_NOTIFICATIONS:
        limit = f"give 1 to {MAX_BUDGET_NOTIFICATIONS} in actualPercents and forecastPercents together"
        text = f"has {notices} notices; {limit}"
        yield Problem("alarms.budget", text, text)


def trail_storage(settings: "AwsSettings") -> Iterator[Problem]:
    """S3 expires objects after one day at the earliest."""
    days = settings.audit.trail_days
    if days < 1:
        yield Problem("audit.trailDays", f"{days} days would keep nothing; give at least 1")


def guardduty_detector(settings: "AwsSettings") -> Iterator[Problem]:
    """A detector is only used by GuardDuty."""
    if settings.audit.detector and not settings.audit.guard_duty:
        text = "is only used with audit.guardDuty, which is off; set that to true, or remove this"
        yield Problem("audit.detector", text, text)


def alarms_without_recipients(settings: "AwsSettings") -> Iterator[Problem]:
    """In production, alarms have a recipient and the account has a budget."""
    if settings.environment != "production":
        return
    alarms = settings.alarms
    if not alarms.emails and alarms.pager_duty is None:
        text = "have no recipient, so no one receives alarms; set emails or pagerDuty"
        yield Problem("alarms", text, text)
    if alarms.budget is None:
        text = "is not set, so no one is notified of the account's costs; set its monthlyLimit"
        yield Problem("alarms.budget", text, text)


def given_key_policy(settings: "AwsSettings") -> Iterator[Problem]:
    """The stack does not manage the policy of an existing key."""
    if settings.cluster.kms_key:
        trail_storage = ("cloudtrail",) if settings.audit.trail else ()
        services = join_names(("cloudwatch", "budgets", "events", *trail_storage))
        text = (
            f"is an existing key: unless its policy allows {services} (.amazonaws.com) to decrypt and generate data"
            " keys, no alarm arrives"
        )
        yield Problem("cluster.kmsKey", text, text)


def retention_of_flow_logs(settings: "AwsSettings") -> Iterator[Problem]:
    """CloudWatch accepts certain retentions only, S3 any."""
    logs = settings.network.flow_logs
    if logs is None:
        return
    key = "network.flowLogs.retentionDays"
    complaint = retention_complaint(logs.retention_days) if logs.destination == "cloudwatch" else None
    if complaint:
        yield Problem(key, complaint)
    elif logs.retention_days < 1:
        yield Problem(key, f"{logs.retention_days} days would keep nothing; give at least 1")


def retention_of_control_plane_logs(settings: "AwsSettings") -> Iterator[Problem]:
    """CloudWatch retention of control plane logs."""
    complaint = retention_complaint(settings.cluster.logs.retention_days)
    if complaint:
        yield Problem("cluster.logs.retentionDays", complaint)


def retention_of_container_logs(settings: "AwsSettings") -> Iterator[Problem]:
    """CloudWatch retention of container logs."""
    complaint = retention_complaint(settings.addons.fluent_bit.retention_days)
    if complaint:
        yield Problem("addons.fluentBit.retentionDays", complaint)
