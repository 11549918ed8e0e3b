"""The engine in small: it drives the providers by the protocol, resource by resource, without the CLI."""

import json
from collections.abc import Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from types import TracebackType
from typing import Final, Self, cast

import grpc
from google.protobuf.empty_pb2 import Empty
from google.protobuf.message import Message
from google.rpc.status_pb2 import Status
from pulumi.runtime.proto import provider_pb2 as messages
from pulumi.runtime.proto import provider_pb2_grpc, resource_pb2, resource_pb2_grpc

from oneup.plan import Json, JsonMap, Plan, Resource
from oneup.rehearsal.protobuf import RESOURCE_SIGNATURE, SIGNATURE
from tests.up.cloud.cloud import Cloud
from tests.up.cloud.component import CLUSTER
from tests.up.cloud.made_up import MadeUp
from tests.up.cloud.plugin import AWS_PROVIDER, DEFAULTS, PARTLY
from tests.up.cloud.wire import dump, load

# A connection is not shared between providers, as in the engine.
OPTIONS: Final = [("grpc.use_local_subchannel_pool", 1)]
SCOPE: Final = "urn:pulumi:test::oneup::"


class RefusedError(Exception):
    """What a provider refuses."""

    def __init__(self, message: str, made: str = "") -> None:
        super().__init__(message)
        self.made = made
        """The id of what was made nevertheless, in part."""


@dataclass
class State:
    """One resource as the engine records it."""

    urn: str
    id: str
    inputs: dict[str, Json]
    outputs: dict[str, Json]
    provider: str


