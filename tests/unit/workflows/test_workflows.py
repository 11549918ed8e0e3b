"""What must hold of every workflow, and of each."""

import json
import re
import subprocess
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from tests import ROOT
from tests.unit.workflows.document import (
    Action,
    Job,
    Workflow,
    actions,
    mapping,
    sequence,
    text,
    workflows,
)

WORKFLOWS = workflows()
ACTIONS = actions()
JOBS = [job for workflow in WORKFLOWS for job in workflow.jobs]
EACH_JOB = pytest.mark.parametrize("job", JOBS, ids=str)
EACH_WORKFLOW = pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda workflow: workflow.name)
EACH_FILE = pytest.mark.parametrize("file", [*WORKFLOWS, *ACTIONS], ids=lambda file: file.name)
LOCAL = "./.github/"
SAME_REPOSITORY = "github.event.pull_request.head.repo.full_name == github.repository"


def job(workflow: str, key: str) -> Job:
    return next(job for job in JOBS if job.workflow.name == workflow and job.key == key)


@EACH_FILE
def test_every_action_is_pinned_to_a_commit_and_says_its_version(file: Workflow | Action) -> None:
    pinned = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
    used = re.findall(r"\buses: *(.+)$", file.source, re.MULTILINE)
    assert [line for line in used if not line.startswith(LOCAL) and not pinned.fullmatch(line)] == []


def test_an_action_has_one_version_everywhere() -> None:
    steps = [step for each in [*JOBS, *ACTIONS] for step in each.steps]
    used = {text(step["uses"]) for step in steps if "uses" in step}
    pinned = [tuple(action.split("@")) for action in used if not action.startswith(LOCAL)]
    assert len({action for action, _ in pinned}) == len(pinned)


SCHEMA = json.loads((files("check_jsonschema") / "builtin_schemas/vendor/github-actions.json").read_text())


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_an_action_of_ours_is_what_github_takes_and_is_used(action: Action) -> None:
    jsonschema.validate(action.body, SCHEMA)
    assert any(step.get("uses") == f"{LOCAL}actions/{action.name}" for job in JOBS for step in job.steps)


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
    "release.yml: release": {"contents"},
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


@pytest.mark.parametrize("owner", [*JOBS, *ACTIONS], ids=lambda owner: str(getattr(owner, "name", owner)))
def test_no_script_is_written_by_an_expression(owner: Job | Action) -> None:
    assert [step for step in owner.steps if "${{" in text(step.get("run"))] == []


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
    assert {"test-alerts", "test-pods", "test-reach", "cluster-test", "test-aws"} <= set(targets)
    checks = [each for each in JOBS if each.workflow.name == "checks.yml"]
    ran = {text(step.get("run")).split(" ")[-1] for each in checks for step in each.steps}
    # What it breaks off is drawn, and not every draw is resumed: docs/decisions/engine.md.
    assert {*targets, *suites} - {"up-test"} <= ran


def made(job: Job) -> Iterator[tuple[str, list[str]]]:
    """What a job makes, each with the steps before it."""
    before: list[str] = []
    for step in job.steps:
        yield from ((target, before[:]) for target in MADE.findall(text(step.get("run"))))
        before.append(text(step.get("uses")))


MADE = re.compile(r"^make (?:-\S+ )*([a-z-]+)", re.MULTILINE)
BUILDS_ITSELF = {"cluster-test"}
"""Targets whose program builds its tools, so that the Makefile does not say it."""


def builds_tools(target: str, root: Path) -> bool:
    """Whether a target builds tools with Go."""
    asked = ["make", "--dry-run", "--no-print-directory", target]
    recipe = subprocess.run(asked, cwd=root, check=True, capture_output=True, text=True).stdout
    return "tools/build.py" in recipe or target in BUILDS_ITSELF


@EACH_JOB
def test_who_builds_tools_has_go_and_their_cache_from_one_place(job: Job, root: Path) -> None:
    for target, before in made(job):
        if builds_tools(target, root):
            assert f"{LOCAL}actions/tools" in before, target
    cached = [text(mapping(step.get("with"))["path"]) for step in job.uses("actions/cache")]
    assert not [path for path in cached if "oneup/tools" in path]
    installs = [step for step in job.steps if text(step.get("run")).startswith("go install ")]
    assert len(job.uses("actions/setup-go")) == len(installs)


