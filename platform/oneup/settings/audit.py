"""Who hears of trouble on AWS, what a month may cost, and what is recorded."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Final

from oneup.settings.base import Section
from oneup.settings.errors import Problem, listed, shown
from oneup.settings.formats.aws import Days, retention_complaint
from oneup.settings.formats.form import Form, Unit
from oneup.settings.formats.web import EmailAddress, HttpsUrl

if TYPE_CHECKING:
    from oneup.settings.model import AwsSettings

Percent = Annotated[int, Unit("percent")]
Dollars = Annotated[int, Unit("USD")]
DetectorId = Annotated[
    str, Form("the id of a GuardDuty detector (32 of 0-9 and a-f)", r"[0-9a-f]{32}", suggest=str.lower)
]


class Budget(Section):
    """What the account may cost in a month: all that is in it, this stack or not."""

    monthly_limit: Dollars
    """The limit; AWS counts in US dollars."""

    actual_percents: tuple[Percent, ...] = (80, 100)
    """Shares of the limit at which what was spent is announced."""

    forecast_percents: tuple[Percent, ...] = (100,)
    """Shares of the limit at which what the month is going to cost is announced."""


class Alarms(Section):
    """Alarms on control plane, node groups, NAT gateways and load balancers, and who hears of them."""

    emails: tuple[EmailAddress, ...] = ()
    """Each gets a message to confirm before the first alarm, and budget notices without."""

    pager_duty: HttpsUrl | None = None
    """PagerDuty's integration URL for CloudWatch; it holds a key: set it with ``--secret``."""

    node_cpu_percent: Percent = 85
    """Mean CPU of a node group above which it is short of nodes, for a quarter of an hour."""

    balancer_errors: Annotated[int, Unit("responses")] = 50
    """5xx responses of all application load balancers in five minutes that are an alarm."""

    budget: Budget | None = None
    """What a month may cost; none where it is not given."""


class Audit(Section):
    """Records of who did what, and who looks through them."""

    guard_duty: bool = False
    """GuardDuty for the cluster: its audit log, and an agent on every node."""

    detector: DetectorId | None = None
    """Id of the detector that the account has in the region: it is used, and nothing of it is changed; AWS
    takes no second one. Without it the stack makes one.
    """

    trail: bool = False
    """A CloudTrail of every region, validated and encrypted, in a bucket of its own."""

    trail_days: Days = 365
    """How long the trail is kept."""


NOTICES: Final = 10
"""How many notices AWS takes for one budget, and how many addresses for one notice."""

MOST_PERCENT: Final = 1000


def alarm_recipients(settings: "AwsSettings") -> Iterator[Problem]:
    """Each address once, and no more than a budget's notice takes."""
    emails = settings.alarms.emails
    for address, count in Counter(emails).items():
        if count > 1:
            text = f"{shown(address)} is named {count} times; name each address once"
            yield Problem("alarms.emails", text)
    if len(emails) > NOTICES:
        text = f"{len(emails)} addresses are more than the {NOTICES} that AWS tells; give a list's address"
        yield Problem("alarms.emails", text)


def budget_thresholds(settings: "AwsSettings") -> Iterator[Problem]:
    """What an alarm can ever reach, and does not reach at rest."""
    alarms = settings.alarms
    if not 1 <= alarms.node_cpu_percent <= 99:
        text = f"{alarms.node_cpu_percent} is no share of a node's CPU; give 1 to 99"
        yield Problem("alarms.nodeCpuPercent", text)
    if alarms.balancer_errors < 1:
        text = f"{alarms.balancer_errors} would be an alarm without an error; give 1 at least"
        yield Problem("alarms.balancerErrors", text)


def budget_currency(settings: "AwsSettings") -> Iterator[Problem]:
    """A limit above nothing, and notices that AWS takes, one at least."""
    plan = settings.alarms.budget
    if plan is None:
        return
    if plan.monthly_limit < 1:
        text = f"{plan.monthly_limit} USD cannot be kept; give 1 at least, or remove the budget"
        yield Problem("alarms.budget.monthlyLimit", text)
    percents = {"actualPercents": plan.actual_percents, "forecastPercents": plan.forecast_percents}
    for name, given in percents.items():
        for percent, count in Counter(given).items():
            if count > 1:
                yield Problem(f"alarms.budget.{name}", f"{percent} is named {count} times; name it once")
            if not 1 <= percent <= MOST_PERCENT:
                text = f"{percent} is no share of a limit; give 1 to {MOST_PERCENT}"
                yield Problem(f"alarms.budget.{name}", text)
    notices = len(plan.actual_percents) + len(plan.forecast_percents)
    if not 1 <= notices <= NOTICES:
        text = f"has {notices} notices; give 1 to {NOTICES} in actualPercents and forecastPercents together"
        yield Problem("alarms.budget", text, text)


def trail_storage(settings: "AwsSettings") -> Iterator[Problem]:
    """S3 expires after one day at the earliest."""
    days = settings.audit.trail_days
    if days < 1:
        yield Problem("audit.trailDays", f"{days} days would keep nothing; keep 1 at least")


def guardduty_detector(settings: "AwsSettings") -> Iterator[Problem]:
    """A detector is named for GuardDuty's agent."""
    if settings.audit.detector and not settings.audit.guard_duty:
        text = "is of use to audit.guardDuty alone, which is off; set that to true, or remove this"
        yield Problem("audit.detector", text, text)


def alarms_without_recipients(settings: "AwsSettings") -> Iterator[Problem]:
    """An alarm in production wakes somebody, and money has a limit."""
    if settings.environment != "production":
        return
    alarms = settings.alarms
    if not alarms.emails and alarms.pager_duty is None:
        text = "name nobody, so that alarms reach nobody; give emails or pagerDuty"
        yield Problem("alarms", text, text)
    if alarms.budget is None:
        text = "is not given, so that nobody hears what the account costs; give its monthlyLimit"
        yield Problem("alarms.budget", text, text)


def given_key_policy(settings: "AwsSettings") -> Iterator[Problem]:
    """A key that is not the stack's own has a policy that is not the stack's own."""
    if settings.cluster.kms_key:
        trail_storage = ("cloudtrail",) if settings.audit.trail else ()
        services = listed(("cloudwatch", "budgets", "events", *trail_storage))
        text = (
            f"is your own key: unless its policy lets {services} (.amazonaws.com) decrypt and generate data"
            " keys, no alarm arrives"
        )
        yield Problem("cluster.kmsKey", text, text)


def retention_of_flow_logs(settings: "AwsSettings") -> Iterator[Problem]:
    """CloudWatch takes some numbers of days, S3 any."""
    logs = settings.network.flow_logs
    if logs is None:
        return
    key = "network.flowLogs.retentionDays"
    complaint = retention_complaint(logs.retention_days) if logs.destination == "cloudwatch" else None
    if complaint:
        yield Problem(key, complaint)
    elif logs.retention_days < 1:
        yield Problem(key, f"{logs.retention_days} days keep nothing; give at least 1")


def retention_of_control_plane_logs(settings: "AwsSettings") -> Iterator[Problem]:
    """The control plane logs to CloudWatch."""
    complaint = retention_complaint(settings.cluster.logs.retention_days)
    if complaint:
        yield Problem("cluster.logs.retentionDays", complaint)


def retention_of_container_logs(settings: "AwsSettings") -> Iterator[Problem]:
    """Containers' lines go to CloudWatch, where Fluent Bit ships them."""
    complaint = retention_complaint(settings.addons.fluent_bit.retention_days)
    if complaint:
        yield Problem("addons.fluentBit.retentionDays", complaint)
