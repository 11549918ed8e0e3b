"""What must hold of every workflow, and of each."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from tests import ROOT
from tests.unit.workflows.document import Job, Workflow, mapping, sequence, text, workflows

WORKFLOWS = workflows()
JOBS = [job for workflow in WORKFLOWS for job in workflow.jobs]
EACH_JOB = pytest.mark.parametrize("job", JOBS, ids=str)
EACH_WORKFLOW = pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda workflow: workflow.name)
LOCAL = "./.github/workflows/"
SAME_REPOSITORY = "github.event.pull_request.head.repo.full_name == github.repository"


def job(workflow: str, key: str) -> Job:
    return next(job for job in JOBS if job.workflow.name == workflow and job.key == key)


@EACH_WORKFLOW
def test_every_action_is_pinned_to_a_commit_and_says_its_version(workflow: Workflow) -> None:
    pinned = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
    used = re.findall(r"\buses: *(.+)$", workflow.source, re.MULTILINE)
    assert [line for line in used if not line.startswith(LOCAL) and not pinned.fullmatch(line)] == []


def test_an_action_has_one_version_everywhere() -> None:
    used = {tuple(text(step.get("uses")).split("@")) for job in JOBS for step in job.steps if "uses" in step}
    assert len({action for action, _ in used}) == len(used)


@EACH_WORKFLOW
def test_nothing_is_permitted_but_by_a_job(workflow: Workflow) -> None:
    assert workflow.body.get("permissions") == {}
    assert [str(job) for job in workflow.jobs if "permissions" not in job.body] == []


WRITES = {
    "preview.yml: preview": {"id-token"},
    "preview.yml: comment": {"pull-requests"},
    "deploy.yml: staging": {"id-token"},
    "deploy.yml: production": {"id-token"},
    "up.yml: up": {"id-token"},
    "promote.yml: promote": {"pull-requests"},
    "security.yml: code": {"security-events"},
    "shop.yml: images": {"id-token"},
    "shop.yml: staging": {"contents"},
    "shop.yml: proposal": {"contents"},
    "shop.yml: production": {"pull-requests"},
}


@EACH_JOB
def test_a_job_writes_only_what_it_is_for(job: Job) -> None:
    written = {scope for scope, access in job.permissions.items() if access == "write"}
    assert written == WRITES.get(str(job), set())
    assert set(job.permissions.values()) <= {"read", "write"}


@EACH_WORKFLOW
def test_no_event_runs_a_forks_code_with_credentials(workflow: Workflow) -> None:
    assert not workflow.events & {"pull_request_target", "workflow_run", "issue_comment"}


@EACH_WORKFLOW
def test_there_is_no_secret_to_leak(workflow: Workflow) -> None:
    """Roles come by OIDC, the state's keys from KMS: no workflow needs a stored secret."""
    assert "secrets." not in workflow.source
    assert "secrets: inherit" not in workflow.source


@EACH_JOB
def test_a_job_with_credentials_runs_for_our_own_branches_only(job: Job) -> None:
    if "pull_request" in job.workflow.events and "id-token" in job.permissions:
        assert SAME_REPOSITORY in job.condition


@EACH_JOB
def test_who_may_write_to_a_pull_request_runs_none_of_its_code(job: Job) -> None:
    if "pull-requests" in job.permissions:
        assert not job.uses("actions/checkout")
        assert "id-token" not in job.permissions


@EACH_JOB
def test_a_checkout_leaves_no_credentials_behind(job: Job) -> None:
    for step in job.uses("actions/checkout"):
        assert mapping(step.get("with")).get("persist-credentials") == "false"
        assert "ref" not in mapping(step.get("with"))


@EACH_JOB
def test_no_script_is_written_by_an_expression(job: Job) -> None:
    assert [step for step in job.steps if "${{" in text(step.get("run"))] == []


@EACH_JOB
def test_every_job_ends_and_queues(job: Job) -> None:
    if "uses" not in job.body:
        assert int(text(job.body.get("timeout-minutes"))) <= 120
        assert job.concurrency


def test_what_needs_no_account_runs_for_forks() -> None:
    for workflow in (each for each in WORKFLOWS if each.name == "checks.yml"):
        assert "pull_request" in workflow.events
        assert [str(job) for job in workflow.jobs if job.condition] == []
        ran = {text(step.get("run")) for job in workflow.jobs for step in job.steps}
        assert {"make test", "make --keep-going check", "make rehearse"} <= ran


def test_every_suite_runs_for_every_change(root: Path) -> None:
    targets = re.findall(r"^((?:[a-z]+-)?test(?:-[a-z]+)?):", (root / "Makefile").read_text(), re.MULTILINE)
    suites = re.findall(r"^suite make (?:--\S+ )*([a-z-]+)", (root / ".ci" / "run").read_text(), re.MULTILINE)
    assert {"test-alerts", "test-pods", "test-reach", "cluster-test"} <= set(targets)
    checks = [each for each in JOBS if each.workflow.name == "checks.yml"]
    ran = {text(step.get("run")).split(" ")[-1] for each in checks for step in each.steps}
    assert {*targets, *suites} <= ran


