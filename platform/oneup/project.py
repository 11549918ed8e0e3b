"""The project's folder and its stacks, as they are on disk."""

from pathlib import Path
from typing import Final

PROJECT_FILE: Final = "Pulumi.yaml"


def find_project(start: Path) -> Path | None:
    """The folder that holds ``Pulumi.yaml``: this one or the nearest above it, as Pulumi looks for it."""
    return next((folder for folder in (start, *start.parents) if (folder / PROJECT_FILE).is_file()), None)


def stack_file(project: Path, stack: str) -> Path:
    """The settings of a stack."""
    return project / f"Pulumi.{stack}.yaml"


def stack_names(project: Path) -> list[str]:
    """The stacks of a project: one for each ``Pulumi.<stack>.yaml``."""
    return sorted(
        path.name.removeprefix("Pulumi.").removesuffix(".yaml") for path in project.glob("Pulumi.*.yaml")
    )
