"""``make bench``: what a rehearsal costs, against the SDK alone and against itself."""

from pathlib import Path
from typing import Final

from rich.table import Table

from oneup.cli.console import results
from oneup.project import stack_names
from oneup.rehearsal.outcome import RehearsalRequest
from oneup.rehearsal.side_by_side import rehearse_here
from tests.bench.bare import register
from tests.bench.growth import MANY, Growth, growth
from tests.bench.measure import Cost, least
from tests.bench.together import together

RUNS: Final = 3
OVER_THE_SDK: Final = 1.5
OVER_THE_LONGEST: Final = 1.6
MEGABYTES: Final = 250
LINEAR: Final = 1.25
"""A second half of the registry may cost this much of the first: more is no straight line."""


def main() -> None:
    """Measure every stack alone and side by side, the SDK with as many resources, and a large registry."""
    root = Path.cwd()
    console = results()
    requests = [RehearsalRequest(root, name) for name in stack_names(root)]
    beside = least(RUNS, together, requests)
    alone = {request.stack: least(RUNS, rehearse_here, request) for request in requests}
    bare = {request.stack: least(RUNS, register, request.folder / "plan.json") for request in requests}
    console.print(_stacks(alone, bare))
    longest = max(cost.seconds for cost in alone.values())
    console.print(
        f"all stacks side by side: {beside.seconds / longest:.2f} of the longest one (aim {OVER_THE_LONGEST})"
    )
    console.print(_registry(growth(root)))


def _registry(grown: Growth) -> str:
    return (
        f"a registry of {MANY} repositories: {grown.all.processor:.2f} s and {grown.all.megabytes:.0f} MB,"
        f" none {grown.none.processor:.2f} s and {grown.none.megabytes:.0f} MB;"
        f" the second half costs {grown.ratio:.2f} of the first (aim {LINEAR})"
    )


def _stacks(alone: dict[str, Cost], bare: dict[str, Cost]) -> Table:
    table = Table(box=None, pad_edge=False)
    columns = ("stack", "rehearsal", "SDK alone", f"ratio (aim {OVER_THE_SDK})", f"peak (aim {MEGABYTES} MB)")
    for title in columns:
        table.add_column(title, justify="left" if title == "stack" else "right")
    for stack, cost in alone.items():
        floor = bare[stack]
        ratio = cost.processor / floor.processor
        table.add_row(
            stack,
            f"{cost.processor:.2f} s",
            f"{floor.processor:.2f} s",
            f"{ratio:.2f}",
            f"{cost.megabytes:.0f} MB",
        )
    return table


if __name__ == "__main__":
    main()
