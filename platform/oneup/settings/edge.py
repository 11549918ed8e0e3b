"""What stands between the internet and an AWS stack's load balancers."""

from typing import Annotated, Final

from oneup.settings.base import Section
from oneup.settings.formats.aws import Days
from oneup.settings.formats.form import Unit

ACCESS_LOGS: Final = "access-logs"
"""What the bucket of the load balancers' requests is for, by which it is named."""


class Edge(Section):
    """The firewall of the public load balancers."""

    firewall: bool = True
    """A WAF with AWS's managed rules and a rate limit before every public load balancer."""

    request_limit: Annotated[int, Unit("requests")] = 2000
    """How many requests one address may make in five minutes, 10 at least; more are blocked."""

    firewall_log_days: Days = 30
    """How long CloudWatch keeps what the firewall has blocked; 1, 3, 5, 7, 14, 30, 60, 90, … days."""

    access_logs: bool = False
    """Keep each request to the load balancers in a bucket of its own, with address, path and answer."""

    access_log_days: Days = 30
    """How long requests are kept."""

    shield: bool = False
    """Shield Advanced for public load balancers; the account must have subscribed to it."""
