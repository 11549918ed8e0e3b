"""A cluster of the user's own, made by kind: taken empty, and given back as it was."""

from collections.abc import Collection, Generator
from contextlib import contextmanager
from pathlib import Path

from tests.cluster.harness.access import export_kubeconfig, open_kubeconfig
from tests.cluster.harness.api import Api, RefusedError
from tests.cluster.harness.nodes import SIMULATED
from tests.cluster.harness.objects import Identity, Object
from tests.cluster.harness.processes import wait_until
from tests.cluster.harness.volumes import BY

KIND = "kind-"
"""Contexts of kind's begin so; no other is touched, since what is tried here would harm a cluster in use."""

DEFINITION = "CustomResourceDefinition"
LAST = ("Node", "Namespace", DEFINITION)
"""Kinds that others would be lost with; they are given back last."""


@contextmanager
def borrow(context: str, folder: Path, objects: Collection[Object]) -> Generator[Api]:
    """Use a cluster: its own nodes take no pods meanwhile, and what has been added is deleted at the end."""
    if not context.startswith(KIND):
        raise RuntimeError(
            f"KUBE_CONTEXT={context}: only contexts of kind's ({KIND}…) are touched by this test"
        )
    file = export_kubeconfig(context, folder)
    try:
        api = Api(open_kubeconfig(file))
        before = api.everything()
        taken = {each.identity for each in objects if each.kind == "Namespace"} & before.keys()
        if taken:
            names = ", ".join(sorted(each.name for each in taken))
            raise RuntimeError(f"{context} is in use: it has the namespaces {names}; make an empty cluster")
        _cordon(api, closed=True)
        try:
            yield api
        finally:
            _give_back(api, before.keys(), {each.identity for each in objects})
            _cordon(api, closed=False)
    finally:
        for written in folder.glob("kubeconfig*"):
            written.unlink()


def _cordon(api: Api, *, closed: bool) -> None:
    for node in api.list("v1", "Node"):
        if SIMULATED not in node.map("metadata", "annotations"):
            api.merge(node, {"spec": {"unschedulable": closed or None}})


def _give_back(api: Api, before: Collection[Identity], objects: Collection[Identity]) -> None:
    """Delete what has been added, and nothing that others have added meanwhile."""
    namespaces = {each.name for each in objects if each.kind == "Namespace"}

    def ours(each: Object) -> bool:
        made = bool({SIMULATED, BY} & each.map("metadata", "annotations").keys())
        return made or each.namespace in namespaces or each.identity in objects or each.kind == DEFINITION

    def added() -> list[Object]:
        found = [each for key, each in api.everything().items() if key not in before and ours(each)]
        return sorted(found, key=lambda each: each.kind in LAST)

    def gone() -> bool:
        left = added()
        for each in left:
            _remove(api, each)
        return not left

    wait_until(gone, 180, lambda: f"not deleted: {added()}", 1)


def _remove(api: Api, each: Object) -> None:
    try:
        if each.group == "argoproj.io":
            api.merge(each, {"metadata": {"finalizers": None}})
        api.delete(each)
    except RefusedError:
        return  # gone meanwhile, or to be asked again in the next round
