"""The files beside the addons: scripts, pipelines and definitions that are better read by themselves."""

from functools import cache
from pathlib import Path
from typing import Final, cast

import yaml

from oneup.values import Values

_FILES: Final = Path(__file__).parent / "files"

_LOADER: Final[type[yaml.SafeLoader]] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's where the wheel has it: the Gateway API's definitions take it a tenth of the time."""


def text(file: str) -> str:
    """What a file says."""
    return (_FILES / file).read_text("utf-8")


@cache
def document(file: str) -> Values:
    """What a YAML file says; read once, and the same value for everyone."""
    return cast(Values, yaml.load(text(file), _LOADER))
