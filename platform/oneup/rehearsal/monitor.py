"""The monitor of a rehearsal: it sees each whole request, and answers with simulated outputs."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Final, cast

from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.mocks import MockCallArgs, MockMonitor, MockResourceArgs, Mocks
from pulumi.runtime.proto import resource_pb2 as wire

from oneup.plan import UNKNOWN, Json, JsonMap, Resource
from oneup.rehearsal.simulate import call, outputs
from oneup.rehearsal.simulate.account import Made, Outputs
from oneup.rehearsal.wire import merge, references, to_json

STACK_TYPE: Final = "pulumi:pulumi:Stack"


class RehearsalError(Exception):
    """The program does what a real deployment would not survive."""

    def __init__(self, message: str, resource: Resource | None = None) -> None:
        """Name the resource at fault, if it is one."""
        super().__init__(message)
        self.resource = (resource.type, resource.name) if resource else None


class _NoMocks(Mocks):
    """The monitor answers whole requests itself; the SDK's constructor wants an instance."""

    def call(self, args: MockCallArgs) -> tuple[Outputs, None]:
        """Never called."""
        raise AssertionError(args.token)

    def new_resource(self, args: MockResourceArgs) -> tuple[str, Outputs]:
        """Never called."""
        raise AssertionError(args.typ)


class Recorder(MockMonitor):
    """Records every resource that the program registers, in order."""

    def __init__(self, project: str, stack: str, *, preview: bool) -> None:
        super().__init__(_NoMocks())
        self.recorded: dict[str, Resource] = {}
        self.exports: dict[str, Json] = {}
        self._scope = f"urn:pulumi:{stack}::{project}::"
        self.preview = preview
        self._account = Made("").account
        self._region = Made("").region

    def features(self) -> set[int]:
        """What of the protocol the monitor speaks."""
        answer = cast("Callable[[Empty], wire.DeploymentInfo]", self.GetDeploymentInfo)(Empty())
        return set(answer.supportedFeatures)

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """The URN as the real engine makes it: with the types of all parents but the stack."""
        parents = parent.split("::")[2] if parent else STACK_TYPE
        qualified = type_ if parents == STACK_TYPE else f"{parents}${type_}"
        return f"{self._scope}{qualified}::{name}"

    def Invoke(self, request: wire.ResourceInvokeRequest) -> wire.ResourceInvokeResponse:  # noqa: N802 - the protocol's name
        """Answer a provider's function from the table, or look a registered resource up."""
        if request.tok == "pulumi:pulumi:getResource":
            look_up = cast(
                "Callable[[wire.ResourceInvokeRequest], wire.ResourceInvokeResponse]", super().Invoke
            )
            return look_up(request)
        answer = call(request.tok, self._made(request.tok, to_json(request.args)))
        response = wire.ResourceInvokeResponse()
        getattr(response, "return").CopyFrom(merge(Struct(), answer))
        return response

    def ReadResource(self, request: wire.ReadResourceRequest) -> wire.ReadResourceResponse:  # noqa: N802 - the protocol's name
        """An existing resource, as its provider would find it."""
        answer = outputs(request.type, self._made(request.name, to_json(request.properties)))
        urn = self.make_urn(request.parent, request.type, request.name)
        return wire.ReadResourceResponse(urn=urn, properties=merge(request.properties, answer))

    def _made(self, name: str, inputs: JsonMap) -> Made:
        return Made(name, inputs, self._account, self._region)

    def _note_provider(self, inputs: JsonMap) -> None:
        """Simulated resources live where the program's AWS provider says."""
        accounts = json.loads(str(inputs.get("allowedAccountIds") or "[]"))
        self._account = str(next(iter(accounts), self._account))
        self._region = str(inputs.get("region") or self._region)

    def RegisterResource(  # noqa: N802 - the protocol's name
        self, request: wire.RegisterResourceRequest
    ) -> wire.RegisterResourceResponse:
        """Record the resource and answer as its provider would."""
        resource = self._resource(request)
        if resource.urn in self.recorded:
            raise RehearsalError(f"{resource.urn} is made twice; give one of the two another name", resource)
        if resource.type == "pulumi:providers:aws":
            self._note_provider(resource.inputs)
        answer = self._answer(resource)
        identifier = str(answer.pop("id", ""))
        self.recorded[resource.urn] = replace(resource, id=identifier, outputs={**resource.inputs, **answer})
        # What a resource reference inside another resource's inputs resolves to.
        self.resources[resource.urn] = self.ResourceRegistration(resource.urn, identifier, answer)
        return wire.RegisterResourceResponse(
            urn=resource.urn, id=identifier, object=merge(request.object, answer), unknown=not self.preview
        )

    def _answer(self, resource: Resource) -> Outputs:
        """What the provider adds, ``id`` among it; nothing in a first preview."""
        if self.preview or resource.type == STACK_TYPE:
            return {}
        self._refuse_unknowns(resource)
        answer = outputs(resource.type, self._made(resource.name, resource.inputs))
        return {"id": f"{resource.name}-id", **answer} if resource.custom else answer

    def _refuse_unknowns(self, resource: Resource) -> None:
        for key, value in resource.inputs.items():
            if holds_unknown(value):
                sources = ", ".join(resource.property_dependencies.get(key, ())) or "a resource"
                text = f"{resource.urn}: its input {key} reads an output of {sources} that is not simulated"
                raise RehearsalError(f"{text}; add it to rehearsal/simulate", resource)

    def _resource(self, request: wire.RegisterResourceRequest) -> Resource:
        timeouts = request.customTimeouts
        return Resource(
            urn=self.make_urn(request.parent, request.type, request.name),
            type=request.type,
            custom=request.custom,
            parent=request.parent,
            inputs=to_json(request.object),
            dependencies=tuple(sorted({*request.dependencies, *references(request.object)})),
            property_dependencies={
                key: tuple(sorted(request.propertyDependencies[key].urns))
                for key in sorted(request.propertyDependencies)
            },
            provider=request.provider,
            protect=request.protect,
            retain_on_delete=request.retainOnDelete,
            deleted_with=request.deletedWith,
            ignore_changes=tuple(sorted(request.ignoreChanges)),
            custom_timeouts={
                key: _seconds(text)
                for key in ("create", "update", "delete")
                if (text := getattr(timeouts, key))
            },
        )

    def RegisterResourceOutputs(  # noqa: N802 - the protocol's name
        self, request: wire.RegisterResourceOutputsRequest
    ) -> Empty:
        """Keep the stack's exports."""
        if request.urn.split("::")[2] == STACK_TYPE:
            self.exports = to_json(request.outputs)
        return Empty()


def holds_unknown(value: Json) -> bool:
    """Whether a value is unknown, or has an unknown inside."""
    if isinstance(value, dict):
        return any(holds_unknown(inner) for inner in value.values())
    if isinstance(value, list):
        return any(holds_unknown(inner) for inner in value)
    return value == UNKNOWN


def _seconds(text: str) -> float:
    units = {"s": 1, "m": 60, "h": 3600}
    return float(text[:-1]) * units[text[-1]]
