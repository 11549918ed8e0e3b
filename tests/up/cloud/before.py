"""What a stack finds in its account: what its settings name and no resource of it makes."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from oneup.plan import Plan
from tests.up.cloud.account import Account
from tests.up.cloud.plugin import AWS_PROVIDER


@dataclass(frozen=True)
class Before:
    """An account's number, the regions of a stack in it, and what must be there."""

    account: str
    regions: tuple[str, ...]
    roles: tuple[str, ...]
    zones: tuple[str, ...]
    issuers: tuple[str, ...]

    def make(self, account: Account) -> None:
        """Put it into the account."""
        for arn in self.roles:
            account.role(arn.rpartition("/")[2])
        for zone in self.zones:
            account.zone(zone, "example.com")
        for issuer in self.issuers:
            account.api(self.regions[0]).call(
                "iam", "CreateOpenIDConnectProvider", {"Url": f"https://{issuer}", "ThumbprintList": []}
            )


def before(plan: Plan) -> Before:
    """What the plan of an AWS stack takes for granted."""
    providers = plan.of_type(AWS_PROVIDER)
    made = {str(resource.outputs.get("arn")) for resource in plan.resources}
    zones = {str(resource.outputs.get("zoneId")) for resource in plan.of_type("aws:route53/zone:Zone")}
    entries = plan.of_type("aws:eks/accessEntry:AccessEntry")
    records = plan.of_type("aws:route53/record:Record")
    return Before(
        account=cast("list[str]", json.loads(str(providers[0].inputs["allowedAccountIds"])))[0],
        regions=tuple(str(provider.inputs["region"]) for provider in providers),
        roles=tuple(sorted({str(entry.inputs["principalArn"]) for entry in entries} - made)),
        zones=tuple(sorted({str(record.inputs["zoneId"]) for record in records} - zones)),
        issuers=tuple(sorted(set(_trusted(plan)) - {arn.rpartition("oidc-provider/")[2] for arn in made})),
    )


def _trusted(plan: Plan) -> Iterator[str]:
    """Issuers that roles trust; the cluster's own is made with the cluster."""
    for role in plan.of_type("aws:iam/role:Role"):
        for statement in json.loads(str(role.inputs["assumeRolePolicy"]))["Statement"]:
            federated = str(statement["Principal"].get("Federated", ""))
            if federated and "oidc.eks." not in federated:
                yield federated.rpartition("oidc-provider/")[2]
