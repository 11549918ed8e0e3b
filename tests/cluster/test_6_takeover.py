"""Argo CD deleted with its state, and reinstalled on the live cluster."""

from tests.cluster.conftest import Delivered
from tests.cluster.harness.fingerprint import differences
from tests.cluster.harness.summary import Summary


def test_a_new_argo_cd_takes_over_without_a_change(delivered: Delivered, summary: Summary) -> None:
    delivered.applications.settle()
    before = delivered.fingerprints()
    delivered.argo_cd.lose()
    delivered.argo_cd.configure()
    delivered.argo_cd.start()
    delivered.hand_over()
    took = delivered.applications.settle()
    summary.took(delivered.stack.name, "a new Argo CD has taken over all Applications", took)
    changed = differences(before, delivered.fingerprints())
    assert not changed, "\n".join(changed)
