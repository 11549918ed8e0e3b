"""Placement of Ceph's pods: on the storage nodes only."""

from typing import Final

from oneup.settings.existing import ROLE, NodeRole
from oneup.values import Value, Values

STORAGE_LABEL: Final[dict[str, str]] = {ROLE: NodeRole.STORAGE.value}

TOLERATIONS: Final[list[Value]] = [
    {"key": ROLE, "operator": "Equal", "value": NodeRole.STORAGE.value, "effect": "NoSchedule"}
]

PLACEMENT: Final[Values] = {
    "nodeAffinity": {
        "requiredDuringSchedulingIgnoredDuringExecution": {
            "nodeSelectorTerms": [
                {"matchExpressions": [{"key": ROLE, "operator": "In", "values": [NodeRole.STORAGE.value]}]}
            ]
        }
    },
    "tolerations": TOLERATIONS,
}
"""In the format of Rook's custom resources."""


def apart(label: str) -> Values:
    """``PLACEMENT``, with pods of one label on different nodes if possible."""
    term: Values = {
        "labelSelector": {"matchLabels": {"app": label}},
        "topologyKey": "kubernetes.io/hostname",
    }
    away: Values = {
        "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 100, "podAffinityTerm": term}]
    }
    return {**PLACEMENT, "podAntiAffinity": away}
