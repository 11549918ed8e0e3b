"""Who hears of trouble on AWS, what a month may cost, and what is recorded."""

from typing import Annotated

from oneup.settings.base import Section
from oneup.settings.formats.aws import Days
from oneup.settings.formats.form import Form, Unit
from oneup.settings.formats.web import EmailAddress, HttpsUrl

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