class Driver:
    """Resources that the providers hold, in the order in which they were made."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.states: dict[str, State] = {}
        self._channels: dict[str, grpc.Channel] = {}

    def __enter__(self) -> Self:
        """Begin without a provider."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        for channel in self._channels.values():
            channel.close()

    def configure(self, name: str, config: JsonMap) -> str:
        """Configure one more provider, on a connection of its own; its name."""
        self._channels[name] = grpc.insecure_channel(f"127.0.0.1:{self.cloud.ports['aws']}", OPTIONS)
        answer = self.ask(name, "CheckConfig", messages.CheckRequest(news=dump(config)))
        failures = cast("messages.CheckResponse", answer).failures
        if failures:
            raise RefusedError(f"{failures[0].property}: {failures[0].reason}")
        self.ask(name, "Configure", messages.ConfigureRequest(args=dump(config)))
        return name

    @property
    def main(self) -> str:
        """The provider of nearly everything."""
        return next(iter(self._channels))

    def ask(self, provider: str, method: str, request: Message) -> Message:
        """One call of a provider; raises ``RefusedError``."""
        stub = provider_pb2_grpc.ResourceProviderStub(self._channels[provider])
        return _call(stub, method, request)

    def create(self, urn: str, inputs: JsonMap, provider: str = "") -> State:
        """Make one resource, as the engine does: its inputs checked, then created."""
        provider = provider or self.main
        checked = self.check(urn, inputs, {}, provider)
        request = messages.CreateRequest(urn=urn, properties=dump(checked))
        answer = cast("messages.CreateResponse", self.ask(provider, "Create", request))
        state = State(urn, answer.id, checked, load(answer.properties), provider)
        self.states[urn] = state
        return state

    def make(self, token: str, logical: str, /, **inputs: Json) -> State:
        """Make one resource of a stack of its own."""
        return self.create(f"{SCOPE}{token}::{logical}", inputs)

    def foresee(self, urn: str, inputs: JsonMap, provider: str = "") -> dict[str, Json]:
        """What a preview knows of a resource that is not there."""
        checked = self.check(urn, inputs, {}, provider or self.main)
        request = messages.CreateRequest(urn=urn, properties=dump(checked), preview=True)
        answer = cast("messages.CreateResponse", self.ask(provider or self.main, "Create", request))
        return load(answer.properties)

    def check(self, urn: str, inputs: JsonMap, olds: JsonMap, provider: str = "") -> dict[str, Json]:
        """The inputs as the provider would have them; raises ``RefusedError``."""
        seed = sha256(urn.encode()).digest()
        request = messages.CheckRequest(urn=urn, news=dump(inputs), olds=dump(olds), randomSeed=seed)
        answer = cast("messages.CheckResponse", self.ask(provider or self.main, "Check", request))
        if answer.failures:
            raise RefusedError(f"{urn}: {answer.failures[0].property}: {answer.failures[0].reason}")
        return load(answer.inputs)

    def diff(self, urn: str, **changes: Json) -> messages.DiffResponse:
        """What other inputs would do."""
        state = self.states[urn]
        request = messages.DiffRequest(
            id=state.id,
            urn=urn,
            olds=dump(state.outputs),
            news=dump(self._changed(state, changes)),
            old_inputs=dump(state.inputs),
        )
        return cast("messages.DiffResponse", self.ask(state.provider, "Diff", request))

    def _changed(self, state: State, changes: Mapping[str, Json]) -> dict[str, Json]:
        chosen: set[str] = {*cast("list[str]", state.inputs[DEFAULTS]), DEFAULTS}
        own = {key: value for key, value in state.inputs.items() if key not in chosen}
        wanted = {key: value for key, value in {**own, **changes}.items() if value is not None}
        return self.check(state.urn, wanted, state.inputs, state.provider)

    def read(self, urn: str) -> State | None:
        """The resource as the provider finds it; None where it is gone."""
        state = self.states[urn]
        request = messages.ReadRequest(
            id=state.id, urn=urn, properties=dump(state.outputs), inputs=dump(state.inputs)
        )
        answer = cast("messages.ReadResponse", self.ask(state.provider, "Read", request))
        if not answer.id:
            return None
        return State(urn, answer.id, load(answer.inputs), load(answer.properties), state.provider)

    def update(self, urn: str, **changes: Json) -> State:
        """Change some inputs of a resource; None takes one away."""
        state = self.states[urn]
        changed = self._changed(state, changes)
        state.outputs = self._updated(state, changed, preview=False)
        state.inputs = changed
        return state

    def foresee_change(self, urn: str, **changes: Json) -> dict[str, Json]:
        """What a preview knows of a resource whose inputs change."""
        state = self.states[urn]
        return self._updated(state, self._changed(state, changes), preview=True)

    def _updated(self, state: State, changed: JsonMap, *, preview: bool) -> dict[str, Json]:
        request = messages.UpdateRequest(
            id=state.id,
            urn=state.urn,
            olds=dump(state.outputs),
            news=dump(changed),
            old_inputs=dump(state.inputs),
            preview=preview,
        )
        answer = cast("messages.UpdateResponse", self.ask(state.provider, "Update", request))
        return load(answer.properties)

    def delete(self, urn: str) -> None:
        """Remove one resource."""
        state = self.states[urn]
        request = messages.DeleteRequest(
            id=state.id, urn=urn, properties=dump(state.outputs), old_inputs=dump(state.inputs)
        )
        self.ask(state.provider, "Delete", request)
        del self.states[urn]

    def down(self) -> None:
        """Remove everything, the last one first."""
        for urn in reversed(list(self.states)):
            self.delete(urn)

    def drift(self) -> list[str]:
        """Resources that are not as they were recorded."""
        return [urn for urn, state in self.states.items() if self.read(urn) != state]

    def construct(self, resource: Resource, inputs: JsonMap) -> dict[str, Json]:
        """Make a component by the provider `eks`; its outputs. This driver is its engine."""
        role = {SIGNATURE: RESOURCE_SIGNATURE, "urn": inputs["serviceRole"]}
        with _monitor(self) as endpoint, self._eks() as stub:
            request = messages.ConstructRequest(
                type=resource.type,
                name=resource.name,
                parent=resource.parent,
                inputs=dump({**inputs, "serviceRole": role}),
                providers={"aws": self.main},
                monitorEndpoint=endpoint,
            )
            answer = _call(stub, "Construct", request)
        return load(cast("messages.ConstructResponse", answer).state)

    @contextmanager
    def _eks(self) -> Generator[provider_pb2_grpc.ResourceProviderStub]:
        with grpc.insecure_channel(f"127.0.0.1:{self.cloud.ports['eks']}", OPTIONS) as channel:
            yield provider_pb2_grpc.ResourceProviderStub(channel)


def _call(stub: provider_pb2_grpc.ResourceProviderStub, method: str, request: Message) -> Message:
    try:
        return cast("Message", getattr(stub, method)(request))
    except grpc.RpcError as error:
        call = cast("grpc.Call", error)
        raise RefusedError(str(call.details()), _made_in_part(call)) from None


def _made_in_part(call: grpc.Call) -> str:
    """The id that a failed creation tells."""
    for datum in call.trailing_metadata():
        if datum[0] == PARTLY:
            status = Status.FromString(cast("bytes", datum[1]))
            made = messages.ErrorResourceInitFailed()
            status.details[0].Unpack(made)
            return made.id
    return ""


