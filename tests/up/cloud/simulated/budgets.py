"""Budgets: moto changes none, and tags none."""

import json
from typing import cast

from moto.budgets.models import Budget
from moto.budgets.responses import BudgetsResponse

from tests.up.cloud.simulated.registry import simulated

WHY = "moto neither changes nor tags a budget"


class Budgets(BudgetsResponse):
    """Budgets with tags, and with changes."""

    @simulated("moto tags no budget")
    def create_budget(self) -> str:
        """As moto does, with the tags."""
        account, budget = self._get_param("AccountId"), self._get_param("Budget")
        self.backend.create_budget(
            account_id=account,
            budget=budget,
            notifications=self._get_param("NotificationsWithSubscribers", []),
        )
        made = self.backend.budgets[account][budget["BudgetName"]]
        vars(made)["tags"] = {tag["Key"]: tag["Value"] for tag in self._get_param("ResourceTags", [])}
        return json.dumps({})

    @simulated(WHY)
    def update_budget(self) -> str:
        """Change what a budget allows."""
        account, new = self._get_param("AccountId"), self._get_param("NewBudget")
        self.backend.describe_budget(account, new["BudgetName"])
        self.backend.budgets[account][new["BudgetName"]].budget.update(new)
        return json.dumps({})

    @simulated(WHY)
    def tag_resource(self) -> str:
        """Tag a budget."""
        self._own_tags().update({tag["Key"]: tag["Value"] for tag in self._get_param("ResourceTags")})
        return json.dumps({})

    @simulated(WHY)
    def untag_resource(self) -> str:
        """Take tags off a budget."""
        for key in self._get_param("ResourceTagKeys"):
            self._own_tags().pop(key, None)
        return json.dumps({})

    @simulated(WHY)
    def list_tags_for_resource(self) -> str:
        """The tags of a budget."""
        tags = [{"Key": key, "Value": value} for key, value in self._own_tags().items()]
        return json.dumps({"ResourceTags": tags})

    def _own_tags(self) -> dict[str, str]:
        arn = str(self._get_param("ResourceARN"))
        budget: Budget = self.backend.budgets[arn.split(":")[4]][arn.rpartition("/")[2]]
        return cast("dict[str, str]", vars(budget)["tags"])
