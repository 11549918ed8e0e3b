"""Who owns which object of a cluster."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

from oneup.checks import ChartLibrary
from oneup.checks.charts import mapping
from oneup.plan import JsonMap

Key: TypeAlias = tuple[str, str, str, str]
"""Group, kind, namespace and name; the version does not tell two objects apart."""

CLUSTER_WIDE: Final = frozenset(
    {
        "APIService",
        "CSIDriver",
        "ClusterRole",
        "ClusterRoleBinding",
        "CustomResourceDefinition",
        "IngressClass",
        "MutatingAdmissionPolicy",
        "MutatingAdmissionPolicyBinding",
        "MutatingWebhookConfiguration",
        "Namespace",
        "PersistentVolume",
        "PriorityClass",
        "RuntimeClass",
        "StorageClass",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
    }
)
"""Kubernetes' own kinds that belong to no namespace."""


class Owners:
    """All owners of each object."""

    def __init__(self, charts: ChartLibrary) -> None:
        """The charts tell which custom kinds belong to no namespace."""
        self._charts = charts
        self._owners: defaultdict[Key, list[str]] = defaultdict(list)

    def add(self, owner: str, things: Iterable[JsonMap], namespace: str = "default") -> None:
        """Note an owner's objects; those that name no namespace are in the given one."""
        for thing in things:
            self._owners[self._key(thing, namespace)].append(owner)

    def shared(self) -> Sequence[str]:
        """Each object with more than one owner, or that one owner has twice."""
        return [
            f"{kind} {'/'.join(filter(None, (namespace, name)))}: {', '.join(owners)}"
            for (_, kind, namespace, name), owners in sorted(self._owners.items())
            if len(owners) > 1
        ]

    def _key(self, thing: JsonMap, namespace: str) -> Key:
        group, kind = str(thing["apiVersion"]).rpartition("/")[0], str(thing["kind"])
        metadata = mapping(thing["metadata"])
        custom = self._charts.kinds.get((group, kind))
        wide = custom["scope"] == "Cluster" if custom else kind in CLUSTER_WIDE
        name = str(metadata.get("name") or metadata.get("generateName"))
        return group, kind, "" if wide else str(metadata.get("namespace") or namespace), name
