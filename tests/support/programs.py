"""Programs that stand in for others in the tests of scripts."""

import sys
from collections.abc import Mapping
from pathlib import Path


def put(folder: Path, programs: Mapping[str, str]) -> None:
    """Put Python programs by their names into a folder, for a script to find on its path.

    A script calls them up to a hundred times: what Python need not look for at its start counts.
    """
    for name, text in programs.items():
        (folder / f"{name}.py").write_text(text)
        (folder / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" -IS "$0.py" "$@"\n')
        (folder / name).chmod(0o755)
