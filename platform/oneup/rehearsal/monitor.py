"""The monitor of a rehearsal: it sees each whole request, and answers with simulated outputs."""

from typing import Final

from pulumi.runtime.mocks import MockCallArgs, MockMonitor, MockResourceArgs, Mocks
from pulumi.runtime.proto import resource_pb2 as wire

from oneup.plan import UNKNOWN, Json, Resource
from oneup.rehearsal.simulate import call, outputs
from oneup.rehearsal.wire import merge, references, to_json

STACK_TYPE: Final = "pulumi:pulumi:Stack"


class RehearsalError(Exception):
    """The program does what a real deployment would not survive."""


class _NoMocks(Mocks):
    """The monitor answers whole requests itself; the SDK's constructor wants an instance."""

    def call(self, args: MockCallArgs) -> tuple[dict[str, Json], None]:
        """Answer an invoke from the table."""
        return call(args.token, args.args), None

    def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[str, Json]]:
        """Read an existing resource."""
        return args.resource_id or "", outputs(args.typ, args.name, args.inputs)


class Recorder(MockMonitor):
    """Records every resource that the program registers, in order."""

    def __init__(self, project: str, stack: str, *, preview: bool) -> None:
        super().__init__(_NoMocks())
        self.recorded: dict[str, Resource] = {}
        self.positions: dict[str, str] = {}
        """Where in the program each resource is made: ``file:line``."""

        self.exports: dict[str, Json] = {}
        self._scope = f"urn:pulumi:{stack}::{project}::"
        self.preview = preview

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """The URN as the real engine makes it: with the types of all parents but the stack."""
        parents = parent.split("::")[2] if parent else STACK_TYPE
        qualified = type_ if parents == STACK_TYPE else f"{parents}${type_}"
        return f"{self._scope}{qualified}::{name}"

    def RegisterResource(  # noqa: N802 - the protocol's name
        self, request: wire.RegisterResourceRequest
    ) -> wire.RegisterResourceResponse:
        """Record the resource and answer as its provider would."""
        urn = self.make_urn(request.parent, request.type, request.name)
        if urn in self.recorded:
            raise RehearsalError(f"{urn} is registered twice; give one of the two another name")
        inputs = to_json(request.object)
        self.positions[urn] = f"{request.sourcePosition.uri}:{request.sourcePosition.line}"
        answer: dict[str, Json] = {}
        identifier = ""
        if not self.preview and request.type != STACK_TYPE:
            self._refuse_unknowns(urn, inputs)
            answer = outputs(request.type, request.name, inputs)
            identifier = str(answer.pop("id", f"{request.name}-id")) if request.custom else ""
        self.recorded[urn] = self._resource(request, urn, inputs, {**answer, "id": identifier})
        # What a resource reference inside another resource's inputs resolves to.
        self.resources[urn] = self.ResourceRegistration(urn, identifier, answer)
        return wire.RegisterResourceResponse(
            urn=urn,
            id=identifier,
            object=merge(request.object, answer),
            unknown=not self.preview,
        )

    def _refuse_unknowns(self, urn: str, inputs: dict[str, Json]) -> None:
        unknown = [key for key, value in inputs.items() if holds_unknown(value)]
        if unknown:
            keys = ", ".join(unknown)
            raise RehearsalError(f"{urn}: {keys} reads an output that the rehearsal does not simulate")

    def _resource(
        self,
        request: wire.RegisterResourceRequest,
        urn: str,
        inputs: dict[str, Json],
        answer: dict[str, Json],
    ) -> Resource:
        identifier = str(answer.pop("id"))
        timeouts = request.customTimeouts
        return Resource(
            urn=urn,
            type=request.type,
            custom=request.custom,
            id=identifier,
            parent=request.parent,
            inputs=inputs,
            outputs={**inputs, **answer},
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
    ) -> object:
        """Keep the stack's exports."""
        if request.urn.split("::")[2] == STACK_TYPE:
            self.exports = to_json(request.outputs)
        return super().RegisterResourceOutputs(request)


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
