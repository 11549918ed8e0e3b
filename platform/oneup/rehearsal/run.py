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
from oneup.rehearsal.output_guard import OutputGuard
from oneup.rehearsal.source import ProgramError, SourceLocations
from oneup.settings.stackfile import StackFile


@dataclass(frozen=True)
class Rehearsal:
    """The result of one run of the program: plan, outputs, warnings."""

    plan: Plan
    exports: Mapping[str, Json]
    warnings: Sequence[str] = ()


def rehearse(program: Path, stackfile: StackFile, *, preview: bool = False) -> Rehearsal:
    """Run ``program`` with a stack's configuration and simulated outputs.

    ``preview``: as a first preview, in which all provider-computed outputs are unknown.
    May be called any number of times in a process. Raises ``ProgramError`` where the program fails, and
    ``pulumi.RunError`` as the program raises it: that one is a message for the user already.
    """
    recorder = Recorder(sdk.PROJECT, stackfile.stack, preview=preview)
    engine = sdk.Engine()
    positions = SourceLocations(program)
    watch = OutputGuard(positions)

    async def run() -> None:
        sdk.prepare(stackfile, recorder, engine, preview=preview)
        try:
            await run_in_stack(lambda: _program(program, positions))
        except Exception as error:
            # Recorded immediately: the traceback is lost when the error is passed on.
            positions.note_failure(error.__traceback__)
            positions.note_failure(await sdk.registration(error))
            raise

    try:
        with watch.active():
            asyncio.run(run())
        if not preview and (missing := watch.unsimulated_read(recorder.recorded.values())):
            raise missing
    except pulumi.RunError:
        raise
    except Exception as error:
        # An unsimulated output may be the cause of the failure.
        missing = None if preview else watch.unsimulated_read(recorder.recorded.values())
        raise positions.explain(missing or error) from error
    return Rehearsal(_plan(recorder, stackfile.stack, positions), recorder.exports, tuple(engine.warnings))


def _program(path: Path, positions: SourceLocations) -> None:
    pulumi.runtime.register_stack_transformation(positions.note)
    runpy.run_path(str(path), run_name="__main__")


def _plan(recorder: Recorder, stack: str, positions: SourceLocations) -> Plan:
    """The recorded resources in program order."""
    located = [
        replace(resource, source_location=positions.location(resource.type, resource.name))
        for resource in recorder.recorded.values()
    ]
    located.sort(key=lambda resource: (positions.position(resource.type, resource.name), resource.urn))
    return Plan(stack, ordered(located))


def check_same_resources(preview: Plan, update: Plan) -> None:
    """Reject a program whose resources depend on provider-computed values.

    Its first preview would be incomplete: raises ``ProgramError``.
    """
    seen = {resource.urn: resource for resource in preview.resources}
    for resource in update.resources:
        if seen.pop(resource.urn, None) is None:
            text = "is not in the first preview: it is created inside `apply`; create it outside"
            raise ProgramError(text, (resource.type, resource.name), resource.source_location)
    for resource in seen.values():
        text = "is in the first preview only: the program branches on an unknown value"
        raise ProgramError(text, (resource.type, resource.name), resource.source_location)
