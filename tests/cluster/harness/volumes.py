"""Plays the CSI provisioner: makes a volume for each claim that waits for one, and removes it afterwards."""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.cluster.harness.access import Access
from tests.cluster.harness.api import Api, RefusedError
from tests.cluster.harness.objects import Object

PAUSE = 0.2
CHOSEN = "volume.kubernetes.io/selected-node"
BY = "pv.kubernetes.io/provisioned-by"
DEFAULT = "storageclass.kubernetes.io/is-default-class"
OWN = Object(
    {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": "simulated", "annotations": {DEFAULT: "true"}},
        "provisioner": "example.com/simulated",
        "volumeBindingMode": "WaitForFirstConsumer",
    }
)
"""What a cluster that exists already has, where the stack brings no class of its own."""


def add_default_class(api: Api, objects: Iterable[Object]) -> bool:
    """Make the cluster's own default class where it has none and none of the objects is one."""
    classes = (*objects, *api.list("storage.k8s.io/v1", "StorageClass"))
    if any(each.map("metadata", "annotations").get(DEFAULT) == "true" for each in classes):
        return False
    api.apply(OWN)
    return True


@dataclass
class Provisioner:
    """A thread that provisions; it runs until it is stopped."""

    access: Access
    _end: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin."""
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End, after the round at hand."""
        self._end.set()
        if self._thread:
            self._thread.join()

    def _run(self) -> None:
        api = Api(self.access)
        while not self._end.wait(PAUSE):
            try:
                serve(api)
            except (RefusedError, OSError):
                continue  # an object changed in between, or the server went first: the next round sees


def serve(api: Api) -> None:
    """Provision what waits, and remove released volumes whose class says so."""
    classes = {each.name: each for each in api.list("storage.k8s.io/v1", "StorageClass")}
    for claim in api.list("v1", "PersistentVolumeClaim"):
        of_class = classes.get(claim.text("spec", "storageClassName"))
        if of_class and claim.text("status", "phase") == "Pending" and _due(claim, of_class):
            api.apply(_volume(claim, of_class), "provisioner")
    for volume in api.list("v1", "PersistentVolume"):
        deletes = volume.text("spec", "persistentVolumeReclaimPolicy") == "Delete"
        if (
            deletes
            and volume.text("status", "phase") == "Released"
            and volume.map("metadata", "annotations").get(BY)
        ):
            api.delete(volume)


def _due(claim: Object, of_class: Object) -> bool:
    immediate = of_class.text("volumeBindingMode") != "WaitForFirstConsumer"
    return not claim.text("spec", "volumeName") and (
        immediate or bool(claim.text("metadata", "annotations", CHOSEN))
    )


def _volume(claim: Object, of_class: Object) -> Object:
    uid = claim.text("metadata", "uid")
    reference = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "namespace": claim.namespace,
        "name": claim.name,
    }
    return Object(
        {
            "apiVersion": "v1",
            "kind": "PersistentVolume",
            "metadata": {"name": f"pvc-{uid}", "annotations": {BY: of_class.text("provisioner")}},
            "spec": {
                "capacity": {"storage": claim.text("spec", "resources", "requests", "storage")},
                "accessModes": list(claim.texts("spec", "accessModes")),
                "storageClassName": of_class.name,
                "persistentVolumeReclaimPolicy": of_class.text("reclaimPolicy") or "Delete",
                "claimRef": {**reference, "uid": uid},
                "hostPath": {"path": f"/simulated/{uid}"},
            },
        }
    )
