"""Whatever is given, the answer is settings or a list of problems."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import cast

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from oneup.settings import AwsSettings, Problem, SettingsError, parse, warnings
from oneup.settings.addons.switch import AwsAddon
from oneup.settings.parse import Source
from oneup.settings.shape import Json
from tests.support.stacks import settings

AWS: dict[str, Json] = json.loads(settings("production").model_dump_json(by_alias=True, exclude_unset=True))
EXISTING: dict[str, Json] = json.loads(
    settings("baremetal").model_dump_json(by_alias=True, exclude_unset=True)
)

SCALARS = st.none() | st.booleans() | st.integers(-2, 70) | st.text("a1./:-_ 0", max_size=12)
ANYTHING = st.recursive(
    SCALARS | st.sampled_from(["[secret]", "10.0.0.0/8", "0.0.0.0/0", "eu-west-1a", "1.28", "SPOT"]),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text("ab/.", max_size=3), inner, max_size=2)
    ),
    max_leaves=3,
)


def places(value: Json, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if path:
        yield path
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for index, inner in enumerate(value):
            yield from places(inner, (*path, index))


def replaced(value: Json, path: tuple[str | int, ...], new: Json) -> Json:
    if not path:
        return new
    step, *rest = path
    if isinstance(value, Mapping):
        return {
            key: replaced(inner, tuple(rest), new) if key == step else inner for key, inner in value.items()
        }
    items = cast("Sequence[Json]", value)
    return [
        replaced(inner, tuple(rest), new) if index == step else inner for index, inner in enumerate(items)
    ]


def told(raw: Mapping[str, Json]) -> tuple[Problem, ...]:
    """The reported problems; any other exception fails the test."""
    try:
        return warnings(parse("try", raw))
    except SettingsError as error:
        return error.problems


@given(st.data(), st.sampled_from([AWS, EXISTING]))
def test_anything_anywhere_is_taken_or_told(data: st.DataObject, base: dict[str, Json]) -> None:
    raw: Json = base
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(list(places(raw))))
        raw = replaced(raw, path, data.draw(ANYTHING))
    for problem in told(cast("Mapping[str, Json]", raw)):
        assert problem.key
        assert problem.text
        assert "Input should" not in problem.text


@given(st.data(), st.sampled_from([AWS, EXISTING]))
def test_what_is_encrypted_is_never_shown(data: st.DataObject, base: dict[str, Json]) -> None:
    path = data.draw(st.sampled_from([path for path in places(base) if path != ("foundation",)]))
    raw = cast(
        "Mapping[str, Json]", replaced(base, path, data.draw(st.sampled_from(["hunter2", ["hunter2"]])))
    )
    try:
        parse("try", raw, Source(frozenset(raw)))
    except SettingsError as error:
        assert "hunter2" not in str(error)
    else:
        event("taken")


def test_a_missing_section_hides_no_other_mistake() -> None:
    raw = {key: value for key, value in AWS.items() if key != "network"}
    groups = cast("list[dict[str, Json]]", raw["nodeGroups"])
    problems = told({**raw, "nodeGroups": [{**groups[0], "minSize": 20}, groups[1]]})
    assert [problem.key for problem in problems] == ["network", "nodeGroups[0].minSize"]


def test_one_broken_group_hides_no_mistake_in_another() -> None:
    groups = cast("list[dict[str, Json]]", AWS["nodeGroups"])
    problems = told({**AWS, "nodeGroups": [{**groups[0], "minSize": "x"}, {**groups[1], "minSize": 20}]})
    assert [problem.key for problem in problems] == ["nodeGroups[0].minSize", "nodeGroups[1].minSize"]


def test_settings_know_their_stack() -> None:
    assert parse("blue", AWS).stack == "blue"
    assert parse("blue", AWS).model_copy(update={"availability": "single"}).stack == "blue"
    assert parse("blue", AWS) != parse("green", AWS)


@pytest.mark.parametrize(
    ("version", "policy", "day", "key"),
    [
        ("1.35", "STANDARD", date(2027, 3, 27), None),
        ("1.35", "STANDARD", date(2027, 3, 28), "cluster.version"),
        ("1.35", "EXTENDED", date(2028, 3, 27), None),
        ("1.35", "EXTENDED", date(2028, 3, 28), "cluster.version"),
        ("1.36", "STANDARD", date(2030, 1, 1), None),
        ("1.28", "EXTENDED", date(2025, 11, 27), "cluster.version"),
        ("1.28", "EXTENDED", date(2025, 11, 26), None),
    ],
)
def test_support_ends_on_its_day(version: str, policy: str, day: date, key: str | None) -> None:
    cluster = {**cast("dict[str, Json]", AWS["cluster"]), "version": version, "supportPolicy": policy}
    try:
        parsed = parse("try", {**AWS, "cluster": cluster}, today=day)
        found = None
        assert isinstance(parsed, AwsSettings)
        assert parsed.cluster.version == version
    except SettingsError as error:
        (problem,) = error.problems
        found = problem.key
    assert found == key


def test_the_end_of_support_is_told_sixty_days_before() -> None:
    parsed = parse("try", AWS, today=date(2026, 11, 21))
    before, after = warnings(parsed, date(2027, 1, 25)), warnings(parsed, date(2027, 1, 26))
    assert not [warning for warning in before if warning.key == "cluster.version"]
    (told,) = [warning for warning in after if warning.key == "cluster.version"]
    assert "2027-03-27, in 60 days" in told.text


@pytest.mark.parametrize("stack", ["Blue", "blue_1", "blue.1", "-blue", "b" * 51])
def test_a_stack_whose_name_no_cluster_can_have_is_refused(stack: str) -> None:
    with pytest.raises(
        SettingsError,
        match=rf"the stack's name\): {re.escape(stack)[:40]}.* cannot be in a cluster's name; use lower-case",
    ):
        parse(stack, AWS)


def test_an_addon_that_its_users_are_warned_of_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AwsAddon, "deprecation", "is retired; Kong succeeds it")
    on, off = parse("try", AWS), parse("try", EXISTING)
    assert "addons.awsLoadBalancerController: is retired; Kong succeeds it" in map(str, warnings(on))
    assert not [warning for warning in warnings(off) if warning.key.startswith("addons")]
