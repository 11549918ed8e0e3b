"""Turning addons on or off changes nothing of the others but what truly depends on it."""

import json
from collections.abc import Collection, Mapping
from functools import cache

import pytest
from hypothesis import assume, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from oneup.addonkit.addon import Addon
from oneup.addonkit.flow import NetworkFlow, Peer, PodSelector
from oneup.addons import argo_cd, fluent_bit, karpenter
from oneup.installation import select
from oneup.installation.choose import SelectedAddons, SelectionError
from oneup.installation.network_policy import MESH_POLICY, PLATFORM_EGRESS_POLICY, unique_flows
from oneup.plan import Json, Plan, Resource
from oneup.settings.addons import Addons
from oneup.settings.errors import SettingsError
from tests.support.plans import RehearseWith
from tests.support.stacks import STACKS, settings
from tests.support.variants import Variant, variants

FIELDS = sorted(set(Addons.model_fields) - {"prometheus_operator_crds"})
"""All but the one that says whether the stack has monitoring, which every addon is told."""

DEPENDS_ON_WHICH = frozenset(
    {
        # The project's destinations are the namespaces of the enabled addons.
        "kubernetes:argoproj.io/v1alpha1:AppProject platform",
        # The pods ask for what the addons need; the exports list the enabled pages.
        "pulumi:pulumi:Stack",
        # The mesh and Chaos Mesh act where a mark on the applications' namespaces lets them.
        "kubernetes:core/v1:Namespace application",
        "kubernetes:core/v1:Namespace staging",
        "kubernetes:core/v1:Namespace production",
        # The CloudWatch agent ships lines where Fluent Bit does not.
        "aws:eks/addon:Addon amazon-cloudwatch-observability",
    }
)


@cache
def own(stack: str) -> Mapping[str, Addon]:
    """The addons of a stack file by name."""
    return {addon.name: addon for addon in select(settings(stack)).addons}


def flipped(there: Mapping[str, Addon], fields: set[str]) -> dict[str, Json]:
    """Each of the fields on where its addon is not there, and off where it is."""
    return {
        str(Addons.model_fields[name].alias): {"enabled": name.replace("_", "-") not in there}
        for name in fields
    }


POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"

MADE_FOR = {"container-logs": fluent_bit.NAME, "container-figures": fluent_bit.NAME}
"""What the foundation makes for one addon alone."""


def owner(resource: Resource) -> str:
    """The addon that a resource belongs to, or nothing."""
    if resource.name in MADE_FOR:
        return MADE_FOR[resource.name]
    if "oneup:platform:Delivery" in resource.urn.split("::")[2]:
        return argo_cd.NAME
    if "oneup:platform:Karpenter" in resource.urn.split("::")[2]:
        return karpenter.NAME
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


def ways(chosen: SelectedAddons) -> Mapping[str, Collection[NetworkFlow]]:
    """The flows at each workload's ends, and those of the applications, by the name of the policy."""
    found: dict[str, set[NetworkFlow]] = {}
    for flow in unique_flows(chosen.addons):
        for end in (flow.source, flow.destination):
            name = f"{end.namespace.name}/{end.name}" if isinstance(end, PodSelector) else str(end)
            found.setdefault(name, set()).add(flow)
    return found


def reopened(before: SelectedAddons, after: SelectedAddons) -> Collection[str]:
    """The policies of which a way has come or gone: it is open where both of its ends are there."""
    old, new = ways(before), ways(after)
    names = {name for name in {*old, *new} if old.get(name) != new.get(name)}
    general = (
        (f"/{PLATFORM_EGRESS_POLICY}", f"/{MESH_POLICY}") if names & {Peer.APPLICATIONS, Peer.PROXIES} else ()
    )
    return {*(name for name in names if "/" in name), *general}


@effort(max_examples=30)
@given(st.sampled_from(STACKS), st.sets(st.sampled_from(FIELDS), min_size=1, max_size=4))
def test_switches_leave_every_other_addon_as_it_is(stack: str, fields: set[str]) -> None:
    """Each the same value, but for those that say that they regard what is switched."""
    before = own(stack)
    try:
        now = select(settings(stack, addons=flipped(before, fields))).addons
    except (SelectionError, SettingsError):
        assume(False)
        raise
    touched = {name.replace("_", "-") for name in fields}
    for addon in now:
        if addon.name in before and not touched.intersection(addon.reads_settings_of):
            assert addon == before[addon.name], addon.name


# What installs an addon is the same for all, so that one plan of many switches shows what it does with each.
@pytest.mark.parametrize("variant", variants(), ids=str)
def test_switches_leave_everything_else_byte_for_byte_the_same(
    variant: Variant, rehearse_with: RehearseWith
) -> None:
    chosen = variant.chosen()
    now = {addon.name: addon for addon in chosen.addons}
    before = inputs(rehearse_with(variant.stack, **variant.changes))
    after = inputs(rehearse_with(variant.stack, **variant.overrides))
    touched = {name.replace("_", "-") for name in (*variant.on, *variant.off)}
    moved = {name for name, addon in now.items() if touched.intersection(addon.reads_settings_of)}
    compared = [name for name in before.keys() & after.keys() if before[name][0] not in moved]
    assert len(compared) > len(before) / 2
    changed = {name for name in compared if before[name] != after[name]}
    others = reopened(select(settings(variant.stack, **variant.changes)), chosen)
    assert {name for name in changed if not (POLICY in name and name.endswith(tuple(others)))} == set()
    assert len([name for name in compared if POLICY in name and name not in changed]) > 10
