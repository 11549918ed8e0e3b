"""Runs a Pulumi program without a cloud, in this process."""

import asyncio
import runpy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pulumi
from pulumi.runtime.stack import run_in_stack

from oneup.plan import Json, Plan
from oneup.rehearsal import sdk
from oneup.rehearsal.monitor import Recorder
from oneup.rehearsal.order import ordered
from oneup.rehearsal.output_guard import Watch
from oneup.rehearsal.source import Positions, ProgramError
from oneup.settings.stackfile import StackFile


@dataclass(frozen=True)
class Rehearsal:
    """What one run of the program would make, and what it says to its user."""

    plan: Plan
    exports: Mapping[str, Json]
    warnings: Sequence[str] = ()


def rehearse(program: Path, stackfile: StackFile, *, preview: bool = False) -> Rehearsal:
    """Run ``program`` with a stack's configuration, as an update with simulated outputs.

    ``preview``: as the first preview of an empty account, where all that a provider computes is unknown.
    May be called any number of times in a process. Raises ``ProgramError`` where the program fails, and
    ``pulumi.RunError`` as the program raises it: that one is a message for the user already.
    """
    recorder = Recorder(sdk.PROJECT, stackfile.stack, preview=preview)
    engine = sdk.Engine()
    positions = Positions(program)
    watch = Watch(positions)

    async def run() -> None:
        sdk.prepare(stackfile, recorder, engine, preview=preview)
        try:
            await run_in_stack(lambda: _program(program, positions))
        except Exception as error:
            # Noted at once: the traceback does not outlive the error's way to the next that waits for it.
            positions.note_failure(error.__traceback__)
            positions.note_failure(await sdk.registration(error))
            raise

    try:
        with watch.over():
            asyncio.run(run())
        if not preview and (missing := watch.missing(recorder.recorded.values())):
            raise missing
    except pulumi.RunError:
        raise
    except Exception as error:
        # What has no value may well be why the program failed.
        missing = None if preview else watch.missing(recorder.recorded.values())
        raise positions.explain(missing or error) from error
    return Rehearsal(_plan(recorder, stackfile.stack, positions), recorder.exports, tuple(engine.warnings))


def _program(path: Path, positions: Positions) -> None:
    pulumi.runtime.register_stack_transformation(positions.note)
    runpy.run_path(str(path), run_name="__main__")


def _plan(recorder: Recorder, stack: str, positions: Positions) -> Plan:
    """The recorded resources in the order in which the program makes them."""
    located = [
        replace(resource, source=positions.of(resource.type, resource.name))
        for resource in recorder.recorded.values()
    ]
    located.sort(key=lambda resource: (positions.place(resource.type, resource.name), resource.urn))
    return Plan(stack, ordered(located))


def compare(preview: Plan, update: Plan) -> None:
    """Refuse a program that makes other resources once a value is known.

    Such a program shows less in its first preview than it does: raises ``ProgramError``.
    """
    seen = {resource.urn: resource for resource in preview.resources}
    for resource in update.resources:
        if seen.pop(resource.urn, None) is None:
            text = "is not in the first preview: it is made inside `apply`; make it outside"
            raise ProgramError(text, (resource.type, resource.name), resource.source)
    for resource in seen.values():
        text = "is in the first preview only: the program branches on what it cannot know yet"
        raise ProgramError(text, (resource.type, resource.name), resource.source)
