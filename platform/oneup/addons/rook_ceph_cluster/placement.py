"""Placement of Ceph's pods: on the storage nodes only."""

from typing import Final

from oneup.settings.existing import NODE_ROLE_KEY, NodeRole
from oneup.values import Value, Values

STORAGE_LABEL: Final[dict[str, str]] = {NODE_ROLE_KEY: NodeRole.STORAGE.value}

TOLERATIONS: Final[list[Value]] = [
    {"key": NODE_ROLE_KEY, "operator": "Equal", "value": NodeRole.STORAGE.value, "effect": "NoSchedule"}
]

PLACEMENT: Final[Values] = {
    "nodeAffinity": {
        "requiredDuringSchedulingIgnoredDuringExecution": {
            "nodeSelectorTerms": [
                {
                    "matchExpressions": [
                        {"key": NODE_ROLE_KEY, "operator": "In", "values": [NodeRole.STORAGE.value]}
                    ]
                }
            ]
        }
    },
    "tolerations": TOLERATIONS,
}
"""In the format of Rook's custom resources."""


def spread_over_nodes(label: str) -> Values:
    """``PLACEMENT``, with pods of one label on different nodes if possible."""
    term: Values = {
        "labelSelector": {"matchLabels": {"app": label}},
        "topologyKey": "kubernetes.io/hostname",
    }
    away: Values = {
        "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 100, "podAffinityTerm": term}]
    }
    return {**PLACEMENT, "podAntiAffinity": away}
