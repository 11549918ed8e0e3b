"""Where the command writes: results to standard output, progress and messages to standard error.

Neither has colour, or is padded or wrapped, where it is not a terminal.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from typing import TextIO, TypeAlias

from rich.console import Console
from rich.markup import escape
from rich.table import Table

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"


def results(file: TextIO | None = None) -> Console:
    """A console without highlighting and emoji codes: ``oneup:a:`` stays as it is."""
    return Console(highlight=False, emoji=False, soft_wrap=True, file=file)


def messages() -> Console:
    """The console of progress, warnings and errors."""
    return Console(highlight=False, emoji=False, soft_wrap=True, stderr=True)


def print_rows(rows: Sequence[tuple[str, str]], console: Console) -> None:
    """Names and values: on a terminal long values are wrapped below themselves, else each is one line."""
    if console.is_terminal:
        table = Table.grid(padding=(0, 2))
        for name, value in rows:
            table.add_row(name, escape(value))
        console.print(table, soft_wrap=False)
        return
    width = max((len(name) for name, _ in rows), default=0)
    for name, value in rows:
        first, *more = value.split("\n")
        lines = [f"{name:{width}}  {first}", *(f"{'':{width}}  {line}" for line in more)]
        console.print(*map(escape, lines), sep="\n")


def print_json(value: Json) -> None:
    """One JSON document on standard output, and nothing else there."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1) + "\n")
