"""What pods would do, where none runs: webhooks, aggregated APIs, operators, Argo CD's removal."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from tests.cluster.harness.access import Access
from tests.cluster.harness.api import Api, RefusedError
from tests.cluster.harness.objects import JsonMap, Object

PAUSE: Final = 0.2
OFF: Final[list[JsonMap]] = [{"name": "nobody-answers-here", "expression": "false"}]
WEBHOOKS: Final = ("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration")
WAIT: Final = "pulumi.com/waitFor"
READY: Final[JsonMap] = {
    "type": "Ready",
    "status": "True",
    "reason": "Simulated",
    "message": "",
    "lastTransitionTime": "2026-01-01T00:00:00Z",
}
OPERATED: Final = (
    ("ceph.rook.io/v1", "CephBlockPool"),
    ("ceph.rook.io/v1", "CephFilesystem"),
    ("ceph.rook.io/v1", "CephObjectStore"),
    ("objectbucket.io/v1alpha1", "ObjectBucketClaim"),
    ("cert-manager.io/v1", "Certificate"),
    ("postgresql.cnpg.io/v1", "Cluster"),
)
"""Kinds that the program waits for by an annotation: version and kind."""

REMOVAL: Final = 1.0
"""Seconds that Argo CD takes to remove what an Application delivered."""

SIMULATED: Final = (
    "webhooks: each matches nothing, since none answers",
    "aggregated APIs: removed, since none answers",
    "operators: the status that `pulumi.com/waitFor` asks for",
    "Argo CD: removes the finalizer of an Application in deletion",
)
"""For the summary."""


def quieten_webhooks(api: Api) -> None:
    """Have each webhook match nothing: one with failurePolicy Fail would refuse all."""
    for kind in WEBHOOKS:
        for each in api.list("admissionregistration.k8s.io/v1", kind):
            if any(hook.raw.get("matchConditions") != OFF for hook in each.each("webhooks")):
                hooks = [{**hook.raw, "matchConditions": OFF} for hook in each.each("webhooks")]
                api.merge(each, {"webhooks": hooks})


def remove_aggregated(api: Api) -> None:
    """Remove APIs behind services: one that does not answer keeps every namespace from going."""
    for each in api.list("apiregistration.k8s.io/v1", "APIService"):
        if each.map("spec", "service"):
            api.delete(each)


def operate(api: Api) -> None:
    """Give what is waited for the status that it is waited for in."""
    for version, kind in OPERATED:
        try:
            found = api.list(version, kind)
        except RefusedError:
            continue  # the stack has none of that kind
        for each in found:
            awaited = each.text("metadata", "annotations", WAIT)
            if awaited.startswith("condition=") and not each.each("status", "conditions"):
                _set_status(api, each, {"conditions": [READY]})
            elif awaited.startswith("jsonpath=") and each.text("status", "phase") != (
                phase := awaited.rpartition("=")[2]
            ):
                _set_status(api, each, {"phase": phase})


def _set_status(api: Api, each: Object, status: JsonMap) -> None:
    try:
        api.merge(each, {"status": status}, "status")
    except RefusedError:
        api.merge(each, {"status": status})  # a kind without that subresource


def remover() -> Callable[[Api], None]:
    """Plays Argo CD, which lets an Application go once all that it delivered is gone."""
    since: dict[str, float] = {}

    def remove(api: Api) -> None:
        try:
            found = api.list("argoproj.io/v1alpha1", "Application")
        except RefusedError:
            return  # Argo CD is not installed yet, or not any more
        for each in found:
            if each.text("metadata", "deletionTimestamp"):
                uid = each.text("metadata", "uid")
                if time.monotonic() - since.setdefault(uid, time.monotonic()) > REMOVAL:
                    api.merge(each, {"metadata": {"finalizers": None}})

    return remove


@dataclass
class World:
    """Threads that play; they run until they are stopped."""

    access: Access
    problems: dict[str, str] = field(default_factory=dict[str, str])
    """What each could not do at last; a cluster that grows and shrinks refuses much for a moment."""

    _end: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list[threading.Thread])

    def start(self) -> None:
        """Begin."""
        players: Mapping[str, Callable[[Api], None]] = {
            "webhooks": quieten_webhooks,
            "aggregated": remove_aggregated,
            "operators": operate,
            "removal": remover(),
        }
        for name, play in players.items():
            thread = threading.Thread(target=self._run, args=(name, play), daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """End, after the round at hand."""
        self._end.set()
        for thread in self._threads:
            thread.join()

    def _run(self, name: str, play: Callable[[Api], None]) -> None:
        api = Api(self.access)
        while not self._end.wait(PAUSE):
            try:
                play(api)
            except (RefusedError, OSError) as error:
                self.problems[name] = str(error)
