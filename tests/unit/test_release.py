"""A release: one version, what the changelog says of it, and the workflow that makes it. And what people file."""

import json
import os
import re
import subprocess
import tomllib
from collections.abc import Sequence
from datetime import date
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
import yaml
from packaging.version import Version

from tests.unit.workflows.document import text, workflows

SECTIONS = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]
"""Those of Keep a Changelog."""

Release = tuple[Version, date]


def version(root: Path) -> str:
    """The version that is being made, or was made last."""
    return tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"]


def headings(root: Path) -> list[str]:
    return re.findall(r"^## (.+)$", (root / "CHANGELOG.md").read_text(), re.MULTILINE)


def releases(root: Path) -> list[Release]:
    """The releases of the changelog, in its order."""
    found = [re.fullmatch(r"\[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)", line) for line in headings(root)[1:]]
    assert all(found)
    return [(Version(match[1]), date.fromisoformat(match[2])) for match in found if match]


def test_the_changelog_begins_with_what_is_unreleased_and_ends_with_the_first_version(root: Path) -> None:
    assert headings(root)[0] == "[Unreleased]"
    assert releases(root) == sorted(releases(root), reverse=True)
    assert len({number for number, _ in releases(root)}) == len(releases(root))
    assert str(releases(root)[-1][0]) == "0.1.0"


def test_the_newest_release_is_the_version_everywhere(root: Path) -> None:
    pack = yaml.safe_load((root / "policy-pack" / "PulumiPolicy.yaml").read_text())
    assert str(releases(root)[0][0]) == version(root) == pack["version"]


def test_every_section_of_the_changelog_is_one_of_the_usual_and_says_something(root: Path) -> None:
    parts = re.split(r"^### (.+)$", (root / "CHANGELOG.md").read_text(), flags=re.MULTILINE)[1:]
    for name, body in zip(parts[::2], parts[1::2], strict=True):
        assert name in SECTIONS
        assert re.search(r"^- \S", body.split("\n## ")[0], re.MULTILINE), name


GH = """#!/bin/sh
[ "$1 $2" = "release view" ] && exit "$MISSING"
printf '%s\\n' "$@" > asked
"""


def release(folder: Path, changelog: str, *, there: bool) -> subprocess.CompletedProcess[str]:
    """Run the workflow's script in a folder with a version 1.2.3, with a gh that writes down what it is asked."""
    (workflow,) = [each for each in workflows() if each.name == "release.yml"]
    (script,) = [text(step["run"]) for job in workflow.jobs for step in job.steps if "run" in step]
    (folder / "gh").write_text(GH)
    (folder / "gh").chmod(0o755)
    (folder / "pyproject.toml").write_text('[project]\nname = "oneup"\nversion = "1.2.3"\n')
    (folder / "CHANGELOG.md").write_text(changelog)
    environment = {
        "PATH": f"{folder}:{os.environ['PATH']}",
        "GITHUB_SHA": "abc",
        "MISSING": "0" if there else "1",
    }
    command = ["bash", "-e", "-c", script]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


WRITTEN = """# Changelog
## [Unreleased]
- later
## [1.2.3] - 2026-01-02
### Added
- this
## [1.2.2] - 2026-01-01
- before
"""


def asked(folder: Path) -> Sequence[str]:
    file = folder / "asked"
    return file.read_text().splitlines() if file.exists() else ()


def test_a_new_version_is_released_with_its_section(tmp_path: Path) -> None:
    assert release(tmp_path, WRITTEN, there=False).returncode == 0
    assert asked(tmp_path)[:5] == ["release", "create", "v1.2.3", "--target", "abc"]
    assert asked(tmp_path)[-2:] == ["--notes-file", "notes.md"]
    assert (tmp_path / "notes.md").read_text() == "### Added\n- this\n"


def test_a_version_that_is_released_stays_as_it_is(tmp_path: Path) -> None:
    assert release(tmp_path, WRITTEN, there=True).returncode == 0
    assert not asked(tmp_path)


def test_a_version_that_the_changelog_does_not_mention_is_not_released(tmp_path: Path) -> None:
    done = release(tmp_path, WRITTEN.replace("1.2.3", "1.2.30"), there=False)
    assert done.returncode == 1
    assert "CHANGELOG.md says nothing of 1.2.3" in done.stdout
    assert not asked(tmp_path)


def test_a_release_is_made_where_the_version_changes_on_main() -> None:
    (workflow,) = [each for each in workflows() if each.name == "release.yml"]
    assert workflow.body["on"] == {"push": {"branches": ["main"], "paths": ["pyproject.toml"]}}


FORMS = {"bug.yml": "issue-forms", "change.yml": "issue-forms", "config.yml": "issue-config"}


@pytest.mark.parametrize("form", FORMS)
def test_an_issue_form_is_what_github_takes(form: str, root: Path) -> None:
    folder = root / ".github" / "ISSUE_TEMPLATE"
    assert {path.name for path in folder.iterdir()} == set(FORMS)
    schema = files("check_jsonschema") / f"builtin_schemas/vendor/github-{FORMS[form]}.json"
    jsonschema.validate(yaml.safe_load((folder / form).read_text()), json.loads(schema.read_text()))


def test_a_vulnerability_is_reported_in_private_and_not_as_an_issue(root: Path) -> None:
    assert "**Report a vulnerability**" in (root / "SECURITY.md").read_text()
    assert "SECURITY.md" in (root / ".github" / "ISSUE_TEMPLATE" / "bug.yml").read_text()
    assert "(SECURITY.md)" in (root / "README.md").read_text()
    assert yaml.safe_load((root / ".github" / "ISSUE_TEMPLATE" / "config.yml").read_text()) == {
        "blank_issues_enabled": False
    }


def test_a_pull_request_is_asked_for_its_entry_in_the_changelog(root: Path) -> None:
    asked = (root / ".github" / "pull_request_template.md").read_text()
    assert all(word in asked for word in ("`CHANGELOG.md`", "Unreleased", "`make test`", "NOT RUN"))
