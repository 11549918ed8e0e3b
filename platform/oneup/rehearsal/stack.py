"""Rehearses one stack from its file to the folder that it leaves behind."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pulumi

from oneup.plan import Plan
from oneup.policy import Finding, Severity, findings
from oneup.rehearsal.durations import durations
from oneup.rehearsal.files import RELEASE, write
from oneup.rehearsal.monitor import RehearsalError
from oneup.rehearsal.report import Report, picture
from oneup.rehearsal.run import compare, rehearse
from oneup.rehearsal.source import ProgramError
from oneup.rehearsal.timeline import Timeline, predict
from oneup.settings.errors import SettingsError
from oneup.settings.stackfile import read_stack_file


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the terminal says of one stack; small, since it crosses from process to process."""

    stack: str
    error: str = ""
    """The message where the rehearsal failed; then the rest is empty."""

    kinds: Mapping[str, int]
    """Resources by package: ``aws``, ``eks``, ``kubernetes``."""

    addons: Sequence[str]
    seconds: float
    critical_path: Sequence[tuple[str, float]]
    """Name of each step that the whole waits for, and its seconds."""

    findings: Sequence[Finding]

    @property
    def failed(self) -> bool:
        """Whether the rehearsal should end with exit status 1."""
        return bool(self.error) or any(item.severity is Severity.MANDATORY for item in self.findings)


@dataclass(frozen=True)
class Request:
    """Which stack to rehearse, of which project."""

    root: Path
    stack: str
    durations: Path | None = None


def rehearse_stack(request: Request) -> Outcome:
    """Run both passes, check the rules and write ``build/<stack>``; errors come back as a message."""
    try:
        return _rehearse(request)
    except (SettingsError, ProgramError, RehearsalError, pulumi.RunError) as error:
        return Outcome(
            stack=request.stack,
            error=str(error),
            kinds={},
            addons=(),
            seconds=0,
            critical_path=(),
            findings=(),
        )


def _rehearse(request: Request) -> Outcome:
    program = request.root / "__main__.py"
    stackfile = read_stack_file(request.root / f"Pulumi.{request.stack}.yaml")
    preview = rehearse(program, stackfile, preview=True).plan
    plan = rehearse(program, stackfile).plan
    compare(preview, plan)
    timeline = predict(plan, durations(request.durations))
    found = findings(plan)
    pages = {
        "report.html": Report(plan, timeline, found).html(),
        "picture.svg": picture(plan, timeline),
    }
    write(plan, request.root / "build" / request.stack, pages)
    return _outcome(plan, timeline, found)


def _outcome(plan: Plan, timeline: Timeline, found: Sequence[Finding]) -> Outcome:
    kinds = Counter(_package(resource.type) for resource in plan.resources)
    return Outcome(
        stack=plan.stack,
        kinds=dict(sorted(kinds.items())),
        addons=[resource.name for resource in plan.of_type(RELEASE)],
        seconds=timeline.seconds,
        critical_path=[(step.resource.name, step.seconds) for step in timeline.critical_path],
        findings=found,
    )


def _package(token: str) -> str:
    return token.partition(":")[0]
