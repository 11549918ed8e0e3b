"""Runs a Pulumi program without a cloud, in this process."""

import asyncio
import runpy
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pulumi.runtime import mocks, set_all_config, settings
from pulumi.runtime.stack import run_in_stack

from oneup.plan import Json, Plan
from oneup.rehearsal.monitor import Recorder
from oneup.rehearsal.order import ordered
from oneup.settings.stackfile import StackFile

PROJECT = "oneup"


@dataclass(frozen=True)
class Rehearsal:
    """What one run of the program would make."""

    plan: Plan
    exports: Mapping[str, Json]


def rehearse(program: Path, stackfile: StackFile, *, preview: bool = False) -> Rehearsal:
    """Run ``program`` with a stack's configuration, as an update with simulated outputs.

    ``preview``: as the first preview of an empty account, where all that a provider computes is unknown.
    May be called any number of times in a process. Raises what the program raises.
    """
    recorder = Recorder(PROJECT, stackfile.stack, preview=preview)
    asyncio.run(_run(program, stackfile, recorder))
    plan = Plan(stackfile.stack, ordered(recorder.recorded.values()))
    return Rehearsal(plan, recorder.exports)


async def _run(program: Path, stackfile: StackFile, recorder: Recorder) -> None:
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
    await run_in_stack(lambda: _program(program))


def _program(path: Path) -> None:
    runpy.run_path(str(path), run_name="__main__")
