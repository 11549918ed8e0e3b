"""The files beside the addons: scripts, pipelines and definitions that are better read by themselves."""

from functools import cache
from pathlib import Path
from typing import Final, cast

from oneup import libyaml
from oneup.values import Values

_FILES: Final = Path(__file__).parent / "files"


def text(file: str) -> str:
    """What a file says."""
    return (_FILES / file).read_text("utf-8")


@cache
def document(file: str) -> Values:
    """What a YAML file says; read once, and the same value for everyone."""
    return cast(Values, libyaml.load(text(file)))
