"""The root Application, synced from an empty cluster by a real Argo CD."""

import time
from collections import Counter
from itertools import pairwise

import pytest

from tests.cluster.conftest import Declared, Delivered
from tests.cluster.harness.api import Api
from tests.cluster.harness.applications import automated, children, settled
from tests.cluster.harness.objects import Identity, Object
from tests.cluster.harness.processes import wait_until
from tests.cluster.harness.summary import Summary
from tests.cluster.harness.workloads import NAMED, references, written

TOLERANCE = 0.2
"""Seconds by which an observation may be late: Applications are looked at several times a second."""


@pytest.fixture(scope="session")
def synced(delivered: Delivered, summary: Summary) -> Delivered:
    """The stack, once all Applications that sync by themselves are Synced and Healthy."""
    took = delivered.applications.settle()
    found = delivered.applications.all()
    summary.took(delivered.stack.name, f"from the root Application to {len(found)} Synced and Healthy", took)
    return delivered


def test_all_applications_become_synced_and_healthy(synced: Delivered) -> None:
    assert synced.applications.complete(), synced.applications.report()


def test_all_declared_applications_are_there(synced: Delivered, declared: Declared) -> None:
    assert {each.name for each in synced.applications.all()} == set(declared)


def test_waves_start_in_order(synced: Delivered) -> None:
    """A wave's Applications are made only when those of the wave before are healthy."""
    seen, healthy = synced.applications.seen, synced.applications.healthy
    early = [
        f"{parent.name}: {name} (wave {wave}) was {healthy[earlier] - seen[name]:.1f} s before {earlier}"
        for parent in synced.applications.all()
        for before, after in pairwise(waves(parent))
        for earlier, _ in before
        for name, wave in after
        if earlier in healthy and seen[name] < healthy[earlier] - TOLERANCE
    ]
    assert not early, "\n".join(early)


def waves(parent: Object) -> list[list[tuple[str, int]]]:
    """The Applications that an Application makes, by wave."""
    found = children(parent)
    return [[child for child in found if child[1] == wave] for wave in sorted({wave for _, wave in found})]


def test_what_is_synced_by_hand_syncs(synced: Delivered, summary: Summary) -> None:
    by_hand = [each for each in synced.applications.all() if not automated(each)]
    start = time.monotonic()
    for each in by_hand:
        synced.applications.sync(each)
    names = {each.name for each in by_hand}
    wait_until(
        lambda: all(settled(each) for each in synced.applications.all() if each.name in names),
        120,
        synced.applications.report,
    )
    if by_hand:
        summary.took(
            synced.stack.name, f"{len(by_hand)} Applications synced by hand", time.monotonic() - start
        )


def test_nothing_is_owned_twice(declared: Declared, synced: Delivered) -> None:
    """What the plan declares and what each Application declares have no object in common."""
    api = synced.cluster.api
    plan = Counter(each.identity for each in synced.stack.objects)
    homes = {each.name: each.text("spec", "destination", "namespace") for each in synced.applications.all()}
    owned = Counter(
        placed(api, each, homes[name])
        for name, objects in declared.items()
        for each in objects
        if not hook(each)
    )
    assert not [str(identity) for identity, times in (plan + owned).items() if times > 1]


def placed(api: Api, each: Object, home: str) -> Identity:
    """The identity of an object that Argo CD puts into an Application's namespace if it names none."""
    namespaced = api.kind(each.api_version, each.kind).namespaced
    return each.identity._replace(namespace=(each.namespace or home) if namespaced else "")


def hook(each: Object) -> bool:
    """Whether an object is made for a sync only."""
    return "argocd.argoproj.io/hook" in each.map("metadata", "annotations")


def test_pods_find_what_they_name(synced: Delivered) -> None:
    """No kubelet is here to miss a ConfigMap, a Secret or a claim: each is there, or will be written.

    What the stack's own pods name may be for its user to make, such as a tunnel's token.
    """
    api = synced.cluster.api
    homes = {each.text("spec", "destination", "namespace") for each in synced.applications.all()}
    there = {each.identity._replace(group="") for kind in NAMED for each in api.list("v1", kind)}
    there |= {Identity("", "Secret", each.namespace, each.name) for each in written(api)}
    lost = {
        f"{pod.namespace}/{pod.name} names {kind} {name}"
        for pod in api.list("v1", "Pod")
        if pod.namespace in homes
        for kind, name in references(pod)
        if Identity("", kind, pod.namespace, name) not in there
    }
    assert not lost


def test_services_have_endpoints(synced: Delivered, declared: Declared) -> None:
    """Each Service that selects pods finds ready ones, at a port that they have."""
    api = synced.cluster.api
    ready = {
        (piece.namespace, piece.text("metadata", "labels", "kubernetes.io/service-name"))
        for piece in api.list("discovery.k8s.io/v1", "EndpointSlice")
        if piece.each("ports") and any(end.at("conditions", "ready") for end in piece.each("endpoints"))
    }
    selecting = [
        each
        for objects in declared.values()
        for each in objects
        if each.kind == "Service" and each.map("spec", "selector")
    ]
    assert not [each.name for each in selecting if not {name for _, name in ready} & {each.name}]
