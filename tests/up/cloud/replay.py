"""The engine in small: it brings a plan of the rehearsal up through the providers, and takes it down again.

A plan's inputs hold what the rehearsal made up: each is replaced by what AWS said in its place.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from types import TracebackType
from typing import Final, Self, cast

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2 as wire
from pulumi.runtime.proto import provider_pb2_grpc, resource_pb2, resource_pb2_grpc
from tests.up.cloud.cloud import Cloud
from tests.up.cloud.wire import dump, load

from oneup.plan import Json, JsonMap, Plan, Resource
from oneup.rehearsal.wire import RESOURCE_SIGNATURE, SIGNATURE

CLUSTER: Final = "eks:index:Cluster"
PROVIDER: Final = "pulumi:providers:aws"
# A connection of one provider is not shared with another's, as in the engine.
OPTIONS: Final = [("grpc.use_local_subchannel_pool", 1)]
SHORTEST: Final = 8
"""Shorter texts are never replaced: they may stand anywhere."""


@dataclass
class State:
    """One resource as the engine records it."""

    urn: str
    identifier: str
    inputs: dict[str, Json]
    outputs: dict[str, Json]
    provider: str


@dataclass
class Replay:
    """A stack that the providers hold, in the order in which it was made."""

    cloud: Cloud
    plan: Plan
    states: dict[str, State] = field(default_factory=dict[str, State])
    known: dict[str, str] = field(default_factory=dict[str, str])
    _made_up: re.Pattern[str] = field(default=re.compile("$^"))
    _channels: dict[str, grpc.Channel] = field(default_factory=dict[str, grpc.Channel])

    def __enter__(self) -> Self:
        """Configure each of the plan's providers on a connection of its own."""
        for resource in self.plan.of_type(PROVIDER):
            self._channels[resource.urn] = self._channel("aws")
            self.stub(resource.urn).Configure(wire.ConfigureRequest(args=dump(resource.inputs)))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        for channel in self._channels.values():
            channel.close()

    def _channel(self, provider: str) -> grpc.Channel:
        return grpc.insecure_channel(f"127.0.0.1:{self.cloud.ports[provider]}", OPTIONS)

    def stub(self, provider: str) -> provider_pb2_grpc.ResourceProviderStub:
        """A provider of the plan, by its reference or URN."""
        urn = provider.rpartition("::")[0] if provider.count("::") > 3 else provider
        return provider_pb2_grpc.ResourceProviderStub(self._channels[urn])

    @property
    def main(self) -> str:
        """The URN of the provider of nearly everything."""
        return next(iter(self._channels))

    def resources(self) -> Iterator[Resource]:
        """What the providers make, in order."""
        for resource in self.plan.resources:
            if resource.type.startswith("aws:") or resource.type == CLUSTER:
                yield resource

    def up(self) -> None:
        """Make everything, each after what it needs."""
        for resource in self.resources():
            if resource.type == CLUSTER:
                self._construct(resource)
            else:
                inputs = cast("dict[str, Json]", self.real(resource.inputs))
                made = self.create(resource.urn, inputs, resource.provider or self.main)
                self._learn(resource, made)

    def real(self, value: Json) -> Json:
        """A value of the plan with what AWS said in place of what the rehearsal made up."""
        if isinstance(value, str):
            return self._made_up.sub(lambda found: self.known[found[0]], value) if self.known else value
        if isinstance(value, Mapping):
            return {str(self.real(key)): self.real(one) for key, one in value.items()}
        if isinstance(value, Sequence):
            return [self.real(one) for one in value]
        return value

    def _learn(self, resource: Resource, made: State) -> None:
        given = set(_texts(resource.inputs))
        for key, value in {**resource.outputs, "id": resource.id}.items():
            for old, new in _pairs(value, made.identifier if key == "id" else made.outputs.get(key)):
                if len(old) >= SHORTEST and old not in given:
                    self.known[old] = new
        longest_first = sorted(self.known, key=len, reverse=True)
        self._made_up = re.compile("|".join(map(re.escape, longest_first)))

    def create(self, urn: str, inputs: JsonMap, provider: str) -> State:
        """Make one resource, as the engine does: its inputs checked, then created."""
        checked = self.check(urn, inputs, {}, provider)
        answer = self.stub(provider).Create(wire.CreateRequest(urn=urn, properties=dump(checked)))
        state = State(urn, answer.id, checked, load(answer.properties), provider)
        self.states[urn] = state
        return state

    def check(self, urn: str, inputs: JsonMap, olds: JsonMap, provider: str) -> dict[str, Json]:
        """The inputs as the provider would have them; fails where it refuses one."""
        seed = sha256(urn.encode()).digest()
        request = wire.CheckRequest(urn=urn, news=dump(inputs), olds=dump(olds), randomSeed=seed)
        answer = self.stub(provider).Check(request)
        if answer.failures:
            raise ValueError(f"{urn}: {answer.failures[0].property}: {answer.failures[0].reason}")
        return load(answer.inputs)

    def diff(self, urn: str, inputs: JsonMap) -> wire.DiffResponse:
        """What other inputs would do."""
        state = self.states[urn]
        checked = self.check(urn, inputs, state.inputs, state.provider)
        return cast(
            "wire.DiffResponse",
            self.stub(state.provider).Diff(
                wire.DiffRequest(
                    id=state.identifier,
                    urn=urn,
                    olds=dump(state.outputs),
                    news=dump(checked),
                    old_inputs=dump(state.inputs),
                )
            ),
        )

    def read(self, urn: str) -> wire.ReadResponse:
        """The resource as the provider finds it."""
        state = self.states[urn]
        request = wire.ReadRequest(
            id=state.identifier, urn=urn, properties=dump(state.outputs), inputs=dump(state.inputs)
        )
        return cast("wire.ReadResponse", self.stub(state.provider).Read(request))

    def update(self, urn: str, inputs: JsonMap) -> State:
        """Change one resource."""
        state = self.states[urn]
        checked = self.check(urn, inputs, state.inputs, state.provider)
        answer = self.stub(state.provider).Update(
            wire.UpdateRequest(
                id=state.identifier,
                urn=urn,
                olds=dump(state.outputs),
                news=dump(checked),
                old_inputs=dump(state.inputs),
            )
        )
        state.inputs, state.outputs = checked, load(answer.properties)
        return state

    def delete(self, urn: str) -> None:
        """Remove one resource."""
        state = self.states[urn]
        self.stub(state.provider).Delete(
            wire.DeleteRequest(
                id=state.identifier,
                urn=urn,
                properties=dump(state.outputs),
                old_inputs=dump(state.inputs),
            )
        )
        del self.states[urn]

    def down(self) -> None:
        """Remove everything, the last one first."""
        for urn in reversed(list(self.states)):
            self.delete(urn)

    def _construct(self, resource: Resource) -> None:
        """The component, with this replay for the engine's monitor."""
        monitor = _Monitor(self)
        server = grpc.server(ThreadPoolExecutor(max_workers=4))
        resource_pb2_grpc.add_ResourceMonitorServicer_to_server(monitor, server)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        try:
            with self._channel("eks") as channel:
                stub = provider_pb2_grpc.ResourceProviderStub(channel)
                inputs = cast("dict[str, Json]", self.real(resource.inputs))
                role = inputs["serviceRole"]
                inputs["serviceRole"] = {SIGNATURE: RESOURCE_SIGNATURE, "urn": role}
                provider = next(one for one in self._channels)
                answer = stub.Construct(
                    wire.ConstructRequest(
                        type=resource.type,
                        name=resource.name,
                        parent=resource.parent,
                        inputs=dump(inputs),
                        providers={"aws": provider},
                        monitorEndpoint=f"127.0.0.1:{port}",
                    )
                )
        finally:
            server.stop(grace=None).wait()
        made = State(resource.urn, "", {}, load(answer.state), "")
        self._learn(resource, made)


