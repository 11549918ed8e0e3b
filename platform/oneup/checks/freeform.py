"""Untyped chart values: the types of values whose keys the chart's defaults do not list.

Common names for Kubernetes types are listed here. All others are in
``freeform/<chart>.yaml``, by its path in the chart's values::

    configs.cm:
      type: strings            # a name below, or a type of Kubernetes: core.v1.Toleration, [core.v1.EnvVar]
      why: Argo CD's own settings, by the names of its documentation
    redis-ha.sentinel.resources:
      type: core.v1.ResourceRequirements
      absent: subchart redis-ha 4.38.0, which has this key

A key that holds a dot itself stands in quotes: ``grafana."grafana.ini"``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from oneup.checks.charts import load, mapping
from oneup.checks.kubernetes import type_reference
from oneup.plan import JsonMap

FOLDER: Final = Path(__file__).parent / "freeform"

_NAMED: Final[Mapping[str, JsonMap]] = {
    "strings": {"type": "object", "additionalProperties": {"type": "string"}},
    "scalars": {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}},
    "texts": {"type": "array", "items": {"type": "string"}},
    "text": {"type": "string"},
    "any": {},
}

_WELL_KNOWN: Final = {
    "affinity": "core.v1.Affinity",
    "annotations": "strings",
    "containerSecurityContext": "core.v1.SecurityContext",
    "env": "[core.v1.EnvVar]",
    "envFrom": "[core.v1.EnvFromSource]",
    "extraEnv": "[core.v1.EnvVar]",
    "extraVolumeMounts": "[core.v1.VolumeMount]",
    "extraVolumes": "[core.v1.Volume]",
    "labels": "strings",
    "nodeSelector": "strings",
    "podAnnotations": "strings",
    "podLabels": "strings",
    "podSecurityContext": "core.v1.PodSecurityContext",
    "securityContext": "core.v1.SecurityContext | core.v1.PodSecurityContext",
    "resources": "core.v1.ResourceRequirements",
    "tolerations": "[core.v1.Toleration]",
    "topologySpreadConstraints": "[core.v1.TopologySpreadConstraint]",
    "volumeMounts": "[core.v1.VolumeMount]",
    "volumes": "[core.v1.Volume]",
}


@dataclass(frozen=True)
class Entry:
    """The type at a path of a chart's values."""

    type: str
    why: str = ""
    absent: str = ""
    """Why the path may be missing in the defaults; empty if it must exist."""

    @property
    def schema(self) -> JsonMap:
        """The JSON Schema of the value."""
        return schema(self.type)


def schema(name: str) -> JsonMap:
    """The JSON Schema of a named type, of a list ``[type]`` or of alternatives ``type | type``."""
    if " | " in name:
        return {"anyOf": [schema(part) for part in name.split(" | ")]}
    if name.startswith("["):
        return {"type": "array", "items": schema(name[1:-1])}
    return _NAMED[name] if name in _NAMED else type_reference(name)


def keys(where: str) -> tuple[str, ...]:
    """The keys of a path as it is written: ``grafana."grafana.ini"`` has two."""
    return tuple(quoted or plain for quoted, plain in re.findall(r'"([^"]+)"|([^."]+)', where))


@cache
def entries(chart: str) -> Mapping[tuple[str, ...], Entry]:
    """A chart's own entries, by the keys of their path."""
    path = FOLDER / f"{chart}.yaml"
    if not path.is_file():
        return {}
    parts = ("type", "why", "absent")
    return {
        keys(where): Entry(*(str(mapping(about).get(part) or "") for part in parts))
        for where, about in mapping(load(path)).items()
    }


def entry(chart: str, path: tuple[str, ...]) -> Entry | None:
    """The entry for a path: from the chart's file, or by the last key's name."""
    named = _WELL_KNOWN.get(path[-1])
    return entries(chart).get(path) or (Entry(named) if named else None)


def absent(chart: str, path: tuple[str, ...]) -> bool:
    """Whether a path, or one below it, is listed as absent from the chart's defaults."""
    return any(listed.absent and where[: len(path)] == path for where, listed in entries(chart).items())
