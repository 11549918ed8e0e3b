"""ECR: immutable tags, scan on push, lifecycle policy."""

from collections.abc import Iterator
from typing import Final

from oneup.plan import Resource
from oneup.plan.graph import DependencyGraph
from oneup.plan.inputs import as_list, as_mapping, is_true, string_at, value_at
from oneup.plan.query import resources_of_type
from oneup.plan.resource_types.storage import REPOSITORY, REPOSITORY_LIFECYCLE
from oneup.policy.rule import PlanRule, ResourceRule


def _movable(resource: Resource) -> Iterator[str]:
    if resource.type == REPOSITORY and string_at(resource, "imageTagMutability") != "IMMUTABLE":
        yield "its tags can be moved to another image; set imageTagMutability to IMMUTABLE"


def _unscanned(resource: Resource) -> Iterator[str]:
    if resource.type == REPOSITORY and not is_true(
        value_at(resource.inputs, "imageScanningConfiguration", "scanOnPush")
    ):
        yield "pushed images are not scanned; set imageScanningConfiguration.scanOnPush"


def _growing(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    ending = {
        repository.urn
        for lifecycle in resources_of_type(graph, REPOSITORY_LIFECYCLE)
        if any(
            value_at(rule, "action", "type") == "expire"
            for rule in as_list(as_mapping(lifecycle.inputs.get("policy")).get("rules"))
        )
        for repository in graph.dependencies_of_input(lifecycle, "repository")
    }
    for repository in resources_of_type(graph, REPOSITORY):
        if repository.urn not in ending:
            yield repository, "its images are never deleted; add a lifecycle policy that expires old ones"


RULES: Final = (
    ResourceRule(
        id="ecr-immutable-tags",
        controls=("AWS FSBP ECR.2",),
        description="Image tags are immutable.",
        check=_movable,
    ),
    ResourceRule(
        id="ecr-scan-on-push",
        controls=(
            "CIS EKS 5.1.1",
            "AWS FSBP ECR.1",
        ),
        description="Every image is scanned when it is pushed.",
        check=_unscanned,
    ),
    PlanRule(
        id="ecr-lifecycle-policy",
        controls=("AWS FSBP ECR.3",),
        description="Every repository expires its old images.",
        check=_growing,
    ),
)
