"""The shop's workflow on GitHub."""

from tests.unit.workflows.document import Job, mapping, sequence, text, workflows

(SHOP,) = (workflow for workflow in workflows() if workflow.name == "shop.yml")
JOBS = {job.key: job for job in SHOP.jobs}


def scripts(job: Job) -> str:
    return "\n".join(text(step.get("run")) for step in job.steps)


def test_images_then_staging_then_a_pull_request_for_production() -> None:
    assert list(JOBS) == ["images", "staging", "proposal", "production"]
    assert [JOBS[key].body.get("needs") for key in JOBS] == [None, "images", "staging", "proposal"]
    assert "--branch staging --overlay apps/staging/shop" in scripts(JOBS["staging"])
    assert "--branch production --overlay apps/production/shop" in scripts(JOBS["proposal"])
    assert "gh pr create --base production" in scripts(JOBS["production"])


def test_it_goes_out_from_main_only_and_when_the_shop_has_changed() -> None:
    push = mapping(mapping(SHOP.body["on"])["push"])
    assert sequence(push["branches"]) == ["main"]
    assert "apps/shop/**" in sequence(push["paths"])
    assert "github.ref == 'refs/heads/main'" in JOBS["images"].condition


def test_who_pushes_images_may_do_nothing_in_the_repository() -> None:
    assert JOBS["images"].permissions == {"contents": "read", "id-token": "write"}
    assert JOBS["images"].body["environment"] == "${{ matrix.stack }}-images"
    assert not [key for key, job in JOBS.items() if "id-token" in job.permissions and key != "images"]


def test_a_release_is_never_broken_off_between_its_commit_and_its_undoing() -> None:
    assert SHOP.body["concurrency"] == {"group": "shop", "cancel-in-progress": "false"}
    assert int(text(JOBS["staging"].body["timeout-minutes"])) * 60 > 900 + 600


def test_the_pull_request_for_production_says_how_its_checks_start() -> None:
    """GitHub holds them for a pull request that a workflow has opened, until a person starts them."""
    (script,) = [text(step["run"]) for step in JOBS["production"].steps]
    assert "**Approve workflows to run**" in script
    (checks,) = [workflow for workflow in workflows() if workflow.name == "checks.yml"]
    asked = mapping(checks.body["on"])["pull_request"]
    assert asked == "", (
        "a filter of types or branches: opened and reopened must start them, for production too"
    )
