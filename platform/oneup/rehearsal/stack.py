"""Rehearses one stack, from stack file to output folder."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

import pulumi

from oneup.plan import Json, Plan
from oneup.policy import Violation, violations
from oneup.rehearsal.durations import durations
from oneup.rehearsal.files import write_results
from oneup.rehearsal.lower_bound import LowerBound, lower_bound
from oneup.rehearsal.outcome import RehearsalRequest, RehearsalResult
from oneup.rehearsal.report import Report, picture
from oneup.rehearsal.report.parts import is_real
from oneup.rehearsal.run import Rehearsal, check_same_resources, rehearse
from oneup.rehearsal.source import ProgramError
from oneup.rehearsal.timeline import Timeline, predict
from oneup.settings.errors import SettingsError
from oneup.settings.stackfile import read_stack_file

ADDON: Final = "oneup:platform:Addon"
"""The component of each addon; not every addon is a Helm release."""


def rehearse_stack(request: RehearsalRequest) -> RehearsalResult:
    """Run both passes, evaluate the rules and write ``build/<stack>``; errors are returned as a message.

    On failure the folder is not changed.
    """
    try:
        return _rehearse(request)
    except (SettingsError, ProgramError, pulumi.RunError) as error:
        return RehearsalResult(stack=request.stack, error=str(error))


def _rehearse(request: RehearsalRequest) -> RehearsalResult:
    program = request.root / "__main__.py"
    stackfile = read_stack_file(request.root / f"Pulumi.{request.stack}.yaml")
    preview = rehearse(program, stackfile, preview=True)
    update = rehearse(program, stackfile)
    check_same_resources(preview.plan, update.plan)
    figures = durations(request.durations)
    timeline, least = predict(update.plan, figures), lower_bound(update.plan, figures)
    found = violations(update.plan)
    pages = {
        "report.html": Report(update.plan, timeline, least, found).html(),
        "picture.svg": picture(update.plan, timeline).encode(),
    }
    write_results(update.plan, request.folder, pages)
    return _outcome(update, timeline, least, found)


def _outcome(
    update: Rehearsal, timeline: Timeline, least: LowerBound, found: Sequence[Violation]
) -> RehearsalResult:
    return RehearsalResult(
        stack=update.plan.stack,
        resource_counts=count_types(update.plan),
        addons=[resource.name for resource in update.plan.of_type(ADDON)],
        seconds=timeline.seconds,
        critical_path=[(step.resource.name, step.seconds) for step in timeline.critical_path],
        lower_bound=least.seconds,
        delays=[str(delay) for delay in least.significant_delays(timeline)],
        capacity=capacity(update.exports.get("capacity")),
        violations=found,
        warnings=update.warnings,
    )


def capacity(exported: Json) -> Sequence[str]:
    """The lines of the stack output ``capacity``, if any."""
    lines = exported if isinstance(exported, Sequence) and not isinstance(exported, str) else ()
    return [str(line) for line in lines]


def count_types(plan: Plan) -> Mapping[str, Mapping[str, int]]:
    """How many resources of each type, by package, the most frequent first; counted as in the report."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for resource in filter(is_real, plan.resources):
        counts[resource.type.partition(":")[0]][resource.type.rpartition(":")[2]] += 1
    return {package: dict(counts[package].most_common()) for package in sorted(counts)}
