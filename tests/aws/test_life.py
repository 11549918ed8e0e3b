"""Whole stacks through the providers: made, read, changed and removed, until nothing is left."""

from typing import Self

import pytest

from oneup.plan import JsonMap, Plan, Resource
from tests.aws.conftest import NUMBER
from tests.support.plans import RehearseWith
from tests.support.variants import variants
from tests.up.cloud.before import before
from tests.up.cloud.cloud import Cloud
from tests.up.cloud.driver import Replay, State
from tests.up.cloud.plugin import AWS_PROVIDER

CLUSTER = "aws:eks/cluster:Cluster"
DEPLOY = "delivery-deploy"
DELIVERY = "oneup:platform:DeliveryRoles$aws:iam/"
ADMINISTRATOR = "administrator"


class Deployment(Replay):
    """A plan brought up under its deploy role, but for the delivery roles, which an administrator makes."""

    def __enter__(self) -> Self:
        """Configure each provider for the deploy role, and one for the administrator."""
        self.cloud.behaviour.credentials = self.cloud.account.role("ci", *rights(self.plan))
        super().__enter__()
        self.cloud.behaviour.credentials = None
        self.configure(ADMINISTRATOR, self.plan.of_type(AWS_PROVIDER)[0].inputs)
        self.cloud.account.enforce(True)
        return self

    def create(self, urn: str, inputs: JsonMap, provider: str = "") -> State:
        """Make one resource, as whoever makes it."""
        return super().create(urn, inputs, ADMINISTRATOR if DELIVERY in urn else provider)


def rights(plan: Plan) -> tuple[list[str], list[str]]:
    """What the plan gives its deploy role: inline policies, and the ARNs of managed ones."""
    inline = [one for one in plan.of_type("aws:iam/rolePolicy:RolePolicy") if _deploys(one)]
    managed = [
        one for one in plan.of_type("aws:iam/rolePolicyAttachment:RolePolicyAttachment") if _deploys(one)
    ]
    return [str(one.inputs["policy"]) for one in inline], [str(one.inputs["policyArn"]) for one in managed]


def _deploys(resource: Resource) -> bool:
    return str(resource.inputs["role"]).endswith(DEPLOY)


def lives(plan: Plan, *edits: Plan, replay: type[Replay] = Replay) -> None:
    """Bring a plan up, through some edits, and down."""
    needed = before(plan)
    with Cloud(needed.account) as cloud:
        needed.make(cloud.account)
        with replay(cloud, plan) as stack:
            found = cloud.inventory(*needed.regions)
            stack.up()
            assert not stack.drift()
            for edit in edits:
                stack.change_to(edit)
                assert not stack.drift()
            if stack.states[stack.urn(CLUSTER)].inputs.get("deletionProtection"):
                stack.update(stack.urn(CLUSTER), deletionProtection=False)
            stack.down()
        assert cloud.inventory(*needed.regions) == found


ZONES: JsonMap = {
    "name": "apps.example.com",
    "hostedZone": None,
    "makeZone": True,
    "parentZone": "Z0123456789PARENT",
    "privateZone": "internal.example.com",
}
AUTO_MODE: JsonMap = {
    "cluster": {"autoMode": {}, "identity": "podIdentity"},
    "nodeGroups": None,
    "addons": {
        "kubePrometheusStack": {"alertmanager": {"allowedCidrs": []}},
        "sealedSecretsKeys": {"enabled": False},
    },
}
EVERY_ADDON: JsonMap = next(one.overrides for one in variants() if one.stack == "staging")


BOUNDARY: JsonMap = {"permissionsBoundary": f"arn:aws:iam::{NUMBER}:policy/boundary"}
EDITS: tuple[JsonMap, ...] = (
    {"network": {"nat": "per-zone"}},
    {"network": {"nat": "per-zone"}, "registry": {"repositories": ["shop/web"]}},
    {"network": {"nat": "single"}, "audit": {"guardDuty": True}},
    {},
)
"""Changes to staging's settings, one after the other."""


def test_staging_under_the_deploy_role(staging: Plan, rehearse_with: RehearseWith) -> None:
    edits = [rehearse_with("staging", **changes) for changes in EDITS]
    lives(staging, *edits, replay=Deployment)


def test_staging_within_a_boundary(rehearse_with: RehearseWith) -> None:
    lives(rehearse_with("staging", aws=BOUNDARY), replay=Deployment)


def test_production(production: Plan) -> None:
    lives(production)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({**EVERY_ADDON, "network": {"ipv6": True}, "domain": ZONES}, id="every addon"),
        pytest.param(AUTO_MODE, id="auto mode"),
    ],
)
def test_variants(changes: JsonMap, rehearse_with: RehearseWith) -> None:
    lives(rehearse_with("staging", **changes))
