"""Every rule lets a good plan pass, and stops one that breaks it once."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pytest

from oneup.plan import Json, Plan
from oneup.policy import RULES, Severity, violations

from . import (
    cases_audit,
    cases_aws,
    cases_charts,
    cases_cluster,
    cases_edge,
    cases_gateway,
    cases_identity,
    cases_order,
    cases_registry,
    cases_rights,
    cases_timing,
)
from .plans import Case, broken, plan

CASES = (
    *cases_audit.CASES,
    *cases_aws.CASES,
    *cases_charts.CASES,
    *cases_cluster.CASES,
    *cases_edge.CASES,
    *cases_gateway.CASES,
    *cases_identity.CASES,
    *cases_order.CASES,
    *cases_registry.CASES,
    *cases_rights.CASES,
    *cases_timing.CASES,
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_good_plan_passes_and_a_bad_one_is_told_what_is_wrong_where_and_the_fix(case: Case) -> None:
    assert not broken(case.rule, *case.good)
    (finding,) = broken(case.rule, *case.bad)
    assert case.says in finding.message
    assert finding.urn in {"", *(resource.urn for resource in case.bad)}
    wrong, _, fix = finding.message.partition("; ")
    assert wrong
    assert fix


def test_every_rule_has_a_good_and_a_bad_plan() -> None:
    assert {case.rule for case in CASES} == {rule.id for rule in RULES}


def test_names_are_unique_and_sentences_end() -> None:
    names = [rule.id for rule in RULES]
    assert len(names) == len(set(names))
    assert all(rule.description.endswith(".") for rule in RULES)


def test_findings_hold_what_every_rule_says_and_what_stops_comes_first() -> None:
    case = next(case for case in CASES if case.rule == "helm-exact-version")
    found = violations(plan(*case.bad))
    assert {"helm-exact-version", "helm-repository-url", "helm-atomic"} <= {one.rule for one in found}
    severities = [one.severity for one in found]
    assert severities == sorted(severities, key=list(Severity).index)


def test_an_empty_plan_breaks_no_rule() -> None:
    assert not violations(Plan("test", ()))


SHAPES: tuple[Json, ...] = (
    None,
    True,
    7,
    "text",
    "[unknown]",
    "{",
    [],
    [None, "x", {}],
    {},
    {"a": {"b": []}},
)


def misshapen(value: Json) -> Iterator[Json]:
    """The value with one part of it, at any depth, of another shape."""
    yield from SHAPES
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield {other: kept for other, kept in value.items() if other != key}
            yield from ({**value, key: wrong} for wrong in misshapen(inner))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for place, inner in enumerate(value):
            yield from ([*value[:place], wrong, *value[place + 1 :]] for wrong in misshapen(inner))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_no_rule_stumbles_over_inputs_of_another_shape(case: Case) -> None:
    for place, resource in enumerate(case.bad):
        for inputs in misshapen(resource.inputs):
            if isinstance(inputs, Mapping):
                others = (*case.bad[:place], replace(resource, inputs=inputs), *case.bad[place + 1 :])
                assert all(finding.message for finding in broken(case.rule, *others))


def test_a_control_names_its_standard_and_its_number() -> None:
    named = [control for rule in RULES for control in rule.controls]
    assert named
    form = re.compile(r"(CIS EKS \d+(\.\d+)+|AWS (FSBP|Security Hub) [A-Za-z0-9]+\.\d+)")
    assert [control for control in named if not form.fullmatch(control)] == []