class _Monitor(resource_pb2_grpc.ResourceMonitorServicer):
    """The part of the engine's monitor that a component calls."""

    def __init__(self, replay: Replay) -> None:
        self._replay = replay

    def RegisterResource(  # noqa: N802 - the protocol's name
        self, request: resource_pb2.RegisterResourceRequest, context: grpc.ServicerContext
    ) -> resource_pb2.RegisterResourceResponse:
        del context
        scope, kinds, _ = request.parent.rsplit("::", 2)
        urn = f"{scope}::{kinds}${request.type}::{request.name}"
        if not request.custom:
            urn = f"{scope}::{kinds}${request.type}::{request.name}"
            return resource_pb2.RegisterResourceResponse(urn=urn)
        if request.type.startswith("pulumi:"):
            return resource_pb2.RegisterResourceResponse(urn=urn, id="provider", object=request.object)
        made = self._replay.create(urn, load(request.object), request.provider)
        return resource_pb2.RegisterResourceResponse(urn=urn, id=made.identifier, object=dump(made.outputs))

    def RegisterResourceOutputs(  # noqa: N802 - as above
        self, request: resource_pb2.RegisterResourceOutputsRequest, context: grpc.ServicerContext
    ) -> Empty:
        del request, context
        return Empty()

    def Invoke(  # noqa: N802 - as above
        self, request: resource_pb2.ResourceInvokeRequest, context: grpc.ServicerContext
    ) -> wire.InvokeResponse:
        del context
        urn = request.args.fields["urn"].string_value
        state = self._replay.states[urn]
        found: dict[str, Json] = {"urn": urn, "id": state.identifier, "state": state.outputs}
        return wire.InvokeResponse(**{"return": dump(found)})


def _pairs(old: Json, new: Json) -> Iterator[tuple[str, str]]:
    """The texts of two values that stand in the same place."""
    if isinstance(old, str) and isinstance(new, str):
        yield old, new
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in old.keys() & new.keys():
            yield from _pairs(old[key], new[key])
    elif isinstance(old, Sequence) and isinstance(new, Sequence) and not isinstance(old, str):
        for one, other in zip(old, new, strict=False):
            yield from _pairs(one, other)


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, Sequence):
        for one in value:
            yield from _texts(one)
