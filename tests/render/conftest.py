"""Fixtures: plans, rendered objects and schemas."""

import os
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import pytest

from charts import CACHE, ROOT, ChartError
from oneup.checks import ChartLibrary
from oneup.plan import JsonMap
from tests.render.conform import Problems, Schemas, problems, write_schemas
from tests.render.rendering import releases
from tests.render.subjects import SUBJECTS, TOOLS, RehearseWith, Rendered, RenderedOf, addons, kubernetes
from tests.support.variants import Variant

pytest_plugins = ["tests.support.plans"]


@pytest.fixture(scope="session")
def rendered_of(rehearse_with: RehearseWith) -> RenderedOf:
    """What a subject's addons render to."""

    @cache
    def rendered_of(subject: Variant) -> Rendered:
        plan = rehearse_with(subject.stack, **subject.overrides)
        return Rendered(plan, {one.name: one for one in releases(plan, kubernetes(subject))})

    return rendered_of


@pytest.fixture(scope="session")
def known() -> ChartLibrary:
    """The charts' kinds: what `make charts` has fetched, or the folder that ``ONEUP_CHARTS`` names."""
    folder = ROOT / os.environ.get("ONEUP_CHARTS", CACHE)
    assert folder.is_dir(), f"{folder} is not there: `make charts` fetches it"
    return ChartLibrary(folder)


@pytest.fixture(scope="session")
def schemas(known: ChartLibrary, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All schemas."""
    versions = sorted({kubernetes(subject) for subject in SUBJECTS})
    return write_schemas(known, versions, tmp_path_factory.mktemp("schemas"))


@pytest.fixture(scope="session")
def problems_of(rendered_of: RenderedOf, schemas: Path) -> Callable[[Variant], Problems]:
    """What is wrong with the objects of each of a subject's addons."""

    @cache
    def problems_of(subject: Variant) -> Problems:
        things: dict[str, Sequence[JsonMap]] = {}
        unrendered: dict[str, Sequence[str]] = {}
        for name in addons(subject):
            try:
                things[name] = rendered_of(subject).objects(name)
            except ChartError as error:
                unrendered[name] = [str(error)]
        found = problems(TOOLS / "kubeconform", things, Schemas(schemas, kubernetes(subject)))
        return {**found, **unrendered}

    return problems_of