class Replay(Driver):
    """A plan of the rehearsal, brought up through the providers."""

    def __init__(self, cloud: Cloud, plan: Plan) -> None:
        super().__init__(cloud)
        self.plan = plan
        self.made_up = MadeUp()

    def __enter__(self) -> Self:
        """Configure each of the plan's providers."""
        for resource in self.plan.of_type(AWS_PROVIDER):
            self.configure(resource.urn, resource.inputs)
        return self

    def up(self) -> None:
        """Make everything, each after what it needs."""
        for resource in self.plan.resources:
            if resource.type == CLUSTER:
                inputs = self.made_up.inputs(resource.inputs)
                self.made_up.learn(resource, "", self.construct(resource, inputs))
            else:
                self._make(resource)

    def change_to(self, plan: Plan) -> None:
        """Make, change and remove what differs in another plan; the cluster itself stays as it is."""
        gone = {one.urn for one in self.plan.resources} - {one.urn for one in plan.resources}
        for resource in plan.resources:
            if resource.urn in self.states:
                self._change(resource)
            else:
                self._make(resource)
        for urn in reversed([urn for urn in self.states if urn in gone]):
            self.delete(urn)
        self.plan = plan

    def _make(self, resource: Resource) -> None:
        if resource.type.startswith("aws:"):
            inputs = self.made_up.inputs(resource.inputs)
            made = self.create(resource.urn, inputs, resource.provider.rpartition("::")[0])
            self.made_up.learn(resource, made.id, made.outputs)

    def _change(self, resource: Resource) -> None:
        inputs, recorded = self.made_up.inputs(resource.inputs), self.states[resource.urn].inputs
        chosen = {*cast("list[str]", recorded[DEFAULTS]), DEFAULTS}
        keys = (inputs.keys() | recorded.keys()) - chosen
        changes = {key: inputs.get(key) for key in keys if inputs.get(key) != recorded.get(key)}
        if changes and self.diff(resource.urn, **changes).replaces:
            self.delete(resource.urn)
            self._make(resource)
        elif changes:
            self.update(resource.urn, **changes)

    def urn(self, token: str, name: str = "") -> str:
        """The URN of a resource: the first of its type, or the one of that name."""
        return next(
            urn
            for urn in self.states
            if f"${token}::" in urn.replace("::" + token, "$" + token)
            and (not name or urn.endswith(f"::{name}"))
        )


class _Monitor(resource_pb2_grpc.ResourceMonitorServicer):
    """The part of the engine's monitor that a component calls."""

    def __init__(self, driver: Driver) -> None:
        self._driver = driver

    def RegisterResource(  # noqa: N802 - the protocol's name
        self, request: resource_pb2.RegisterResourceRequest, context: grpc.ServicerContext
    ) -> resource_pb2.RegisterResourceResponse:
        """Make what is a resource of AWS's; the rest is only named."""
        del context
        scope, kinds, _ = request.parent.rsplit("::", 2)
        urn = f"{scope}::{kinds}${request.type}::{request.name}"
        if not request.type.startswith("aws:"):
            return resource_pb2.RegisterResourceResponse(urn=urn, object=request.object)
        inputs = load(request.object)
        if request.type == "aws:eks/cluster:Cluster":
            # What the program's own transform makes of it, in the engine.
            inputs["accessConfig"] = {
                "authenticationMode": "API",
                "bootstrapClusterCreatorAdminPermissions": False,
            }
        made = self._driver.create(urn, inputs, request.provider)
        return resource_pb2.RegisterResourceResponse(urn=urn, id=made.id, object=dump(made.outputs))

    def RegisterResourceOutputs(  # noqa: N802 - as above
        self, request: resource_pb2.RegisterResourceOutputsRequest, context: grpc.ServicerContext
    ) -> Empty:
        """Nothing to record: the provider's answer has them, too."""
        del request, context
        return Empty()

    def Invoke(  # noqa: N802 - as above
        self, request: resource_pb2.ResourceInvokeRequest, context: grpc.ServicerContext
    ) -> messages.InvokeResponse:
        """Look a resource up."""
        del context
        state = self._driver.states[request.args.fields["urn"].string_value]
        found: dict[str, Json] = {"urn": state.urn, "id": state.id, "state": state.outputs}
        response = messages.InvokeResponse()
        getattr(response, "return").CopyFrom(dump(found))
        return response


@contextmanager
def _monitor(driver: Driver) -> Generator[str]:
    """A monitor for one component; its address."""
    server = grpc.server(ThreadPoolExecutor(max_workers=4))
    resource_pb2_grpc.add_ResourceMonitorServicer_to_server(_Monitor(driver), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(grace=None).wait()


def provider(account: str, region: str = "eu-central-1", **tags: str) -> dict[str, Json]:
    """The configuration of a provider, as the engine hands it over."""
    return {
        "region": region,
        "allowedAccountIds": json.dumps([account]),
        "defaultTags": json.dumps({"tags": tags}),
    }
