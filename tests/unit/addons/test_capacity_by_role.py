"""Named nodes hold what runs on nodes of their role, or the stack is refused with the figures."""

import pytest

from oneup.installation import select
from oneup.installation.capacity_by_role import lines, utilization_by_role
from oneup.installation.choose import SelectionError
from oneup.plan import Json
from oneup.settings.existing import NodeRole
from oneup.settings.model import ExistingSettings
from tests.support.stacks import settings


def nodes(**sizes: tuple[int, int]) -> dict[str, Json]:
    """Three nodes of each role; those of the roles given have so many processors and GiB."""
    return {
        "nodes": [
            {
                "name": f"{role}-{number}",
                "role": role,
                **({"devices": ["sdb"]} if role == "storage" else {}),
                **({"cpus": sizes[role][0], "memoryGib": sizes[role][1]} if role in sizes else {}),
            }
            for role in ("gateway", "storage", "worker")
            for number in range(3)
        ]
    }


def bare_metal(**changes: Json) -> ExistingSettings:
    found = settings("baremetal", **changes)
    assert isinstance(found, ExistingSettings)
    return found


def test_the_stacks_own_nodes_are_counted_role_by_role() -> None:
    stack = bare_metal()
    found = dict(utilization_by_role(stack, select(stack).addons))
    assert set(found) == set(NodeRole)
    assert all(load.allocatable.fits(load.requested) for load in found.values())
    # Ceph's disks alone: six, each with its daemon's memory.
    assert found[NodeRole.STORAGE].requested.memory_mib > 6 * 4096
    assert len(lines(stack, select(stack).addons)) == 9


@pytest.mark.parametrize(
    ("role", "size"), [("gateway", (1, 2)), ("storage", (2, 8)), ("worker", (2, 8))], ids=str
)
def test_nodes_that_are_too_small_are_refused_with_figures(role: str, size: tuple[int, int]) -> None:
    with pytest.raises(SelectionError, match=f"pods on {role} nodes request .*; 3 nodes provide "):
        select(bare_metal(existing=nodes(**{role: size})))


def test_a_pod_that_fits_on_no_node_is_named() -> None:
    large: Json = {"loki": {"enabled": True, "memory": 15000}}
    with pytest.raises(
        SelectionError, match="a pod of loki requests up to 200m CPU and 15000 MiB; the largest"
    ):
        select(bare_metal(existing=nodes(worker=(16, 16)), addons=large))


def test_nodes_of_unknown_size_are_not_counted() -> None:
    stack = bare_metal(existing=nodes(worker=(16, 64)))
    assert [role for role, _ in utilization_by_role(stack, select(stack).addons)] == [NodeRole.WORKER]
