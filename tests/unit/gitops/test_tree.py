"""The tree of ``apps/``: every file is delivered by some stack, and everything that is named is there."""

import pytest

from tests.support.stacks import STACKS, settings
from tests.unit.gitops.tree import APPS, FOLDERS, ROOT, SOURCES, delivered, delivered_by_flux


@pytest.mark.parametrize("stack", STACKS)
def test_a_stacks_root_points_at_the_folder_of_its_name(stack: str) -> None:
    assert settings(stack).gitops.path == f"apps/{stack}"
    assert stack in FOLDERS


@pytest.mark.parametrize("stack", FOLDERS)
def test_everything_that_is_named_is_there(stack: str) -> None:
    found = (*delivered(stack), *delivered_by_flux(stack))
    assert len(found) > 1
    assert [str(path.relative_to(ROOT)) for path in found if not path.is_file()] == []


def test_every_file_is_of_some_stacks_folder() -> None:
    used = {path for stack in FOLDERS for path in (*delivered(stack), *delivered_by_flux(stack))}
    files = [path for path in APPS.rglob("*") if path.is_file() and path.suffix != ".md"]
    manifests = [path for path in files if path.relative_to(APPS).parts[0] != SOURCES]
    assert [str(path.relative_to(ROOT)) for path in manifests if path not in used] == []
