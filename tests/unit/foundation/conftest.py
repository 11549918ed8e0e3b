"""Rehearses the foundation alone, with the settings of a stack file and a few changes to them."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from oneup.plan import Json, Plan
from oneup.settings.stackfile import StackFile, read_stack_file
from tests import ROOT
from tests.support.rehearsals import rehearsed

Changes = Mapping[str, Json]
"""A setting's path, such as ``network.nat``, and its new value; None takes the setting away."""

Planner = Callable[..., Plan]

PROGRAM = Path(__file__).with_name("program.py")

_VIEWER = "arn:aws:iam::444455556666:role/platform-viewer"

OTHERWISE: Changes = {
    "aws.permissionsBoundary": "arn:aws:iam::444455556666:policy/boundary",
    "cluster.supportPolicy": "EXTENDED",
    "cluster.logs": {"types": ["audit"], "retentionDays": 7},
    "cluster.endpoint": {"public": True, "private": True, "allowedCidrs": ["203.0.113.7/32"]},
    "cluster.access.developers": [_VIEWER],
    "cluster.access.viewers": [],
    "delivery.makeProvider": False,
    "delivery.secretsKey": "arn:aws:kms:eu-central-1:444455556666:key/1",
    "registry.keepImages": 7,
    "registry.repositories": ["shop/web", "shop/order"],
    "alarms": {
        "emails": ["a@example.com", "b@example.com"],
        "pagerDuty": "https://events.pagerduty.com/integration/abc/enqueue",
        "nodeCpuPercent": 70,
        "balancerErrors": 7,
        "budget": {"monthlyLimit": 250, "actualPercents": [50, 100], "forecastPercents": [120]},
    },
}
"""Independent settings that differ from production's: one plan shows the effect of each."""


@pytest.fixture
def plan() -> Planner:
    """The plan of a stack (production unless said otherwise) with changed settings."""
    return _plan


def _plan(changes: Changes | None = None, *, stack: str = "production", preview: bool = False) -> Plan:
    stackfile = read_stack_file(ROOT / f"Pulumi.{stack}.yaml")
    config = dict(stackfile.config)
    for path, value in (changes or {}).items():
        section, *rest = path.split(".")
        key = f"oneup:{section}"
        if value is None and not rest:
            del config[key]
        else:
            config[key] = json.dumps(_set(json.loads(config[key]), rest, value))
    return rehearsed(PROGRAM, StackFile(stack, config, stackfile.secret_keys), preview=preview)


def _set(tree: Json, path: list[str], value: Json) -> Json:
    if not path:
        return value
    assert isinstance(tree, dict)
    head, *rest = path
    if value is None and not rest:
        return {key: item for key, item in tree.items() if key != head}
    return {**tree, head: _set(tree.get(head, {}), rest, value)}
