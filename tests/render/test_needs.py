"""No chart has an object of a kind that its release is not known to need."""

import pytest

from oneup.api_groups import BUILT_IN_API_GROUPS
from oneup.plan import JsonMap
from oneup.plan.charts import crd_sources_of
from oneup.plan.graph import DependencyGraph
from oneup.plan.query import chart
from oneup.plan.resource_types.kubernetes import RELEASE
from oneup.policy.definitions import crd_sources_of_group
from oneup.rehearsal.constraints import inherent_dependencies
from tests.render.subjects import SUBJECTS, RenderedOf
from tests.support.variants import Variant


def group(thing: JsonMap) -> str:
    return str(thing["apiVersion"]).rpartition("/")[0]


@pytest.mark.parametrize(
    "subject",
    [pytest.param(each, id=str(each), marks=pytest.mark.xdist_group(str(each))) for each in SUBJECTS],
)
def test_a_release_needs_what_defines_the_kinds_of_its_objects(
    subject: Variant, rendered_of: RenderedOf
) -> None:
    rendered = rendered_of(subject)
    graph, needs = DependencyGraph(rendered.plan), inherent_dependencies(rendered.plan)
    unknown: list[str] = []
    for release in rendered.plan.of_type(RELEASE):
        own = {group(thing) for thing in rendered.released(release.name)} - set(BUILT_IN_API_GROUPS)
        for name in sorted(own):
            if chart(release) in crd_sources_of(name):
                continue
            definers = {one.urn for one in crd_sources_of_group(graph, name)}
            if not any(definers.intersection(need.any_of) for need in needs[release.urn]):
                unknown.append(f"{release.name} has objects of {name}")
    assert unknown == []
