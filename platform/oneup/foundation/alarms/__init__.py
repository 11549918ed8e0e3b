"""CloudWatch alarms, their SNS topic, and the budget."""

from oneup.foundation.alarms.alarm import Alarm, Alarms, Metric
from oneup.foundation.alarms.budget import create_budget
from oneup.foundation.alarms.topic import Topic
from oneup.foundation.alarms.watched import control_plane, load_balancers, nat_gateways, node_groups

__all__ = [
    "Alarm",
    "Alarms",
    "Metric",
    "Topic",
    "control_plane",
    "create_budget",
    "load_balancers",
    "nat_gateways",
    "node_groups",
]
