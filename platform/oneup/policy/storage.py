"""Volumes are where their pods are, and backups outlive what they are of."""

from collections.abc import Iterator
from typing import Final

from oneup.plan import Resource
from oneup.plan.graph import DependencyGraph
from oneup.plan.inputs import as_mapping, is_true, string_at, value_at
from oneup.plan.query import api_group, object_kind, releases
from oneup.policy.rule import PlanRule, ResourceRule

ZONAL_PROVISIONERS: Final = ("ebs.csi.aws.com", "ebs.csi.eks.amazonaws.com")
"""Drivers whose volumes belong to one zone; the second is Auto Mode's."""


def _early_volumes(resource: Resource) -> Iterator[str]:
    if (
        object_kind(resource) != "StorageClass"
        or string_at(resource, "provisioner") not in ZONAL_PROVISIONERS
    ):
        return
    if string_at(resource, "volumeBindingMode") != "WaitForFirstConsumer":
        yield (
            "its volumes may be in a zone where their pod finds no node;"
            " set volumeBindingMode to WaitForFirstConsumer"
        )
    if not is_true(resource.inputs.get("allowVolumeExpansion")):
        yield "a full volume cannot grow; set allowVolumeExpansion"


def _lost_backups(resource: Resource) -> Iterator[str]:
    pushed = (api_group(resource), object_kind(resource)) == ("external-secrets.io", "PushSecret")
    if pushed and string_at(resource, "spec", "deletionPolicy") not in ("", "None"):
        yield "a secret that is deleted here is deleted in the store, too; set spec.deletionPolicy to None"


def _partial_backups(graph: DependencyGraph) -> Iterator[tuple[Resource, str]]:
    for release in releases(graph, "velero"):
        schedules = as_mapping(value_at(release.inputs, "values", "schedules"))
        for name, schedule in schedules.items():
            if value_at(schedule, "template", "snapshotVolumes") is False:
                yield release, f"the schedule {name} leaves out the volumes; set its snapshotVolumes"


RULES: Final = (
    ResourceRule(
        id="volumes-zonal-and-growable",
        description="A storage class of zonal volumes waits for the pod, and lets volumes grow.",
        check=_early_volumes,
    ),
    ResourceRule(
        id="backups-outlive-sources",
        description="Secrets that are pushed to a store stay there when their source is deleted.",
        check=_lost_backups,
    ),
    PlanRule(
        id="backups-include-volumes",
        description="Velero's schedules back up volumes.",
        check=_partial_backups,
    ),
)
