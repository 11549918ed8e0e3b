"""Runs a part of the program on a given cluster; a whole stack is rehearsed by ``tests.support.plans``."""

import asyncio
from collections.abc import Callable, Iterable

import pulumi
import pulumi_kubernetes as k8s
from pulumi.runtime.stack import run_in_stack

from oneup.foundation.cluster_reference import ClusterReference, ServiceAccountRole, Stage
from oneup.foundation.iam import Identity
from oneup.plan import Resource
from oneup.rehearsal import sdk
from oneup.rehearsal.monitor import Recorder
from oneup.settings.stackfile import StackFile
from oneup.values import FoundationOutput


class Thing(pulumi.CustomResource):
    """Something of the foundation that others wait for."""

    def __init__(self, name: str, options: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("test:index:Thing", name, {}, options)


def identities(name: str, namespace: str, identity: Identity, parent: pulumi.Resource) -> ServiceAccountRole:
    """A role with one attachment."""
    policy = Thing(f"{name}-policy", pulumi.ResourceOptions(parent=parent))
    arn = pulumi.Output.from_input(f"{namespace}/{identity.service_account}")
    return ServiceAccountRole(arn, (policy,), {"eks.amazonaws.com/role-arn": arn})


def handle(name: str = "oneup-test", *, aws: bool = True) -> ClusterReference:
    """A cluster of three stages; to be called within ``record``."""
    control_plane, nodes, volumes = Thing("control-plane"), Thing("nodes"), Thing("volumes")
    return ClusterReference(
        name=name,
        provider=k8s.Provider("cluster", kubeconfig="{}"),
        stages={
            Stage.CONTROL_PLANE: (control_plane,),
            Stage.NODES: (control_plane, nodes),
            Stage.VOLUMES: (control_plane, nodes, volumes),
        },
        facts={fact: pulumi.Output.from_input(f"the-{fact}") for fact in FoundationOutput} if aws else {},
        identities=identities if aws else None,
        deleted_with=control_plane if aws else None,
    )


def record(program: Callable[[], object]) -> tuple[Resource, ...]:
    """Run ``program`` and return what it has registered, in order."""
    recorder = Recorder(sdk.PROJECT, "test", preview=False)
    asyncio.run(_run(program, recorder))
    return tuple(recorder.recorded.values())


async def _run(program: Callable[[], object], recorder: Recorder) -> None:
    def run() -> None:
        program()

    sdk.prepare(StackFile("test", {}, frozenset()), recorder, sdk.Engine(), preview=False)
    await run_in_stack(run)


def names(urns: Iterable[str]) -> frozenset[str]:
    """The names of resources, by their URNs."""
    return frozenset(urn.rsplit("::", 1)[-1] for urn in urns)


def waits(resource: Resource) -> frozenset[str]:
    """The names of the resources that one depends on."""
    return names(resource.dependencies)


def goes_with(resource: Resource) -> str:
    """The name of the resource that this one is deleted with; empty where it is deleted by itself."""
    return resource.deleted_with.rsplit("::", 1)[-1]
