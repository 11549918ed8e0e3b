"""AWS resources are tagged."""

from collections.abc import Iterator
from typing import Final

from oneup.plan import Resource
from oneup.plan.graph import DependencyGraph
from oneup.plan.inputs import as_list, as_mapping, value_at
from oneup.plan.resource_types import RESOURCE_TYPES
from oneup.plan.resource_types.cluster import LAUNCH_TEMPLATE
from oneup.policy.rule import PlanRule, ResourceRule


def _untagged(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    for resource in graph.plan.resources:
        entry = RESOURCE_TYPES.get(resource.type)
        taggable = entry is None or entry.taggable
        if not (resource.type.startswith("aws:") and resource.custom and taggable):
            continue
        provider = graph.by_urn.get(resource.provider.rpartition("::")[0])
        defaults = as_mapping(provider.inputs.get("defaultTags")) if provider else None
        if not value_at(defaults, "tags") and not as_mapping(resource.inputs.get("tags")):
            yield resource, "it has no tags; create it with the provider that has default tags"


def _launched_untagged(resource: Resource) -> Iterator[str]:
    if resource.type != LAUNCH_TEMPLATE:
        return
    tagged = [
        value_at(specification, "resourceType")
        for specification in as_list(resource.inputs.get("tagSpecifications"))
        if as_mapping(value_at(specification, "tags"))
    ]
    for missing in ("instance", "volume"):
        if missing not in tagged:
            yield f"each {missing} that it launches has no tags; add tagSpecifications for {missing!r}"


RULES: Final = (
    PlanRule(
        id="aws-resources-tagged",
        description="Every taggable AWS resource has tags; the provider's default tags count.",
        check=_untagged,
    ),
    ResourceRule(
        id="launch-template-tags",
        description="A launch template tags its instances and volumes, which default tags do not.",
        check=_launched_untagged,
    ),
)
