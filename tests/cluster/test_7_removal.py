"""The root Application deleted: what it has delivered goes with it."""

from tests.cluster.conftest import Delivered
from tests.cluster.harness.objects import Identity, Object, descendants
from tests.cluster.harness.processes import wait_until
from tests.cluster.harness.summary import Summary


def test_nothing_remains_when_the_root_is_deleted(delivered: Delivered, summary: Summary) -> None:
    delivered.applications.settle()
    api, root = delivered.cluster.api, delivered.stack.root
    api.delete(root)
    took = wait_until(lambda: not delivered.applications.all(), 180, delivered.applications.report)
    summary.took(delivered.stack.name, "from deleting the root until all Applications are gone", took)
    left = wait_until(lambda: not remains(delivered), 120, lambda: f"remains: {remains(delivered)}", 0.5)
    summary.took(delivered.stack.name, "… and until nothing of theirs is left", took + left)
    assert not [str(each) for each in delivered.before.keys() - api.everything().keys() if each.kind in KEPT]


KEPT = (
    "Namespace",
    "AppProject",
    "StorageClass",
    "PriorityClass",
    "ResourceQuota",
    "CustomResourceDefinition",
)
"""Kinds of the plan's that the applications use, and must leave."""


def remains(delivered: Delivered) -> list[Identity]:
    """Objects that were not there before the root, but for volumes that their class keeps on purpose.

    What the plan's own objects have made meanwhile, such as the job of a schedule, is none of theirs.
    """
    now = delivered.cluster.api.everything()
    own = descendants(delivered.before, now)
    return sorted(key for key in now.keys() - delivered.before.keys() - own if not kept(now[key]))


def kept(each: Object) -> bool:
    """Whether it is a volume that outlives its claim, as the stack's storage class says."""
    policy = each.text("spec", "persistentVolumeReclaimPolicy")
    return each.kind == "PersistentVolume" and (policy, each.text("status", "phase")) == (
        "Retain",
        "Released",
    )
