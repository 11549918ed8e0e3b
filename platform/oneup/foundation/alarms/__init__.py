"""CloudWatch alarms, their SNS topic, and the budget."""

from oneup.foundation.alarms.alarm import Alarm, Alarms, Metric
from oneup.foundation.alarms.budget import make_budget
from oneup.foundation.alarms.topic import Topic
from oneup.foundation.alarms.watched import balancers, control_plane, gateways, node_groups

__all__ = [
    "Alarm",
    "Alarms",
    "Metric",
    "Topic",
    "balancers",
    "control_plane",
    "gateways",
    "make_budget",
    "node_groups",
]
