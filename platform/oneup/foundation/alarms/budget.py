"""The account's monthly budget."""

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from oneup.foundation.account import Account
from oneup.settings.audit import Budget


def create_budget(account: Account, budget: Budget, topic: pulumi.Output[str]) -> None:
    """A monthly budget in US dollars, with notifications on actual and forecasted costs."""
    aws.budgets.Budget(
        "monthly",
        name=f"{account.name}-monthly",
        budget_type="COST",
        time_unit="MONTHLY",
        limit_amount=str(budget.monthly_limit),
        limit_unit="USD",
        notifications=[
            *_notifications(account, topic, "ACTUAL", budget.actual_percents),
            *_notifications(account, topic, "FORECASTED", budget.forecast_percents),
        ],
        opts=pulumi.ResourceOptions(provider=account.provider),
    )


def _notifications(
    account: Account, topic: pulumi.Output[str], kind: str, percents: Sequence[int]
) -> list[aws.budgets.BudgetNotificationArgsDict]:
    """Notifications; e-mail addresses are subscribed directly, too, because a budget needs no confirmation."""
    return [
        {
            "notification_type": kind,
            "comparison_operator": "GREATER_THAN",
            "threshold": percent,
            "threshold_type": "PERCENTAGE",
            "subscriber_sns_topic_arns": [topic],
            "subscriber_email_addresses": list(account.settings.alarms.emails),
        }
        for percent in percents
    ]
