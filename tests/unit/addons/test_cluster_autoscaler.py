"""The cluster autoscaler: which groups it may touch, and which it asks first."""

import re
from collections.abc import Sequence
from typing import cast

from oneup.addonkit.addon import Addon, AddonContext
from oneup.addons.cluster_autoscaler import addon
from oneup.plan import Json
from tests.support.stacks import settings


def made(stack: str = "staging", **changes: Json) -> Addon:
    return addon(AddonContext(settings(stack, **changes), frozenset()))


def test_only_groups_of_this_cluster_change_their_size() -> None:
    identity = made().identity
    assert identity
    changing = [
        item for item in identity.statements if not all(":Describe" in a or ":Get" in a for a in item.actions)
    ]
    (resize,) = changing
    assert resize.conditions == {
        "StringEquals": {"aws:ResourceTag/k8s.io/cluster-autoscaler/oneup-staging": "owned"}
    }
    assert all(":111122223333:" in str(item) for item in resize.resources)


def test_spot_groups_grow_first() -> None:
    priorities = cast("dict[str, Sequence[str]]", made("production").values["expanderPriorities"])
    ranked = [priorities[key] for key in sorted(priorities, key=int, reverse=True)]
    assert [bool(re.search(ranked[0][0], f"eks-{name}-1a2b")) for name in ("spot", "workers")] == [
        True,
        False,
    ]
    assert re.search(ranked[1][0], "eks-workers-1a2b")


def test_a_stack_without_spot_has_one_priority() -> None:
    groups: Json = [
        {"name": "all", "instanceTypes": ["m5.large"], "minSize": 2, "desiredSize": 2, "maxSize": 3}
    ]
    assert made(nodeGroups=groups).values["expanderPriorities"] == {"10": ["^eks-all-.*"]}


def test_its_patience_is_the_stacks() -> None:
    values = made(
        addons={"clusterAutoscaler": {"scaleDownAfterMinutes": 3, "scaleDownBelowPercent": 45}}
    ).values
    arguments = cast("dict[str, str]", values["extraArgs"])
    assert arguments["scale-down-unneeded-time"] == "3m"
    assert arguments["scale-down-utilization-threshold"] == "0.45"
