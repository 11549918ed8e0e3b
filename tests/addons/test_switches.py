"""Turning addons on or off changes nothing of the others but what truly depends on it."""

import json
from collections.abc import Mapping

from hypothesis import Phase, assume, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from oneup.addons import argo_cd, choose, fluent_bit, karpenter
from oneup.addons.choose import ChoiceError
from oneup.plan import Json, Plan, Resource
from oneup.settings.addons import Addons
from oneup.settings.errors import SettingsError
from oneup.settings.model import Settings
from tests.plans import RehearseWith
from tests.stacks import STACKS, settings

FIELDS = sorted(set(Addons.model_fields) - {"prometheus_operator_crds"})
"""All but the one that says whether the stack has monitoring, which every addon is told."""

DEPENDS_ON_WHICH = frozenset(
    {
        # The project's destinations are the namespaces of the enabled addons.
        "kubernetes:argoproj.io/v1alpha1:AppProject platform",
        # The pods ask for what the addons need; the exports list the enabled pages.
        "pulumi:pulumi:Stack",
        # The CloudWatch agent ships lines where Fluent Bit does not.
        "aws:eks/addon:Addon amazon-cloudwatch-observability",
    }
)


def flipped(stack: Settings, fields: set[str]) -> dict[str, Json]:
    """Each of the fields on where the stack has it off, and off where it has it on."""
    own = {addon.name.replace("-", "_") for addon in choose(stack).addons}
    return {str(Addons.model_fields[name].alias): {"enabled": name not in own} for name in fields}


MADE_FOR = {"container-logs": fluent_bit.NAME}
"""What the foundation makes for one addon alone."""


def owner(resource: Resource) -> str:
    """The addon that a resource belongs to, or nothing."""
    if resource.name in MADE_FOR:
        return MADE_FOR[resource.name]
    if "oneup:platform:Delivery" in resource.urn.split("::")[2]:
        return argo_cd.NAME
    if "oneup:platform:Karpenter" in resource.urn.split("::")[2]:
        return karpenter.NAME
    if resource.name in ("container-logs", "container-figures"):
        return fluent_bit.NAME
    is_addon = "oneup:platform:Addon" in resource.urn.split("::")[2]
    return (resource.parent if resource.custom else resource.urn).rsplit("::", 1)[-1] if is_addon else ""


def inputs(plan: Plan) -> Mapping[str, tuple[str, bytes]]:
    """The owner and the bytes of each resource's inputs, by type and name."""
    return {
        f"{resource.type} {resource.name}": (owner(resource), json.dumps(resource.inputs).encode())
        for resource in plan.resources
        if f"{resource.type} {resource.name}" not in DEPENDS_ON_WHICH
        and resource.type not in DEPENDS_ON_WHICH
    }


# Shrinking would rehearse hundreds of times; what fails is small enough as it is.
@effort(max_examples=6, deadline=None, derandomize=True, phases=[Phase.generate])
@given(stack=st.sampled_from(STACKS), fields=st.sets(st.sampled_from(FIELDS), min_size=1, max_size=4))
def test_switches_leave_everything_else_byte_for_byte_the_same(
    stack: str, fields: set[str], rehearse_with: RehearseWith
) -> None:
    configured = settings(stack)
    changes = flipped(configured, fields)
    try:
        now = {addon.name: addon for addon in choose(settings(stack, addons=changes)).addons}
    except (ChoiceError, SettingsError):
        assume(False)
        raise
    # With monitoring, every addon gets or loses its monitors and alerts: so it is switched in both.
    monitoring = {name: changes[name] for name in changes.keys() & {"prometheusOperatorCrds"}}
    before = inputs(rehearse_with(stack, addons=monitoring))
    after = inputs(rehearse_with(stack, addons=changes))
    touched = {name.replace("_", "-") for name in fields}
    moved = {name for name, addon in now.items() if touched.intersection(addon.regards)}
    for name in before.keys() & after.keys():
        assert before[name][0] in moved or before[name] == after[name], name
    for name in before.keys() - after.keys():
        assert before[name][0] in touched or "Namespace" in name, f"{name} is gone"
    for name in after.keys() - before.keys():
        assert after[name][0] in touched & now.keys() or "Namespace" in name, f"{name} is new"
