"""The IAM actions that resource types need, from AWS's own resource handlers.

``handlers.json`` holds the permissions of CloudFormation's handlers, which AWS maintains with each type;
``tools/handlers.py`` renews it. What they leave out is in the entries.
"""

import json
import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Final, cast

from oneup.plan.resource_types.resource_type import ResourceType

HANDLERS: Final = Path(__file__).with_name("handlers.json")
READ_ACTION: Final = re.compile(r"[\w-]+:(BatchGet|Describe|Get|List|View)\w*")
"""Actions that only read; the managed policy ReadOnlyAccess grants those that are needed."""


@cache
def _handlers() -> Mapping[str, Mapping[str, list[str]]]:
    return cast("Mapping[str, Mapping[str, list[str]]]", json.loads(HANDLERS.read_text("utf-8")))


def needed_actions(entry: ResourceType) -> frozenset[str]:
    """The actions to create, read, update and delete resources of a type."""
    empty: Mapping[str, list[str]] = {}
    handlers = _handlers()[entry.cloudformation] if entry.cloudformation else empty
    return frozenset(
        action
        for actions in (*handlers.values(), entry.actions)
        for action in actions
        if not any(fnmatchcase(action, pattern) for pattern in entry.unneeded)
    )


def write_actions(entries: Iterable[ResourceType]) -> tuple[str, ...]:
    """The actions of some types that do more than read, sorted."""
    return tuple(
        sorted(
            action
            for action in frozenset[str]().union(*map(needed_actions, entries))
            if not READ_ACTION.fullmatch(action)
        )
    )
