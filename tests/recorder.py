"""Runs a part of the program against the SDK's test monitor and keeps what it registers.

For parts alone, on a cluster that is given; a whole stack is rehearsed.
"""

import asyncio
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import cast

import pulumi
import pulumi_kubernetes as k8s
from google.protobuf.json_format import MessageToDict
from pulumi.runtime import mocks
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.stack import run_pulumi_func

from oneup.foundation.handle import Handle, Role, Stage
from oneup.foundation.statement import Identity
from oneup.values import Fact


@dataclass(frozen=True)
class Registered:
    """One resource as the engine would see it."""

    type: str
    name: str
    parent: str
    inputs: Mapping[str, object]
    waits: frozenset[str]
    """Names of the resources that it depends on."""

    deleted_with: str
    request: resource_pb2.RegisterResourceRequest = field(repr=False, compare=False)


class _Echo(mocks.Mocks):
    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, object]]:
        return f"{args.name}-id", cast("dict[str, object]", args.inputs)  # pyright: ignore[reportUnknownMemberType] - the SDK says only dict

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, object], None]:
        raise AssertionError(f"the program asks the provider for {args.token}")


class _Recorder(mocks.MockMonitor):
    def __init__(self) -> None:
        super().__init__(_Echo())
        self.registered: list[Registered] = []

    def RegisterResource(  # noqa: N802 - the name is the protocol's
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        self.registered.append(
            Registered(
                type=request.type,
                name=request.name,
                parent=_last(request.parent),
                inputs=MessageToDict(request.object),
                waits=frozenset(map(_last, request.dependencies)),
                deleted_with=_last(request.deletedWith),
                request=request,
            )
        )
        return super().RegisterResource(request)  # pyright: ignore[reportUnknownMemberType] - the SDK gives no type


def _last(urn: str) -> str:
    return urn.rsplit("::", 1)[-1]


class Thing(pulumi.CustomResource):
    """Something of the foundation that others wait for."""

    def __init__(self, name: str, options: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("test:index:Thing", name, {}, options)


def identities(name: str, namespace: str, identity: Identity, parent: pulumi.Resource) -> Role:
    """A role with one attachment."""
    policy = Thing(f"{name}-policy", pulumi.ResourceOptions(parent=parent))
    return Role(pulumi.Output.from_input(f"{namespace}/{identity.service_account}"), (policy,))


def handle(name: str = "oneup-test", *, aws: bool = True) -> Handle:
    """A cluster of three stages; to be called within ``record``."""
    control_plane, nodes, volumes = Thing("control-plane"), Thing("nodes"), Thing("volumes")
    return Handle(
        name=name,
        provider=k8s.Provider("cluster", kubeconfig="{}"),
        stages={
            Stage.CONTROL_PLANE: (control_plane,),
            Stage.NODES: (control_plane, nodes),
            Stage.VOLUMES: (control_plane, nodes, volumes),
        },
        facts={fact: pulumi.Output.from_input(f"the-{fact}") for fact in Fact} if aws else {},
        identities=identities if aws else None,
        deleted_with=control_plane if aws else None,
    )


def record(program: Callable[[], object]) -> Sequence[Registered]:
    """Run ``program`` and return what it has registered, in order."""
    monitor = _Recorder()
    with _loop():
        mocks.set_mocks(_Echo(), project="oneup", stack="test", preview=False, monitor=monitor)

        async def run() -> None:
            program()

        asyncio.get_event_loop().run_until_complete(run_pulumi_func(run))
    return monitor.registered


@contextmanager
def _loop() -> Generator[None]:
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        yield
    finally:
        loop.close()
        asyncio.set_event_loop(None)
