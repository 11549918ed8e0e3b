"""Typical durations, and their format."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import BaseModel, NonNegativeFloat, ValidationError

from oneup.plan import Resource
from oneup.plan.resource_types import RESOURCE_TYPES, resource_type
from oneup.plan.resource_types.cluster import ADDON
from oneup.plan.resource_types.kubernetes import RELEASE


def format_duration(seconds: float) -> str:
    """A readable duration: ``45 s``, ``12 min 30 s``."""
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} s"
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


_ADDONS: Final[Mapping[str, float]] = {
    "vpc-cni": 30,
    "kube-proxy": 20,
    "coredns": 30,
    "aws-ebs-csi-driver": 45,
    "eks-pod-identity-agent": 30,
    "snapshot-controller": 30,
    "eks-node-monitoring-agent": 30,
    "amazon-cloudwatch-observability": 45,
}
_RELEASES: Final[Mapping[str, float]] = {
    "argo-cd": 75,
    "kube-prometheus-stack": 120,
    "loki": 90,
    "vault": 60,
    "rook-ceph-cluster": 240,
}
_RELEASE: Final = 40.0
_ADDON: Final = 30.0
_OTHER: Final = 2.0


@dataclass(frozen=True)
class Durations:
    """Seconds by resource type, by chart and by EKS addon."""

    types: Mapping[str, float]
    releases: Mapping[str, float]
    addons: Mapping[str, float]

    def of(self, resource: Resource) -> float:
        """Seconds to make one resource; components and providers take none."""
        if resource.type in self.types:
            return self.types[resource.type]
        if resource.type == ADDON:
            return self.addons.get(str(resource.inputs.get("addonName")), _ADDON)
        if resource.type == RELEASE:
            return self.releases.get(str(resource.inputs.get("chart")).rpartition("/")[2], _RELEASE)
        if not resource.custom or resource.type.startswith("pulumi:"):
            return 0
        entry = resource_type(resource.type)
        return entry.seconds if entry and entry.seconds is not None else _OTHER


def durations(overrides: Path | None = None) -> Durations:
    """The typical durations, overridden by a file's values.

    Raises ``ValueError`` if the file is invalid.
    """
    types = {token: entry.seconds for token, entry in RESOURCE_TYPES.items() if entry.seconds is not None}
    typical = {"types": types, "releases": _RELEASES, "addons": _ADDONS}
    if overrides is None:
        return Durations(**typical)
    try:
        given = _Overrides.model_validate_json(overrides.read_bytes())
    except ValidationError as error:
        raise ValueError(f"{overrides}: {_first(error)}") from None
    return Durations(**{key: {**typical[key], **getattr(given, key)} for key in typical})


class _Overrides(BaseModel, extra="forbid"):
    """The file: seconds by type token, by chart and by EKS addon."""

    types: Mapping[str, NonNegativeFloat] = {}
    releases: Mapping[str, NonNegativeFloat] = {}
    addons: Mapping[str, NonNegativeFloat] = {}


def _first(error: ValidationError) -> str:
    problem = error.errors()[0]
    return f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"
