"""What becomes of changes: of the cluster by hand, and of the repository, good and bad."""

from collections.abc import Callable

import pytest

from tests.cluster.conftest import Declared, Delivered
from tests.cluster.harness.applications import automated, children
from tests.cluster.harness.change import Target, choose
from tests.cluster.harness.fingerprint import differences
from tests.cluster.harness.objects import Object
from tests.cluster.harness.processes import wait_until
from tests.cluster.harness.summary import Summary

DRIFT = "example.com/changed-by-hand:1"
COMMITTED = "example.com/committed:1"


@pytest.fixture(scope="session")
def target(delivered: Delivered, declared: Declared) -> Target:
    """The workload that is changed."""
    delivered.applications.settle()
    live = delivered.applications.all()
    return choose(delivered.cluster.api, delivered.repository.copy, declared, live)


def test_a_live_change_is_undone(target: Target, delivered: Delivered, summary: Summary) -> None:
    original = target.image()
    target.set_image(DRIFT)
    took = wait_until(lambda: target.image() == original, 60, delivered.applications.report, 0.05)
    summary.took(delivered.stack.name, "a live object changed by hand is restored", took)
    delivered.applications.settle()


def test_a_deleted_object_comes_back(target: Target, delivered: Delivered, summary: Summary) -> None:
    uid = target.live().text("metadata", "uid")
    delivered.cluster.api.delete(target.workload)
    took = wait_until(
        lambda: target.live().text("metadata", "uid") not in ("", uid),
        60,
        delivered.applications.report,
        0.05,
    )
    summary.took(delivered.stack.name, "a live object deleted by hand is back", took)
    delivered.applications.settle()


def test_a_commit_arrives_and_its_revert_restores(
    target: Target, delivered: Delivered, summary: Summary
) -> None:
    original = target.image()
    target.commit_image(COMMITTED)
    commit = publish(delivered, "Release another image")
    arrived = wait_until(lambda: target.image() == COMMITTED, 60, delivered.applications.report, 0.05)
    delivered.applications.settle(revision=commit)
    back = take_back(delivered)
    took = wait_until(lambda: target.image() == original, 60, delivered.applications.report, 0.05)
    healthy = delivered.applications.settle(revision=back)
    summary.took(delivered.stack.name, "a commit arrives", arrived)
    summary.took(delivered.stack.name, "`git revert` restores the object", took)
    summary.took(delivered.stack.name, "`git revert` until all are Synced and Healthy", took + healthy)


BROKEN: dict[str, Callable[[Target], None]] = {
    "a kustomization that lacks a file": Target.lack_a_file,
    "an object that the API server refuses": Target.be_invalid,
    "an object that the project forbids": Target.be_forbidden,
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_commit_is_reported_and_harms_nothing(
    what: str, target: Target, delivered: Delivered, summary: Summary
) -> None:
    applications = delivered.applications
    before = delivered.fingerprints()
    BROKEN[what](target)
    commit = publish(delivered, f"Break: {what}")
    took = wait_until(
        lambda: bool(errors(applications.named(target.application), commit)), 120, applications.report
    )
    wait_until(lambda: others_follow(delivered, target, commit), 60, applications.report)
    harmed = differences(before, delivered.fingerprints())
    assert not harmed, "\n".join(harmed)
    restored = applications.settle(revision=take_back(delivered))
    left = differences(before, delivered.fingerprints())
    assert not left, "\n".join(left)
    summary.took(delivered.stack.name, f"{what}: reported", took)
    summary.took(delivered.stack.name, f"{what}: `git revert` until all are Synced and Healthy", restored)


def publish(delivered: Delivered, message: str) -> str:
    """Commit what has been changed and have Argo CD look; the commit."""
    commit = delivered.repository.commit(message)
    delivered.applications.refresh()
    return commit


def take_back(delivered: Delivered) -> str:
    """Revert the last commit and have Argo CD look; the new commit."""
    commit = delivered.repository.revert()
    delivered.applications.refresh()
    return commit


def errors(application: Object, commit: str) -> list[str]:
    """What Argo CD says is wrong with an Application at a commit."""
    found = [
        each.text("message")
        for each in application.each("status", "conditions")
        if "Error" in each.text("type")
    ]
    result = Object(application.map("status", "operationState", "syncResult"))
    if result.text("revision") == commit:
        failed = [each for each in result.each("resources") if each.text("status") == "SyncFailed"]
        found += [each.text("message") for each in failed]
    return found


def others_follow(delivered: Delivered, target: Target, commit: str) -> bool:
    """Whether all Applications but the target's and those above it are Synced and Healthy at the commit."""
    found = delivered.applications.all()
    spared = {target.application, *above(found, target.application)}
    others = [each for each in found if each.name not in spared and automated(each)]
    expected = ("Synced", "Healthy", commit)
    return all(state(each) == expected for each in others)


def state(application: Object) -> tuple[str, str, str]:
    status = Object(application.map("status"))
    return status.text("sync", "status"), status.text("health", "status"), status.text("sync", "revision")


def above(found: tuple[Object, ...], name: str) -> set[str]:
    """The Applications that an Application is declared under."""
    parents = {each.name for each in found if name in dict(children(each))}
    return parents.union(*(above(found, parent) for parent in parents))
