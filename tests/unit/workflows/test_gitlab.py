"""The shop's pipeline on GitLab: valid, and equivalent to GitHub's."""

import json
import re
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
import yaml

from tests.unit.workflows.document import FOLDER, Map, mapping, sequence, text

SCHEMA = json.loads((files("check_jsonschema") / "builtin_schemas/vendor/gitlab-ci.json").read_text())
"""GitLab's own, as the package brings it."""


@pytest.fixture(scope="module")
def source(root: Path) -> str:
    return (root / ".gitlab-ci.yml").read_text()


@pytest.fixture(scope="module")
def pipeline(source: str) -> Map:
    return yaml.safe_load(source)


@pytest.fixture(scope="module")
def github() -> str:
    return (FOLDER / "shop.yml").read_text()


def test_it_is_what_gitlab_takes(pipeline: Map) -> None:
    jsonschema.validate(pipeline, SCHEMA)


def test_a_mistake_would_be_found(pipeline: Map) -> None:
    broken = {**pipeline, "staging": {**mapping(pipeline["staging"]), "stagge": "staging"}}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, SCHEMA)


def test_every_job_is_of_a_stage_and_the_stages_come_in_order(pipeline: Map) -> None:
    stages = [text(stage) for stage in sequence(pipeline["stages"])]
    jobs = {key: mapping(job) for key, job in pipeline.items() if "script" in mapping(job)}
    assert [text(job["stage"]) for job in jobs.values()] == stages == ["images", "staging", "production"]


def steps(of: str) -> list[str]:
    """The calls of our scripts, without what each forge names in its own way."""
    joined = re.sub(r"\\?\n\s+", " ", of)
    calls = re.findall(
        r"(?:apps/shop/publish\.sh|tools/release\.py \w+) --?\w+|apps/shop/publish\.sh", joined
    )
    places = re.findall(r"--branch (\w+) --overlay (\S+)", joined)
    return [*calls, *(" ".join(place) for place in places)]


def test_both_forges_take_the_same_steps(source: str, github: str) -> None:
    assert steps(source) == steps(github)
    assert len(steps(source)) == 5


def test_both_scan_and_sign_with_the_same_releases(source: str, github: str) -> None:
    trivy, cosign = re.findall(r"(?:trivy|cosign):(v?[\d.]+) /", source)
    assert f"version: v{trivy}\n" in github
    assert f"cosign-release: {cosign}\n" in github


def test_every_image_is_exact(source: str) -> None:
    images = re.findall(r"(?:image: |name: |take )((?:docker|ghcr)\.io\S+)", source)
    assert len(images) == 6
    assert [image for image in images if not re.search(r":v?\d+\.\d+\.\d+(-\w+)?$", image)] == []


def test_only_the_default_branch_releases_and_one_at_a_time(pipeline: Map) -> None:
    rules = [mapping(rule) for rule in sequence(mapping(pipeline["workflow"])["rules"])]
    assert all("$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH" in text(rule["if"]) for rule in rules)
    for job in ("staging", "production"):
        assert mapping(pipeline[job])["resource_group"] == "shop"
    assert str(mapping(pipeline["default"])["interruptible"]) == "False"


def test_only_the_images_get_an_identity(pipeline: Map) -> None:
    assert [key for key, job in pipeline.items() if "id_tokens" in mapping(job)] == ["images"]
