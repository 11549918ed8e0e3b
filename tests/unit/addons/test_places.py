"""Every switch, on and off, on every foundation: installed, left out, or refused with a reason."""

import re
from collections.abc import Mapping, Sequence
from functools import cache

import pytest

from oneup.docs.addons import CatalogueEntry, entries, foundations_table, stacks
from oneup.installation import select
from oneup.installation.choose import SelectionError
from oneup.plan import Json
from oneup.policy import Severity, violations
from oneup.settings.addons import Addons
from oneup.settings.addons.enabled import enabled_addons
from oneup.settings.addons.switch import Foundation
from oneup.settings.errors import SettingsError
from oneup.settings.load import load_file
from oneup.settings.model import Settings
from tests.support.plans import RehearseWith
from tests.support.stacks import ROOT, STACKS, settings
from tests.support.variants import variants

HOMES: Mapping[Foundation, str] = {"aws": "staging", "existing": "baremetal"}
FIELDS = sorted(Addons.model_fields)
EACH_PLACE = pytest.mark.parametrize(("foundation", "stack"), sorted(HOMES.items()))
VALID = ROOT / "tests" / "unit" / "fixtures" / "settings" / "valid"


@cache
def catalogue() -> Mapping[str, CatalogueEntry]:
    return {entry.field: entry for entry in entries(stacks())}


def alias(field: str) -> str:
    return str(Addons.model_fields[field].alias or field)


def flipped(fields: Sequence[str], *, on: bool) -> dict[str, Json]:
    return {alias(field): {"enabled": on} for field in fields}


def on_somewhere(foundation: Foundation) -> set[str]:
    """The switches that are on in a plan of the foundation that the tests rehearse."""
    plans = [settings(stack) for stack in STACKS] + [variant.settings for variant in variants()]
    return {field for one in plans if one.foundation == foundation for field in enabled_addons(one)}


@EACH_PLACE
def test_every_switch_that_a_foundation_allows_is_rehearsed_on(foundation: Foundation, stack: str) -> None:
    allowed = {field for field, entry in catalogue().items() if entry.where(foundation) != "no"}
    assert on_somewhere(foundation) == allowed, stack


@EACH_PLACE
def test_every_switch_is_rehearsed_off(
    foundation: Foundation, stack: str, rehearse_with: RehearseWith
) -> None:
    plan = rehearse_with(stack, addons=flipped(FIELDS, on=False))
    assert not plan.of_type("kubernetes:helm.sh/v3:Release"), foundation
    assert not [resource for resource in plan.resources if resource.type == "oneup:platform:Addon"]
    assert not [found for found in violations(plan) if found.severity is Severity.MANDATORY]


def refusal(stack: str, field: str, *, on: bool) -> Sequence[str]:
    """Why the stack cannot have the one switch so; nothing where it can."""
    try:
        select(settings(stack, addons=flipped([field], on=on)))
    except SelectionError as error:
        return error.problems
    except SettingsError as error:
        return (str(error),)
    return ()


@pytest.mark.parametrize("field", FIELDS)
def test_a_foundation_that_cannot_carry_a_switch_says_which_can_and_why(field: str) -> None:
    entry = catalogue()[field]
    for foundation, stack in HOMES.items():
        if entry.where(foundation) == "no":
            said = " ".join(refusal(stack, field, on=True))
            assert f"addons.{alias(field)}.enabled" in said
            assert (
                f"true is only supported with foundation: {' or '.join(entry.knobs.supported_foundations)} ("
                in said
            )
            assert entry.knobs.unsupported_reason
            assert entry.knobs.unsupported_reason in said


@EACH_PLACE
def test_a_switch_alone_is_taken_or_both_sides_are_named(foundation: Foundation, stack: str) -> None:
    """Flipped in a stack: on what it needs or cannot be beside, off what needs it."""
    names = {entry.single.name for entry in catalogue().values()}
    before = set(enabled_addons(settings(stack)))
    refused = 0
    for field, entry in catalogue().items():
        if entry.where(foundation) == "no":
            continue
        for problem in refusal(stack, field, on=field not in before):
            about = re.findall(r"(\S+) (?:requires|conflicts with) ([\w-]+)", problem)
            named = {name for pair in about for name in pair}
            # What is no matter between two addons names the key, or the figures of the nodes.
            assert named <= names
            assert entry.single.name in named or alias(field) in problem or "nodes" in problem, problem
            refused += bool(named)
    assert refused


@pytest.mark.parametrize("field", FIELDS)
def test_two_that_are_never_together_are_both_named(field: str) -> None:
    entry = catalogue()[field]
    for rival in entry.single.conflicts:
        place = next(stack for kind, stack in HOMES.items() if entry.where(kind) != "no")
        both = flipped([field, rival.replace("-", "_")], on=True)
        with pytest.raises(SelectionError, match=rf"{entry.single.name} conflicts with {rival}"):
            select(settings(place, addons=both))


def unsaid(foundation: Foundation) -> Settings:
    """A stack whose file says of no addon anything."""
    if foundation == "existing":
        return load_file(VALID / "existing-smallest.yaml")
    found = settings("staging")
    return found.model_copy(update={"addons": Addons()})


@pytest.mark.parametrize("foundation", ["aws", "existing"])
def test_the_table_says_on_where_a_stack_file_need_not_say_anything(foundation: Foundation) -> None:
    default = {field for field, entry in catalogue().items() if entry.where(foundation) == "on"}
    assert set(enabled_addons(unsaid(foundation))) == default


def test_the_table_says_no_where_eks_auto_mode_does_the_work() -> None:
    every = tuple(catalogue().values())
    cells = dict(zip(catalogue(), (row.split(" | ") for row in foundations_table(every)), strict=True))
    auto = load_file(VALID / "auto-mode.yaml").model_copy(update={"addons": Addons()})
    for field, row in cells.items():
        assert row[2] == ("on" if field in enabled_addons(auto) else row[2])
        assert (row[2] == "no") == (row[1] == "no" or not catalogue()[field].knobs.supported_in_auto_mode), (
            field
        )


def test_a_conflict_stands_on_both_of_its_sides() -> None:
    rows = {
        row.split(" | ")[0].strip("|` "): row.split(" | ")
        for row in foundations_table(tuple(catalogue().values()))
    }
    assert "`cluster-autoscaler`" in rows["karpenter"][4]
    assert "`karpenter`" in rows["cluster-autoscaler"][4]
