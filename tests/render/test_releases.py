"""Every release renders, every object passes its schema, and pods ask for what the addon declares."""

from collections.abc import Callable
from typing import Final

import pytest

from tests.render.conform import Problems
from tests.render.need import footprint
from tests.render.subjects import SUBJECTS, RenderedOf, addons
from tests.support.variants import Variant

ADDONS: Final = [
    pytest.param(subject, name, id=f"{subject}-{name}", marks=pytest.mark.xdist_group(str(subject)))
    for subject in SUBJECTS
    for name in addons(subject)
]


@pytest.mark.parametrize(("subject", "addon"), ADDONS)
def test_an_addon_renders_to_objects_that_kubernetes_takes(
    subject: Variant, addon: str, problems_of: Callable[[Variant], Problems]
) -> None:
    assert problems_of(subject)[addon] == []


@pytest.mark.parametrize(("subject", "addon"), ADDONS)
def test_an_addon_asks_for_what_it_declares(subject: Variant, addon: str, rendered_of: RenderedOf) -> None:
    assert footprint(rendered_of(subject).objects(addon)) == addons(subject)[addon].requests
