"""A hand's edit of an object of each kind is found by a refresh, and the next up heals it."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.cluster.harness.api import Api, RefusedError
from tests.cluster.harness.objects import Identity, Json, JsonMap, Object
from tests.cluster.harness.summary import Summary
from tests.up.engine.cluster import Cluster
from tests.up.engine.command import Engine
from tests.up.engine.states import RELEASE, planned

BY_HAND = "a-hand"
"""The field manager of whoever edits."""

KEPT = (("metadata", "name"), ("metadata", "namespace"), ("metadata", "finalizers"))
"""What names an object, and a set to which others may add."""

Steps = tuple[str | int, ...]


def by_kind(plan: Path) -> Mapping[str, Sequence[Object]]:
    """The objects that the stack owns whole, by their type."""
    found: dict[str, list[Object]] = {}
    for resource in planned(plan).values():
        kind = resource.text("type")
        if kind.startswith("kubernetes:") and kind != RELEASE and not kind.endswith("Patch"):
            found.setdefault(kind, []).append(Object(resource.map("inputs")))
    return found


def leaves(value: Json, path: Steps = ()) -> Iterator[tuple[Steps, Json]]:
    """Each scalar of an object's own fields."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            if path or key not in ("apiVersion", "kind"):
                yield from leaves(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from leaves(each, (*path, index))
    else:
        yield path, value


def other(value: Json) -> Json:
    """A value of the same type."""
    if isinstance(value, bool):
        return not value
    quantity = re.fullmatch(r"(\d+)(\D*)", str(value))
    if quantity:
        more = f"{int(quantity[1]) + 1}{quantity[2]}"
        return int(more) if isinstance(value, int) else more
    return f"{value}-edited"


def replaced(whole: Json, path: Steps, value: Json) -> Json:
    """A copy of the whole with one scalar replaced."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(whole, Mapping):
        return {**whole, str(step): replaced(whole[str(step)], rest, value)}
    assert isinstance(whole, list)
    return [replaced(each, rest, value) if index == step else each for index, each in enumerate(whole)]


def edit(api: Api, wanted: Object) -> Steps:
    """Change the first field that the API server lets a hand change; its path."""
    live = api.get(wanted)
    assert live is not None
    for path, value in leaves(wanted.raw):
        if path[:2] in KEPT or live.at(*path) != value:
            continue
        whole = replaced(live.raw, path, other(value))
        try:
            api.request("PUT", f"{api.path(live)}?fieldManager={BY_HAND}", whole)
        except RefusedError:
            continue  # an immutable field, or a value that the kind does not take
        return path
    return ()


def test_up_with_a_refresh_heals_it(
    stack: str, engine: Engine, cluster: Cluster, plan: Path, summary: Summary
) -> None:
    edited: dict[Identity, tuple[Steps, Object]] = {}
    fixed: list[str] = []
    for kind, objects in by_kind(plan).items():
        for wanted in objects:
            if path := edit(cluster.api, wanted):
                edited[wanted.identity] = path, wanted
                break
        else:
            fixed.append(kind)
    assert edited
    engine.make("up", "--refresh").check()
    for identity, (path, wanted) in edited.items():
        live = cluster.api.get(wanted)
        assert live is not None
        assert live.at(*path) == wanted.at(*path), f"{identity} {path}: {json.dumps(live.at(*path))}"
    engine.make("up", "--expect-no-changes").check()
    kinds = ", ".join(sorted(identity.kind for identity in edited))
    summary.note(stack, f"edited by hand and healed: {kinds}")
    if fixed:
        summary.note(stack, f"nothing of these can be edited by hand: {', '.join(fixed)}")


def test_a_release_edited_by_hand_is_not_noticed(engine: Engine, cluster: Cluster) -> None:
    """Helm's releases are compared by their values; docs say where such drift is looked for."""
    argo_cd = Object(
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "argo-cd", "namespace": "argocd"},
        }
    )
    none: JsonMap = {"spec": {"replicas": 0}}
    cluster.api.merge(argo_cd, none)
    engine.make("up", "--refresh", "--expect-no-changes").check()
    live = cluster.api.get(argo_cd)
    assert live is not None
    assert live.number("spec", "replicas") == 0
    cluster.api.merge(argo_cd, {"spec": {"replicas": 1}})
