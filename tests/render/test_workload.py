"""What a stack file says that the applications ask for is what ``apps/`` renders to."""

from collections.abc import Iterator, Sequence

import pytest

from charts import ROOT
from oneup.checks.charts import mapping
from oneup.plan import JsonMap
from tests.render.need import footprint, maps
from tests.render.rendering import built
from tests.render.subjects import TOOLS
from tests.support.stacks import STACKS, settings

SCALED = ("Deployment", "Rollout", "StatefulSet")


def at_rest(things: Sequence[JsonMap]) -> Iterator[JsonMap]:
    """What runs all the time, at the fewest pods that its autoscaler keeps."""
    fewest = {
        mapping(mapping(each["spec"])["scaleTargetRef"])["name"]: mapping(each["spec"]).get("minReplicas", 1)
        for each in things
        if each["kind"] == "HorizontalPodAutoscaler"
    }
    for each in things:
        if each["kind"] in SCALED:
            name, spec = mapping(each["metadata"])["name"], mapping(each["spec"])
            yield {**each, "spec": {**spec, "replicas": fewest.get(name, spec.get("replicas", 1))}}


def test_every_container_says_what_it_asks_for() -> None:
    """Else it has the default of its namespace's limits, which is not counted here."""
    for stack in STACKS:
        for folder in sorted((ROOT / "apps" / stack).glob("*/kustomization.yaml")):
            for each in at_rest(built(TOOLS / "kustomize", folder.parent)):
                pod = mapping(mapping(mapping(each["spec"])["template"])["spec"])
                for container in maps(pod["containers"]):
                    asked = mapping(mapping(container["resources"])["requests"])
                    assert {"cpu", "memory"} <= asked.keys(), (folder, container["name"])


@pytest.mark.parametrize("stack", STACKS)
def test_the_stack_file_counts_the_applications_as_they_are(stack: str) -> None:
    folders = sorted((ROOT / settings(stack).gitops.path).glob("*/kustomization.yaml"))
    things = [each for folder in folders for each in at_rest(built(TOOLS / "kustomize", folder.parent))]
    found = footprint(things)
    said = settings(stack).workload
    rendered = (found.pods, found.cpu_millis, found.memory_mib)
    assert (said.pods, said.cpu_millis, said.memory_mib) == rendered
