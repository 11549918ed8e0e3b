"""Rehearses one stack from its file to the folder that it leaves behind."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pulumi

from oneup.plan import Json, Plan
from oneup.policy import Finding, Severity, findings
from oneup.rehearsal.durations import Durations, durations
from oneup.rehearsal.files import RELEASE, write
from oneup.rehearsal.report import Report, picture
from oneup.rehearsal.run import Rehearsal, compare, rehearse
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

    kinds: Mapping[str, Mapping[str, int]] = field(default_factory=dict[str, Mapping[str, int]])
    """How many resources of each kind, by package: ``{"aws": {"Vpc": 1, "Subnet": 9}}``."""

    addons: Sequence[str] = ()
    seconds: float = 0
    critical_path: Sequence[tuple[str, float]] = ()
    """Name of each step that the whole waits for, and its seconds."""

    capacity: Sequence[str] = ()
    """What the addons ask for and what the first nodes offer, as the program exports it."""

    findings: Sequence[Finding] = ()
    warnings: Sequence[str] = ()
    """What the program itself warns of."""

    @property
    def failed(self) -> bool:
        """Whether the rehearsal should end with exit status 1."""
        return bool(self.error) or any(item.severity is Severity.MANDATORY for item in self.findings)


@dataclass(frozen=True)
class Request:
    """Which stack to rehearse, of which project."""

    root: Path
    stack: str
    durations: Durations = field(default_factory=durations)

    @property
    def folder(self) -> Path:
        """What the rehearsal leaves behind."""
        return self.root / "build" / self.stack


def rehearse_stack(request: Request) -> Outcome:
    """Run both passes, check the rules and write ``build/<stack>``; errors come back as a message.

    Where it fails, the folder stays as it was.
    """
    try:
        return _rehearse(request)
    except (SettingsError, ProgramError, pulumi.RunError) as error:
        return Outcome(stack=request.stack, error=str(error))


def _rehearse(request: Request) -> Outcome:
    program = request.root / "__main__.py"
    stackfile = read_stack_file(request.root / f"Pulumi.{request.stack}.yaml")
    preview = rehearse(program, stackfile, preview=True)
    update = rehearse(program, stackfile)
    compare(preview.plan, update.plan)
    timeline = predict(update.plan, request.durations)
    found = findings(update.plan)
    pages = {
        "report.html": Report(update.plan, timeline, found).html(),
        "picture.svg": picture(update.plan, timeline),
    }
    write(update.plan, request.folder, pages)
    return _outcome(update, timeline, found)


def _outcome(update: Rehearsal, timeline: Timeline, found: Sequence[Finding]) -> Outcome:
    return Outcome(
        stack=update.plan.stack,
        kinds=kinds(update.plan),
        addons=[resource.name for resource in update.plan.of_type(RELEASE)],
        seconds=timeline.seconds,
        critical_path=[(step.resource.name, step.seconds) for step in timeline.critical_path],
        capacity=capacity(update.exports.get("capacity")),
        findings=found,
        warnings=update.warnings,
    )


def capacity(exported: Json) -> Sequence[str]:
    """The lines of the export ``capacity``; none where the program does not export it."""
    lines = exported if isinstance(exported, Sequence) and not isinstance(exported, str) else ()
    return [str(line) for line in lines]


def kinds(plan: Plan) -> Mapping[str, Mapping[str, int]]:
    """How many resources of each kind, by package, the most frequent first."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for resource in plan.resources:
        counts[resource.type.partition(":")[0]][resource.type.rpartition(":")[2]] += 1
    return {package: dict(counts[package].most_common()) for package in sorted(counts)}
