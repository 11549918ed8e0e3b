"""The stack that a subcommand is for, as the command line names it."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from oneup.project import PROJECT_FILE, find_project, stack_names


def project() -> Path:
    """The project's folder; without one, an error of usage."""
    found = find_project(Path.cwd())
    if found is None:
        raise typer.BadParameter(
            f"there is no {PROJECT_FILE} here or above: go to the project's folder first"
        )
    return found


def complete(incomplete: str) -> list[str]:
    """The stacks that begin so, for the shell."""
    found = find_project(Path.cwd())
    return [name for name in stack_names(found) if name.startswith(incomplete)] if found else []


def known(stack: str) -> str:
    """The stack, if it has a stack file; else an error of usage that names the stacks."""
    check([stack])
    return stack


def known_or_all(stacks: list[str] | None) -> list[str]:
    """The given stacks; all where none is given."""
    check(stacks or [])
    return stacks or stack_names(project())


def check(stacks: list[str]) -> None:
    """Refuse a stack without a stack file, and an empty name, which ``make up`` without STACK gives."""
    names = stack_names(project())
    for stack in stacks:
        if stack not in names:
            fault = f"there is no Pulumi.{stack}.yaml" if stack else "no stack is given"
            raise typer.BadParameter(f"{fault}; the stacks are {', '.join(names) or 'none yet'}")


Stack: TypeAlias = Annotated[
    str,
    typer.Argument(
        help="The stack: <stack> of Pulumi.<stack>.yaml.",
        metavar="STACK",
        callback=known,
        autocompletion=complete,
    ),
]
Stacks: TypeAlias = Annotated[
    list[str] | None,
    typer.Argument(
        help="The stacks; all where none is given.",
        metavar="STACK",
        callback=known_or_all,
        autocompletion=complete,
    ),
]
