"""Budgets: moto changes none, and tags none."""

import json

from moto.budgets.responses import BudgetsResponse

from tests.up.cloud.simulated.registry import simulated

WHY = "moto neither changes nor tags a budget"


def _tags(self: BudgetsResponse) -> dict[str, str]:
    account, name = self._get_param("ResourceARN").split(":")[4], self._get_param("ResourceARN").rpartition("/")[2]
    return vars(self.backend.budgets[account][name]).setdefault("tags", {})


@simulated(BudgetsResponse, "budgets", "moto tags no budget")
def create_budget(self: BudgetsResponse) -> str:
    """As moto does, with the tags."""
    account, budget = self._get_param("AccountId"), self._get_param("Budget")
    self.backend.create_budget(
        account_id=account,
        budget=budget,
        notifications=self._get_param("NotificationsWithSubscribers", []),
    )
    given = self._get_param("ResourceTags", [])
    tags = {tag["Key"]: tag["Value"] for tag in given}
    vars(self.backend.budgets[account][budget["BudgetName"]])["tags"] = tags
    return json.dumps({})


@simulated(BudgetsResponse, "budgets", WHY)
def update_budget(self: BudgetsResponse) -> str:
    """Change what a budget allows."""
    account, new = self._get_param("AccountId"), self._get_param("NewBudget")
    self.backend.describe_budget(account, new["BudgetName"])
    self.backend.budgets[account][new["BudgetName"]].budget.update(new)
    return json.dumps({})


@simulated(BudgetsResponse, "budgets", WHY)
def tag_resource(self: BudgetsResponse) -> str:
    """Tag a budget."""
    _tags(self).update({tag["Key"]: tag["Value"] for tag in self._get_param("ResourceTags")})
    return json.dumps({})


@simulated(BudgetsResponse, "budgets", WHY)
def untag_resource(self: BudgetsResponse) -> str:
    """Take tags off a budget."""
    for key in self._get_param("ResourceTagKeys"):
        _tags(self).pop(key, None)
    return json.dumps({})


@simulated(BudgetsResponse, "budgets", WHY)
def list_tags_for_resource(self: BudgetsResponse) -> str:
    """The tags of a budget."""
    tags = [{"Key": key, "Value": value} for key, value in _tags(self).items()]
    return json.dumps({"ResourceTags": tags})
