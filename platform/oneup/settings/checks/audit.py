"""Alarms, the budget and the audit trail."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from oneup.settings.errors import Problem, listed, shown
from oneup.settings.model import AwsSettings

NOTICES: Final = 10
"""How many notices AWS takes for one budget, and how many addresses for one notice."""

MOST_PERCENT: Final = 1000


def recipients(settings: AwsSettings) -> Iterator[Problem]:
    """Each address once, and no more than a budget's notice takes."""
    emails = settings.alarms.emails
    for address, count in Counter(emails).items():
        if count > 1:
            text = f"{shown(address)} is named {count} times; name each address once"
            yield Problem("alarms.emails", text)
    if len(emails) > NOTICES:
        text = f"{len(emails)} addresses are more than the {NOTICES} that AWS tells; give a list's address"
        yield Problem("alarms.emails", text)


def thresholds(settings: AwsSettings) -> Iterator[Problem]:
    """What an alarm can ever reach, and does not reach at rest."""
    alarms = settings.alarms
    if not 1 <= alarms.node_cpu_percent <= 99:
        text = f"{alarms.node_cpu_percent} is no share of a node's CPU; give 1 to 99"
        yield Problem("alarms.nodeCpuPercent", text)
    if alarms.balancer_errors < 1:
        text = f"{alarms.balancer_errors} would be an alarm without an error; give 1 at least"
        yield Problem("alarms.balancerErrors", text)


def budget(settings: AwsSettings) -> Iterator[Problem]:
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


def trail(settings: AwsSettings) -> Iterator[Problem]:
    """S3 expires after one day at the earliest."""
    days = settings.audit.trail_days
    if days < 1:
        yield Problem("audit.trailDays", f"{days} days would keep nothing; keep 1 at least")


def detector(settings: AwsSettings) -> Iterator[Problem]:
    """A detector is named for GuardDuty's agent."""
    if settings.audit.detector and not settings.audit.guard_duty:
        text = "is of use to audit.guardDuty alone, which is off; set that to true, or remove this"
        yield Problem("audit.detector", text, text)


def unheard(settings: AwsSettings) -> Iterator[Problem]:
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


def given_key(settings: AwsSettings) -> Iterator[Problem]:
    """A key that is not the stack's own has a policy that is not the stack's own."""
    if settings.cluster.kms_key:
        trail = ("cloudtrail",) if settings.audit.trail else ()
        services = listed(("cloudwatch", "budgets", "events", *trail))
        text = (
            f"is your own key: unless its policy lets {services} (.amazonaws.com) decrypt and generate data"
            " keys, no alarm arrives"
        )
        yield Problem("cluster.kmsKey", text, text)