def test_no_two_jobs_overwrite_one_anothers_tools() -> None:
    """Each job builds others of the tools, and a cache that is there is not written again."""
    (tools,) = [action for action in ACTIONS if action.name == "tools"]
    (cache,) = [mapping(step["with"]) for step in tools.steps if "actions/cache" in text(step.get("uses"))]
    assert text(cache["path"]) == "~/.cache/oneup/tools"
    for key in ("key", "restore-keys"):
        own = "tools-${{ github.workflow }}-${{ github.job }}-${{ runner.os }}-"
        assert text(cache[key]).startswith(own)


NEED_CHARTS = {"test", "render", "cluster-test"}
"""The suites that read the charts' data."""


def test_every_suite_has_the_charts_that_it_reads() -> None:
    checked = {
        target: before
        for each in JOBS
        if each.workflow.name == "checks.yml"
        for target, before in made(each)
        if target in NEED_CHARTS
    }
    assert set(checked) == NEED_CHARTS
    for before in checked.values():
        assert before.index(f"{LOCAL}actions/tools") < before.index(f"{LOCAL}actions/charts")


def test_the_charts_are_fetched_to_where_the_tests_look_and_kept_with_the_policies() -> None:
    (charts,) = [action for action in ACTIONS if action.name == "charts"]
    scripts = [text(step.get("run")) for step in charts.steps if "run" in step]
    assert scripts == ['echo "ONEUP_CHARTS=.cache/charts" >> "$GITHUB_ENV"', "make charts"]
    (cache,) = [mapping(step["with"]) for step in charts.steps if "uses" in step]
    assert text(cache["path"]).split() == [".cache/charts", ".cache/iam"]


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


def required(ruleset: str) -> set[str]:
    """The checks that a ruleset requires."""
    document = json.loads((ROOT / ".github" / "rulesets" / f"{ruleset}.json").read_text())
    rules = {rule["type"]: rule.get("parameters", {}) for rule in document["rules"]}
    assert {"deletion", "non_fast_forward", "pull_request", "required_status_checks"} <= set(rules)
    assert document["bypass_actors"] == []
    return {check["context"] for check in rules["required_status_checks"]["required_status_checks"]}


NOT_REQUIRED = {
    "preview of staging": "needs an account, and a fork has none",
    "preview of production": "needs an account, and a fork has none",
    "comment on the pull request": "shows a preview, and judges nothing",
    "up and down on kind": "runs for some paths only: where it does not, it would be waited for without end",
}
"""Checks of a pull request that need not pass, and why."""


def test_every_check_of_a_pull_request_is_required_or_there_is_a_reason() -> None:
    names = {name for job in JOBS if "pull_request" in job.workflow.events for name in job.names()}
    assert required("main") == names - set(NOT_REQUIRED)
    assert set(NOT_REQUIRED) <= names


def test_what_is_promoted_has_passed_all_that_a_push_runs() -> None:
    """A promotion's head has been checked by its push: a workflow's pull request starts no checks."""
    (checks,) = [each for each in WORKFLOWS if each.name == "checks.yml"]
    pushed = sequence(mapping(mapping(checks.body["on"])["push"])["branches"])
    assert {"main", "staging"} <= {text(branch) for branch in pushed}
    assert required("promotion") == {name for job in checks.jobs for name in job.names()}


LANGUAGES = {"python": "*.py", "javascript-typescript": "*.ts*", "actions": ".github/workflows/*"}
"""What CodeQL calls each language that we write, and files of it."""


def test_codeql_reads_every_language_that_we_write(root: Path) -> None:
    for pattern in LANGUAGES.values():
        listing = subprocess.run(["git", "ls-files", pattern], cwd=root, capture_output=True, check=True)
        assert listing.stdout
    assert set(job("security.yml", "code").names()) == {f"code ({language})" for language in LANGUAGES}
    # Below tools/ are commands made of other projects' modules.
    others = ["*.go", "*.java", "*.kt", "*.rb", "*.rs", "*.cs", "*.c", "*.cpp", "*.swift", ":!tools"]
    assert not subprocess.run(["git", "ls-files", *others], cwd=root, capture_output=True, check=True).stdout


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
