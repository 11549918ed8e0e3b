"""The plan's objects, applied to a real API server."""

from tests.cluster.conftest import Applied
from tests.cluster.harness.api import Api, RefusedError
from tests.cluster.harness.cluster import Cluster
from tests.cluster.harness.objects import Object


def test_every_object_is_accepted(applied: Applied) -> None:
    refused = [f"{each.identity}: {answer}" for each, answer in applied if isinstance(answer, RefusedError)]
    assert not refused, "\n".join(refused)


def test_nothing_changes_the_second_time(applied: Applied, cluster: Cluster) -> None:
    accepted = [each for each, answer in applied if isinstance(answer, Object)]
    changed = [str(each.identity) for each in accepted if changes(cluster.api, each)]
    assert not changed


def changes(api: Api, each: Object) -> bool:
    """Whether applying an object again changes it; controllers may change it in between, so ask again."""
    return all(version(api.get(each)) != version(api.apply(each)) for _ in range(3))


def version(live: Object | None) -> tuple[str, int]:
    assert live
    return live.text("metadata", "resourceVersion"), live.number("metadata", "generation")
