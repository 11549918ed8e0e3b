"""All pods of all stacks meet ``standards.py``, except those in ``excuses.py``.

And those that are made of templates are such as their namespaces admit.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Final

import pytest

from tests.render.excuses import EXCUSES, UNRESTRICTED
from tests.render.rendering import is_object
from tests.render.security import RESTRICTED, violations
from tests.render.standards import STANDARDS, Standard, Surroundings, surroundings
from tests.render.subjects import SUBJECTS, TOOLS, RenderedOf, addons
from tests.render.workloads import OPERATED, Workload, workloads
from tests.support.variants import Variant

Placed = Mapping[tuple[str, str], Workload]
"""Workloads by addon and ``Kind namespace/name``."""


@pytest.fixture(scope="session")
def placed_of(rendered_of: RenderedOf) -> Callable[[Variant], tuple[Placed, Surroundings]]:
    """A subject's workloads, and what is around them."""

    @cache
    def placed_of(subject: Variant) -> tuple[Placed, Surroundings]:
        rendered = rendered_of(subject)
        found: dict[tuple[str, str], Workload] = {}
        things = [("default", each.inputs) for each in rendered.plan.resources if is_object(each)]
        for name, addon in addons(subject).items():
            home = addon.namespace.name
            things += [(home, each) for each in rendered.released(name)]
            for workload in workloads(rendered.objects(name), home):
                found[name, str(workload)] = workload
        declared = [pods for addon in addons(subject).values() for pods in addon.pod_selectors]
        return found, surroundings(things, declared, available=subject.settings.replicas > 1)

    return placed_of


EACH: Final = pytest.mark.parametrize(
    "subject",
    [pytest.param(each, id=str(each), marks=pytest.mark.xdist_group(str(each))) for each in SUBJECTS],
)


@pytest.mark.parametrize("standard", STANDARDS, ids=lambda each: str(getattr(each, "__name__", "")))
@EACH
def test_every_pod_is_as_it_must_be_or_has_an_excuse(
    subject: Variant, standard: Standard, placed_of: Callable[[Variant], tuple[Placed, Surroundings]]
) -> None:
    found, around = placed_of(subject)
    excused = EXCUSES.get(standard, {})
    problems: dict[tuple[str, str], Sequence[str]] = {}
    for key, workload in found.items():
        if said := list(standard(workload, around)):
            problems[key] = said
    assert {key: said for key, said in problems.items() if key not in excused} == {}
    if around.available:
        assert sorted(excused.keys() & found.keys() - problems.keys()) == [], "these need no excuse"


@EACH
def test_every_pod_is_such_as_its_namespace_admits(
    subject: Variant, placed_of: Callable[[Variant], tuple[Placed, Surroundings]]
) -> None:
    found = {key: each for key, each in placed_of(subject)[0].items() if each.kind not in OPERATED}
    refused = violations(TOOLS / "kyverno", list(found.values()))
    levels = {space.name: space.pod_security for space in subject.chosen().namespaces}
    unrestricted: set[tuple[str, str]] = set()
    for number, (key, workload) in enumerate(found.items()):
        level = levels[workload.namespace]
        assert level == "privileged" or number not in refused[level], (key, refused[level][number])
        if number in refused[RESTRICTED]:
            unrestricted.add(key)
    assert unrestricted == UNRESTRICTED.keys() & found.keys()
