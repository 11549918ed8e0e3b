"""Runs a Pulumi program without a cloud, in this process."""

import asyncio
import runpy
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pulumi
from pulumi.runtime import mocks, set_all_config, settings
from pulumi.runtime.stack import run_in_stack

from oneup.plan import Json, Plan
from oneup.rehearsal.monitor import Recorder, RehearsalError
from oneup.rehearsal.order import ordered
from oneup.rehearsal.source import Positions
from oneup.settings.stackfile import StackFile

PROJECT: Final = "oneup"


@dataclass(frozen=True)
class Rehearsal:
    """What one run of the program would make."""

    plan: Plan
    exports: Mapping[str, Json]


def rehearse(program: Path, stackfile: StackFile, *, preview: bool = False) -> Rehearsal:
    """Run ``program`` with a stack's configuration, as an update with simulated outputs.

    ``preview``: as the first preview of an empty account, where all that a provider computes is unknown.
    May be called any number of times in a process. Raises ``ProgramError`` where the program fails, and
    ``pulumi.RunError`` as the program raises it: that one is a message for the user already.
    """
    recorder = Recorder(PROJECT, stackfile.stack, preview=preview)
    positions = Positions(program.parent)
    try:
        asyncio.run(_run(program, stackfile, recorder, positions))
    except pulumi.RunError:
        raise
    except Exception as error:
        raise positions.explain(error) from error
    plan = Plan(stackfile.stack, ordered(recorder.recorded.values()))
    return Rehearsal(plan, recorder.exports)


def compare(preview: Plan, update: Plan) -> None:
    """Refuse a program that makes other resources once a value is known.

    Such a program shows less in its first preview than it does: raises ``RehearsalError``.
    """
    seen = {resource.urn: resource for resource in preview.resources}
    for resource in update.resources:
        if seen.pop(resource.urn, None) is None:
            raise RehearsalError(
                f"{resource.urn} is not in the first preview: it is made inside `apply`", resource
            )
    for resource in seen.values():
        raise RehearsalError(f"{resource.urn} is in the first preview only: the program branches", resource)


async def _run(program: Path, stackfile: StackFile, recorder: Recorder, positions: Positions) -> None:
    # A failure cancels what waits for it; only the first one is worth telling.
    asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)
    set_all_config(dict(stackfile.config), sorted(stackfile.secret_keys))
    settings.configure(
        mocks.MockSettings(
            monitor=recorder,
            monitor_features=recorder.features(),
            engine=mocks.MockEngine(None),
            project=PROJECT,
            stack=stackfile.stack,
            dry_run=recorder.preview,
            organization="organization",
            callbacks=None,
        )
    )
    settings.ROOT.set(None)
    await run_in_stack(lambda: _program(program, positions))


def _program(path: Path, positions: Positions) -> None:
    pulumi.runtime.register_stack_transformation(positions.note)
    runpy.run_path(str(path), run_name="__main__")
