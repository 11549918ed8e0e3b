"""The files in the addons' folders: scripts, pipelines and CRDs that are better read by themselves."""

from functools import cache
from pathlib import Path
from typing import Final, cast

from oneup import libyaml
from oneup.values import Values

_ADDONS: Final = Path(__file__).parents[1] / "addons"


def read_text(file: str) -> str:
    """What a file says; ``file`` is its path below ``oneup/addons``, such as ``vault/server.hcl``."""
    return (_ADDONS / file).read_text("utf-8")


@cache
def load_yaml(file: str) -> Values:
    """The parsed content of a YAML file, cached."""
    return cast(Values, libyaml.load(read_text(file)))
