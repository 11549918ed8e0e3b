"""Whole stacks through the providers: made, read, changed and removed, until nothing is left."""

import pytest

from oneup.plan import JsonMap, Plan, Resource
from tests.support.plans import RehearseWith
from tests.support.variants import variants
from tests.up.cloud.before import before
from tests.up.cloud.cloud import Cloud
from tests.up.cloud.driver import Replay

CLUSTER = "aws:eks/cluster:Cluster"
DEPLOY = "delivery-deploy"


def lives(plan: Plan, *, as_deployer: bool = False) -> None:
    """Bring a plan up and down; with IAM enforced, under the policies of its own deploy role."""
    needed = before(plan)
    with Cloud(needed.account) as cloud:
        needed.make(cloud.account)
        if as_deployer:
            policies = [str(one.inputs["policy"]) for one in rights(plan, "aws:iam/rolePolicy:RolePolicy")]
            managed = rights(plan, "aws:iam/rolePolicyAttachment:RolePolicyAttachment")
            arns = [str(one.inputs["policyArn"]) for one in managed]
            cloud.behaviour.credentials = cloud.account.role("ci", policies, arns)
            cloud.account.enforce(True)
        found = cloud.inventory(*needed.regions)
        with Replay(cloud, plan) as stack:
            stack.up()
            assert not stack.drift()
            if stack.states[stack.urn(CLUSTER)].inputs.get("deletionProtection"):
                stack.update(stack.urn(CLUSTER), deletionProtection=False)
            stack.down()
        assert cloud.inventory(*needed.regions) == found


def rights(plan: Plan, token: str) -> list[Resource]:
    """What the plan gives its deploy role."""
    return [one for one in plan.of_type(token) if str(one.inputs["role"]).endswith(DEPLOY)]


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


def test_staging_under_the_deploy_role(staging: Plan) -> None:
    lives(staging, as_deployer=True)


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
