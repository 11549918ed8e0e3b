"""An alarm as a value, and the component that makes them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

import pulumi
import pulumi_aws as aws

from oneup.foundation.account import Account

Statistic: TypeAlias = Literal["Average", "Maximum", "Minimum", "Sum"]

RESULT: Final = "result"
"""The id of the series that an alarm looks at, where it is computed of others."""


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One metric of CloudWatch."""

    namespace: str
    name: str
    statistic: Statistic
    dimensions: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """What must not last: a value beyond its threshold for some periods in a row."""

    name: str
    """After the cluster's; unique in the stack."""

    says: str
    """What is wrong when it rings, and where to look."""

    metrics: Mapping[str, Metric] = field(default_factory=dict[str, Metric])
    """What it looks at, by the name in its expression; a single one needs none."""

    expression: str | None = None
    """Metric math over the metrics, or a query of Metrics Insights."""

    threshold: float
    below: bool = False
    """Whether it rings below the threshold, where otherwise above."""

    minutes: int = 5
    """Of one period."""

    periods: int = 3
    silence: Literal["notBreaching", "breaching"] = "notBreaching"
    """What it means that no figures come; a cluster at rest has no errors to count."""

    def queries(self) -> list[aws.cloudwatch.MetricAlarmMetricQueryArgsDict]:
        """The metrics and what is computed of them, as CloudWatch takes them."""
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
    """The alarms on one part of the platform."""

    def __init__(
        self, account: Account, part: str, topic: pulumi.Output[str], alarms: Iterable[Alarm]
    ) -> None:
        """Make them; each says by the topic when it rings, and when all is well again."""
        options = pulumi.ResourceOptions(providers={"aws": account.provider})
        super().__init__("oneup:platform:Alarms", f"{part}-alarms", None, options)
        for alarm in alarms:
            aws.cloudwatch.MetricAlarm(
                alarm.name,
                name=f"{account.name}-{alarm.name}",
                alarm_description=alarm.says,
                metric_queries=alarm.queries(),
                comparison_operator="LessThanThreshold" if alarm.below else "GreaterThanThreshold",
                threshold=alarm.threshold,
                evaluation_periods=alarm.periods,
                treat_missing_data=alarm.silence,
                alarm_actions=[topic],
                ok_actions=[topic],
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({})
