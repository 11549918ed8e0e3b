"""What the forges hear of deliveries: what has become of each commit, once, and not before it is known."""

from collections.abc import Generator

import pytest

from tests.cluster.conftest import Declared, Delivered, folder_of
from tests.cluster.harness.change import Target, choose
from tests.cluster.harness.forge import Forge, listening
from tests.cluster.harness.notifier import configuration, keys
from tests.cluster.harness.processes import wait_until
from tests.cluster.harness.summary import Summary

FAILED = {"github": ["failure"], "gitlab": ["failed"]}
ARRIVED = {"github": ["success"], "gitlab": ["success"]}


@pytest.fixture
def forge(delivered: Delivered, pytestconfig: pytest.Config) -> Generator[Forge]:
    """Both Git hosts, notified by Argo CD's notifications controller."""
    stack_file = folder_of(pytestconfig, "settings") / f"Pulumi.{delivered.stack.name}.yaml"
    with listening() as made:
        delivered.argo_cd.start_notifications(configuration(stack_file, made), keys())
        yield made
        delivered.argo_cd.stop_notifications()


def test_a_release_that_does_not_run_is_reported_and_so_is_its_revert(
    forge: Forge, delivered: Delivered, declared: Declared, summary: Summary
) -> None:
    """It was Healthy before the release and Degraded before the revert: neither is reported for the commit."""
    delivered.applications.settle()
    target = choose(delivered.cluster.api, delivered.repository.copy, declared, delivered.applications.all())
    name = f"oneup/{delivered.stack.name}/{target.application}"
    target.find_no_node()
    broken = delivered.repository.commit("Release what finds no node")
    delivered.applications.refresh()
    took = wait_until(lambda: forge.of(broken, name) == FAILED, 90, lambda: told(forge, target), 0.1)
    summary.took(delivered.stack.name, "a release that does not run: the commit's status says so", took)
    restored = delivered.repository.revert()
    delivered.applications.refresh()
    took = wait_until(lambda: forge.of(restored, name) == ARRIVED, 90, lambda: told(forge, target), 0.1)
    summary.took(delivered.stack.name, "its revert: the commit's status says that it runs", took)
    delivered.applications.settle(revision=restored)
    assert (forge.of(broken, name), forge.of(restored, name)) == (FAILED, ARRIVED), forge.report()
    assert not forge.refused


def told(forge: Forge, target: Target) -> str:
    """What has been said, and of what."""
    return f"{forge.report()}\n{target.live().raw.get('status')}"