def test_no_two_jobs_overwrite_one_anothers_tools() -> None:
    """Each job builds others of the tools, and a cache that is there is not written again."""
    keys = [
        text(mapping(step.get("with"))["key"])
        for each in JOBS
        for step in each.uses("actions/cache")
        if "tools" in text(mapping(step.get("with"))["path"])
    ]
    assert len(keys) == len(set(keys)) >= 3


def test_the_suite_runs_on_linux_and_macos_and_on_the_oldest_python() -> None:
    names = " ".join(job("checks.yml", "test").names())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    oldest = project["project"]["requires-python"].removeprefix(">=")
    assert "ubuntu" in names
    assert "macos" in names
    assert f"Python {oldest})" in names


def test_both_stacks_are_previewed_with_a_role_of_their_own() -> None:
    preview = job("preview.yml", "preview")
    assert list(preview.names()) == ["preview of staging", "preview of production"]
    assert preview.body["environment"] == "${{ matrix.stack }}-preview"
    assert mapping(preview.uses("aws-actions/configure-aws-credentials")[0]["with"])["role-to-assume"]
    assert "make preview" in text(preview.steps[3]["run"])


def test_a_preview_that_fails_is_not_taken_for_one_that_passed() -> None:
    (script,) = [text(step["run"]) for step in job("preview.yml", "preview").steps if "run" in step]
    assert "| tee" in script
    assert script.index("set -o pipefail") < script.index("| tee")


def test_production_goes_out_after_staging_and_only_from_main() -> None:
    staging, production = job("deploy.yml", "staging"), job("deploy.yml", "production")
    assert "github.ref == 'refs/heads/main'" in staging.condition
    assert production.body["needs"] == "staging"
    assert not production.condition, "a condition of its own would run it although staging was skipped"
    assert [mapping(each.body["with"])["stack"] for each in (staging, production)] == [
        "staging",
        "production",
    ]


def test_an_up_is_guarded_by_its_environment_and_never_broken_off() -> None:
    up = job("up.yml", "up")
    assert up.body["environment"] == "${{ inputs.stack }}"
    assert up.concurrency == {"group": "stack-${{ inputs.stack }}", "cancel-in-progress": "false"}
    assert [text(step.get("run")).split(" ARGS")[0] for step in up.steps if "run" in step] == [
        "make rehearse",
        "make up",
    ]


def test_promotion_goes_by_pull_request_from_branch_to_branch() -> None:
    promote = job("promote.yml", "promote")
    pushed = mapping(mapping(promote.workflow.body["on"])["push"])["branches"]
    assert pushed == ["main", "staging"]
    script = text(promote.steps[0]["run"])
    assert "gh pr create" in script
    assert "git push" not in script


@pytest.mark.parametrize("ruleset", ["main", "promotion"])
def test_a_ruleset_requires_only_checks_that_exist(ruleset: str, root: Path) -> None:
    document = json.loads((root / ".github" / "rulesets" / f"{ruleset}.json").read_text())
    rules = {rule["type"]: rule.get("parameters", {}) for rule in document["rules"]}
    assert {"deletion", "non_fast_forward", "pull_request", "required_status_checks"} <= set(rules)
    required = {check["context"] for check in rules["required_status_checks"]["required_status_checks"]}
    assert required <= {name for job in JOBS for name in job.names()}
    assert document["bypass_actors"] == []


def test_a_promotion_requires_only_what_a_push_has_run(root: Path) -> None:
    """A pull request opened by a workflow starts no checks; those of its head's push count."""
    document = json.loads((root / ".github" / "rulesets" / "promotion.json").read_text())
    (checks,) = [rule for rule in document["rules"] if rule["type"] == "required_status_checks"]
    required = {check["context"] for check in checks["parameters"]["required_status_checks"]}
    (workflow,) = [each for each in WORKFLOWS if each.name == "checks.yml"]
    pushed = sequence(mapping(mapping(workflow.body["on"])["push"])["branches"])
    assert {"main", "staging"} <= {text(branch) for branch in pushed}
    assert required <= {name for job in workflow.jobs for name in job.names()}


def test_the_cli_in_the_workflows_is_of_the_sdks_version(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text())
    cli = (root / ".pulumi.version").read_text().strip()
    assert f"pulumi=={cli}" in project["project"]["dependencies"]


def test_every_line_of_codeowners_names_something_and_its_owner(root: Path) -> None:
    lines = (root / ".github" / "CODEOWNERS").read_text().splitlines()
    rules = [line.split() for line in lines if line and not line.startswith("#")]
    assert rules[0][0] == "*"
    assert [rule for rule in rules if len(rule) < 2 or not rule[1].startswith("@")] == []
    assert [path for path, *_ in rules[1:] if not (root / path.strip("/")).exists()] == []


def test_the_stack_on_kind_comes_up_changes_nothing_more_and_goes_whatever_happens() -> None:
    kind = job("local.yml", "kind")
    made = [step for step in kind.steps if text(step.get("run")).startswith("make ")]
    assert [text(step["run"]) for step in made] == ["make local", "make local-preview", "make local-down"]
    assert [text(step.get("if")) for step in made] == ["", "", "always()"]
    assert {"push", "pull_request"} <= kind.workflow.events
