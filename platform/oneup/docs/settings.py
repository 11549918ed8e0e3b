"""What is generated from the settings."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from oneup.docs.manual import settings_reference
from oneup.docs.schema import stack_schema

ROOT: Final = Path(__file__).resolve().parents[3]


def generated_files() -> Mapping[Path, str]:
    """The text of each generated file."""
    return {
        ROOT / "docs" / "stack.schema.json": json.dumps(stack_schema(), indent=1, ensure_ascii=False) + "\n",
        ROOT / "docs" / "settings.md": settings_reference(),
    }


def outdated_files() -> Iterator[Path]:
    """The generated files that are not what the settings say."""
    for path, text in generated_files().items():
        if not path.exists() or path.read_text("utf-8") != text:
            yield path
