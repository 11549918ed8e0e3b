"""CloudWatch alarms as values, and the component that creates them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

import pulumi
import pulumi_aws as aws

from oneup.foundation.account import Account

Statistic: TypeAlias = Literal["Average", "Maximum", "Minimum", "Sum"]

RESULT: Final = "result"
"""The id of the computed metric that an alarm evaluates."""


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One metric of CloudWatch."""

    namespace: str
    name: str
    statistic: Statistic
    dimensions: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """An alarm: a value beyond its threshold for some consecutive periods."""

    name: str
    """Unique in the stack; the cluster's name is the prefix."""

    description: str
    """What is wrong, and where to look."""

    metrics: Mapping[str, Metric] = field(default_factory=dict[str, Metric])
    """The metrics, by their name in the expression; a single one needs no expression."""

    expression: str | None = None
    """Metric math over the metrics, or a query of Metrics Insights."""

    threshold: float
    below: bool = False
    """Whether it fires below the threshold instead of above."""

    minutes: int = 5
    """Of one period."""

    periods: int = 3
    missing_data: Literal["notBreaching", "breaching"] = "notBreaching"
    """How to treat missing data; an idle cluster has no errors to count."""

    def queries(self) -> list[aws.cloudwatch.MetricAlarmMetricQueryArgsDict]:
        """The metric queries for CloudWatch."""
        period = self.minutes * 60
        found = [_query(name, metric, period) for name, metric in self.metrics.items()]
        if self.expression is None:
            (only,) = found
            return [{**only, "return_data": True}]
        result: aws.cloudwatch.MetricAlarmMetricQueryArgsDict = {
            "id": RESULT,
            "label": self.name,
            "expression": self.expression,
            "return_data": True,
        }
        # A query of Metrics Insights has a period of its own; metric math has its metrics'.
        return [*found, result if found else {**result, "period": period}]


def _query(name: str, metric: Metric, period: int) -> aws.cloudwatch.MetricAlarmMetricQueryArgsDict:
    return {
        "id": name,
        "metric": {
            "namespace": metric.namespace,
            "metric_name": metric.name,
            "stat": metric.statistic,
            "period": period,
            "dimensions": metric.dimensions,
        },
    }


class Alarms(pulumi.ComponentResource):
    """The alarms of one part of the platform."""

    def __init__(
        self, account: Account, part: str, topic: pulumi.Output[str], alarms: Iterable[Alarm]
    ) -> None:
        """Create them; each notifies the topic when it fires and when it recovers."""
        options = pulumi.ResourceOptions(providers={"aws": account.provider})
        super().__init__("oneup:platform:Alarms", f"{part}-alarms", None, options)
        for alarm in alarms:
            aws.cloudwatch.MetricAlarm(
                alarm.name,
                name=f"{account.name}-{alarm.name}",
                alarm_description=alarm.description,
                metric_queries=alarm.queries(),
                comparison_operator="LessThanThreshold" if alarm.below else "GreaterThanThreshold",
                threshold=alarm.threshold,
                evaluation_periods=alarm.periods,
                treat_missing_data=alarm.missing_data,
                alarm_actions=[topic],
                ok_actions=[topic],
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({})
