"""The tree of ``apps/``: every file is delivered by some stack, and everything that is named is there."""

import pytest

from tests.gitops.tree import APPS, ROOT, SOURCES, delivered
from tests.stacks import STACKS


@pytest.mark.parametrize("stack", STACKS)
def test_everything_that_is_named_is_there(stack: str) -> None:
    found = delivered(stack)
    assert len(found) > 1
    assert [str(path.relative_to(ROOT)) for path in found if not path.is_file()] == []


def test_every_file_is_delivered_by_some_stack() -> None:
    used = {path for stack in STACKS for path in delivered(stack)}
    files = [path for path in APPS.rglob("*") if path.is_file() and path.suffix != ".md"]
    manifests = [path for path in files if path.relative_to(APPS).parts[0] != SOURCES]
    assert [str(path.relative_to(ROOT)) for path in manifests if path not in used] == []
