"""Argo CD's Applications as they stand, and waiting for them."""

import time
from dataclasses import dataclass, field

from tests.cluster.harness.api import Api
from tests.cluster.harness.objects import JsonMap, Object
from tests.cluster.harness.processes import Servers, wait_until

APPLICATION = ("argoproj.io/v1alpha1", "Application")
PAUSE = 0.15
WARNINGS = 12
QUIET = 0.6
"""Seconds for which nothing may change before it counts as settled."""


def automated(application: Object) -> bool:
    """Whether Argo CD syncs it without being asked."""
    policy = application.at("spec", "syncPolicy", "automated")
    return policy is not None and application.at("spec", "syncPolicy", "automated", "enabled") is not False


def settled(application: Object) -> bool:
    """Whether it is Synced and Healthy, and nothing is under way."""
    status = application.text("status", "sync", "status"), application.text("status", "health", "status")
    running = application.text("status", "operationState", "phase") in ("Running", "Terminating")
    return status == ("Synced", "Healthy") and not running and not application.map("operation")


def describe(application: Object) -> str:
    """What keeps it from being settled, in a few lines."""
    status = Object(application.map("status"))
    operation = Object(status.map("operationState"))
    lines = [f"{application.name}: {status.text('sync', 'status')}, {status.text('health', 'status')}"]
    lines += [f"{each.text('type')}: {each.text('message')}" for each in status.each("conditions")]
    lines += [f"{operation.text('phase')}: {operation.text('message')}"] if operation.text("message") else []
    for part in status.each("resources"):
        health = part.text("health", "status")
        if part.text("status") == "OutOfSync" or health not in ("", "Healthy"):
            state = f"{part.text('status')}, {health} {part.text('health', 'message')}"
            lines.append(f"{part.text('kind')} {part.text('namespace')}/{part.text('name')}: {state}")
    return "\n    ".join(lines)


@dataclass
class Applications:
    """All Applications of a cluster, observed."""

    api: Api
    namespace: str
    servers: Servers
    seen: dict[str, float] = field(default_factory=dict[str, float])
    """When each was first there."""

    healthy: dict[str, float] = field(default_factory=dict[str, float])
    """When each was first seen to be healthy."""

    def all(self) -> tuple[Object, ...]:
        """Every Application now; what is new is noted."""
        found, now = self.api.list(*APPLICATION, self.namespace), time.monotonic()
        for each in found:
            self.seen.setdefault(each.name, now)
            if each.text("status", "health", "status") == "Healthy":
                self.healthy.setdefault(each.name, now)
        return found

    def named(self, name: str) -> Object:
        """One Application."""
        (found,) = (each for each in self.all() if each.name == name)
        return found

    def refresh(self) -> None:
        """Have Argo CD look at the repository, as a push webhook would."""
        for each in self.all():
            self.api.merge(each, {"metadata": {"annotations": {"argocd.argoproj.io/refresh": "normal"}}})

    def settle(self, seconds: float = 120, revision: str = "") -> float:
        """Wait until all that sync by themselves are settled, and stay so for a while.

        At a commit, if given. Returns the seconds until they were settled.
        """
        start = since = time.monotonic()

        def done() -> bool:
            nonlocal since
            self.servers.alive()
            if not self.complete(revision):
                since = time.monotonic()
            return time.monotonic() - since > QUIET

        wait_until(done, seconds, self.report, PAUSE)
        return since - start

    def complete(self, revision: str = "") -> bool:
        """Whether all that any Application declares are there, settled and at the commit."""
        found = self.all()
        declared = {name for each in found for name, _ in children(each)}
        mine = [each for each in found if automated(each)]
        at_commit = (
            all(each.text("status", "sync", "revision") == revision for each in mine) if revision else True
        )
        return (
            bool(mine) and declared <= {each.name for each in found} and at_commit and all(map(settled, mine))
        )

    def report(self) -> str:
        """What keeps them from being settled."""
        found = [describe(each) for each in self.all() if not settled(each)]
        warned = [
            f"{each.text('involvedObject', 'name')}: {each.text('message')}" for each in self._warnings()
        ]
        return "\n  ".join(
            ("not settled:", *found, *("warnings:" for _ in warned[:1]), *dict.fromkeys(warned))
        )

    def _warnings(self) -> tuple[Object, ...]:
        """The last events that say why pods are not made or find no place."""
        events = [each for each in self.api.list("v1", "Event") if each.text("type") == "Warning"]
        return tuple(sorted(events, key=lambda each: each.text("metadata", "creationTimestamp"))[-WARNINGS:])

    def sync(self, application: Object) -> None:
        """Ask for a sync, as `argocd app sync` does."""
        operation: JsonMap = {
            "initiatedBy": {"username": "cluster-test"},
            "sync": {"syncStrategy": {"hook": {}}},
        }
        self.api.merge(application, {"operation": operation})


def children(application: Object) -> tuple[tuple[str, int], ...]:
    """The Applications that an Application declares, each with its sync wave."""
    parts = application.each("status", "resources")
    return tuple(
        (part.text("name"), part.number("syncWave")) for part in parts if part.text("kind") == "Application"
    )
