"""Settings for tests: the project's own stack files, and variations of them."""

from collections.abc import Mapping
from functools import cache
from typing import Final

import yaml

from oneup.settings.model import Settings
from oneup.settings.parse import parse
from oneup.settings.shape import Json
from tests import ROOT

STACKS: Final = tuple(sorted(path.stem.split(".")[1] for path in ROOT.glob("Pulumi.*.yaml")))


def settings(stack: str, **changes: Json) -> Settings:
    """A stack file's settings; ``changes`` are laid over them, mapping by mapping (``addons={...}``)."""
    return parse(
        stack, {**_raw(stack), **{key: _laid(_raw(stack).get(key), changes[key]) for key in changes}}
    )


def _laid(old: Json, new: Json) -> Json:
    if not isinstance(old, Mapping) or not isinstance(new, Mapping):
        return new
    return {**old, **{key: _laid(old.get(key), value) for key, value in new.items()}}


@cache
def _raw(stack: str) -> Mapping[str, Json]:
    config = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text("utf-8"))["config"]
    return {key.removeprefix("oneup:"): value for key, value in config.items()}
