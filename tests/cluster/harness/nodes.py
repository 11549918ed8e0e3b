"""Nodes without machines: as many as the stack's node groups ask for, spread over its zones."""

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import yaml

from tests.cluster.harness.api import Api
from tests.cluster.harness.objects import Json, JsonMap, Object

SIMULATED = "oneup.example/simulated"
"""Annotation of the nodes that kwok keeps alive."""

ROOM: JsonMap = {"cpu": "32", "memory": "128Gi", "ephemeral-storage": "200Gi", "pods": "110"}
"""Of each node: wide, since whether pods fit the real instance types is for the plan's capacity check."""


@dataclass(frozen=True)
class Node:
    """A node to be made."""

    name: str
    zone: str
    labels: JsonMap
    taints: tuple[JsonMap, ...]


def of_stack(settings: Path) -> tuple[Node, ...]:
    """The nodes that a stack file describes: its groups at least once in each zone; else three plain ones."""
    config = Object(cast(JsonMap, yaml.safe_load(settings.read_text()))).map("config")
    zones = Object(config).texts("oneup:network", "zones") or ("zone-a", "zone-b", "zone-c")
    groups = Object(config).each("oneup:nodeGroups") or (Object({"name": "node"}),)
    return tuple(_node(group, zone) for group in groups for zone in zones)


def _node(group: Object, zone: str) -> Node:
    taints = tuple(taint.raw for taint in group.each("taints"))
    return Node(f"{group.text('name')}-{zone}", zone, group.map("labels"), taints)


def add(api: Api, nodes: tuple[Node, ...]) -> None:
    """Register the nodes with room for pods; kwok makes them ready."""
    for node in nodes:
        labels: dict[str, Json] = {
            "kubernetes.io/hostname": node.name,
            "kubernetes.io/os": "linux",
            "kubernetes.io/arch": "amd64",
            "topology.kubernetes.io/zone": node.zone,
            "topology.kubernetes.io/region": node.zone.rstrip("abc").rstrip("-"),
            **node.labels,
        }
        made = Object(
            {
                "apiVersion": "v1",
                "kind": "Node",
                "metadata": {"name": node.name, "labels": labels, "annotations": {SIMULATED: "true"}},
                "spec": {"taints": list(node.taints)},
            }
        )
        api.apply(made, "kubelet")
        api.merge(made, {"status": {"allocatable": ROOM, "capacity": ROOM}}, "status")
