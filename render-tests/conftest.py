"""Fixtures: the plans, what they render to, and the schemas that it is held to."""

import os
from functools import cache
from pathlib import Path

import pytest
from tests.variants import Variant

from charts import CACHE, ROOT
from conform import write_schemas
from oneup.checks import Charts
from rendering import releases
from subjects import SUBJECTS, RehearseWith, Rendered, RenderedOf, kubernetes

pytest_plugins = ["tests.plans"]


@pytest.fixture(scope="session")
def rendered_of(rehearse_with: RehearseWith) -> RenderedOf:
    """What a subject's addons render to."""

    @cache
    def rendered_of(subject: Variant) -> Rendered:
        plan = rehearse_with(subject.stack, **subject.overrides)
        return Rendered(plan, {one.name: one for one in releases(plan, kubernetes(subject))})

    return rendered_of


@pytest.fixture(scope="session")
def known() -> Charts:
    """The charts' kinds: what `make charts` has fetched, or the folder that ``ONEUP_CHARTS`` names."""
    folder = ROOT / os.environ.get("ONEUP_CHARTS", CACHE)
    assert folder.is_dir(), f"{folder} is not there: `make charts` fetches it"
    return Charts(folder)


@pytest.fixture(scope="session")
def schemas(known: Charts, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every schema that an object may be held to."""
    versions = sorted({kubernetes(subject) for subject in SUBJECTS})
    return write_schemas(known, versions, tmp_path_factory.mktemp("schemas"))
