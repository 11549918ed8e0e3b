"""Typical durations, and their format."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import BaseModel, NonNegativeFloat, ValidationError

from oneup.plan import Resource
from oneup.plan.charts import CHART_FACTS, EKS_ADDON_FACTS, chart_facts, eks_addon_facts
from oneup.plan.resource_types import RESOURCE_TYPES, resource_type
from oneup.plan.resource_types.cluster import ADDON
from oneup.plan.resource_types.kubernetes import RELEASE


def format_duration(seconds: float) -> str:
    """A readable duration: ``45 s``, ``12 min 30 s``."""
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} s"
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


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
            name = str(resource.inputs.get("addonName"))
            return self.addons.get(name, eks_addon_facts(name).seconds)
        if resource.type == RELEASE:
            name = str(resource.inputs.get("chart")).rpartition("/")[2]
            return self.releases.get(name, chart_facts(name).seconds)
        if not resource.custom or resource.type.startswith("pulumi:"):
            return 0
        entry = resource_type(resource.type)
        return entry.seconds if entry and entry.seconds is not None else _OTHER


def durations(overrides: Path | None = None) -> Durations:
    """The typical durations, overridden by a file's values.

    Raises ``ValueError`` if the file is invalid.
    """
    types = {token: entry.seconds for token, entry in RESOURCE_TYPES.items() if entry.seconds is not None}
    typical = {
        "types": types,
        "releases": {name: facts.seconds for name, facts in CHART_FACTS.items()},
        "addons": {name: facts.seconds for name, facts in EKS_ADDON_FACTS.items()},
    }
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
