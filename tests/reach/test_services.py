"""What ``apps/`` lets its pods ask passes on the VPC CNI, too.

It sees a call before the Service's address is translated, and compares labels with the Service's selector.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

import pytest

from oneup.plan import Json, JsonMap
from tests.reach.applications import delivered, workloads
from tests.reach.prober import at
from tests.support.stacks import STACKS


def selects(selector: Json, labels: Mapping[str, str]) -> bool:
    """Whether a label selector of a policy chooses these labels."""
    same = cast("Mapping[str, str]", at(selector, "matchLabels") or {})
    among = cast("Sequence[JsonMap]", at(selector, "matchExpressions") or ())
    assert all(each["operator"] == "In" for each in among), selector
    chosen = all(labels.get(str(each["key"])) in cast("Sequence[str]", each["values"]) for each in among)
    return chosen and same.items() <= labels.items()


def asked(objects: Sequence[JsonMap]) -> Iterator[tuple[str, Json]]:
    """The selectors of pods in what policies let out, each with the policy's name."""
    for policy in (each for each in objects if each["kind"] == "NetworkPolicy"):
        for rule in cast("Sequence[JsonMap]", at(policy, "spec", "egress") or ()):
            for peer in cast("Sequence[JsonMap]", rule.get("to", ())):
                if "podSelector" in peer:
                    yield str(at(policy, "metadata", "name")), peer["podSelector"]


@pytest.mark.parametrize("stack", STACKS)
def test_a_policy_selects_the_services_of_the_pods_that_it_lets_be_asked(stack: str) -> None:
    objects, everyone = delivered(stack), workloads(stack)
    services = [each for each in objects if each["kind"] == "Service"]
    # An external Service is not used from inside the cluster.
    inner = [each for each in services if at(each, "spec", "type") != "LoadBalancer"]
    refused: list[tuple[str, str]] = []
    met = 0
    for policy, selector in asked(objects):
        for service in inner:
            by = cast("Mapping[str, str]", at(service, "spec", "selector"))
            behind = [each.labels for each in everyone if by.items() <= each.labels.items()]
            if any(selects(selector, labels) for labels in behind):
                met += 1
                if not selects(selector, by):
                    refused.append((policy, str(at(service, "metadata", "name"))))
    assert met
    assert refused == []
