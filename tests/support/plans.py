"""What every test may ask for: the plans of the real stack files, and of variations on them."""

import json
import os
from collections.abc import Callable, Mapping
from tempfile import TemporaryDirectory
from typing import TypeAlias

import pytest

from oneup.plan import Json, Plan
from oneup.settings.stackfile import StackFile, read_stack_file
from tests import ROOT
from tests.support.rehearsals import SHARED, rehearsed

RehearseWith: TypeAlias = Callable[..., Plan]


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder of the run's plans, which its workers inherit."""
    if SHARED in os.environ:
        return
    folder = TemporaryDirectory(prefix="oneup-plans-")
    os.environ[SHARED] = folder.name

    def forget() -> None:
        del os.environ[SHARED]
        folder.cleanup()

    config.add_cleanup(forget)


@pytest.fixture(scope="session")
def staging() -> Plan:
    """The plan of ``Pulumi.staging.yaml``."""
    return planned("staging")


@pytest.fixture(scope="session")
def production() -> Plan:
    """The plan of ``Pulumi.production.yaml``."""
    return planned("production")


@pytest.fixture(scope="session")
def baremetal() -> Plan:
    """The plan of ``Pulumi.baremetal.yaml``."""
    return planned("baremetal")


@pytest.fixture(scope="session")
def local() -> Plan:
    """The plan of ``Pulumi.local.yaml``."""
    return planned("local")


@pytest.fixture(scope="session")
def rehearse_with() -> RehearseWith:
    """``rehearse_with("staging", network={"nat": "none"})``: the plan of a stack file with changes.

    Mappings are merged, anything else replaces what the stack file says; None removes a key.
    """
    return planned


def planned(stack: str = "staging", **overrides: Json) -> Plan:
    """The plan of a stack file, with changes as ``rehearse_with`` takes them."""
    given = read_stack_file(ROOT / f"Pulumi.{stack}.yaml")
    config = dict(given.config)
    for key, value in overrides.items():
        name = f"oneup:{key}"
        merged = _merge(_decode(config.get(name, "{}")), value)
        config.pop(name, None)
        if merged is not None:
            config[name] = merged if isinstance(merged, str) else json.dumps(merged)
    return rehearsed(ROOT / "__main__.py", StackFile(stack, config, given.secret_keys))


def _decode(text: str) -> Json:
    return json.loads(text) if text.startswith(("{", "[")) else text


def _merge(old: Json, new: Json) -> Json:
    if not isinstance(old, Mapping) or not isinstance(new, Mapping):
        return new
    merged = {**old, **{key: _merge(old.get(key), value) for key, value in new.items()}}
    return {key: value for key, value in merged.items() if value is not None}
