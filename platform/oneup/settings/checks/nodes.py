"""The nodes of a cluster that exists already."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from oneup.settings.errors import Problem, path
from oneup.settings.existing import NodeRole
from oneup.settings.model import ExistingSettings

FEWEST: Final = 3
"""Of each role where availability is high: monitors and databases outvote one that is gone."""


def enough(settings: ExistingSettings) -> Iterator[Problem]:
    """Where availability is high, a role outlives one of its nodes and still has a majority."""
    if settings.availability != "high" or not settings.existing.nodes:
        return
    for role in NodeRole:
        count = len(settings.existing.of(role))
        if count < FEWEST:
            text = (
                f"names {count} of the role {role}; availability: high takes {FEWEST} of each role at least"
            )
            yield Problem("existing.nodes", text, text)


def repeated(settings: ExistingSettings) -> Iterator[Problem]:
    """A node is named once: it has one role."""
    counts = Counter(node.name for node in settings.existing.nodes)
    for index, node in enumerate(settings.existing.nodes):
        if counts[node.name] > 1:
            text = f"{node.name} is named {counts[node.name]} times; give each node one role"
            yield Problem(path(("existing", "nodes", index, "name")), text)


def disks(settings: ExistingSettings) -> Iterator[Problem]:
    """Only the disks of storage nodes are taken, each once."""
    for index, node in enumerate(settings.existing.nodes):
        key = path(("existing", "nodes", index, "devices"))
        if node.devices and node.role is not NodeRole.STORAGE:
            text = f"are taken on storage nodes only, and {node.name} is a {node.role} node; remove them"
            yield Problem(key, text, text)
        elif len(set(node.devices)) < len(node.devices):
            yield Problem(key, f"names a disk of {node.name} twice; name each once")
