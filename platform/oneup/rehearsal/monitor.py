"""The resource monitor of a rehearsal: records requests, and returns simulated outputs."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final, cast

from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.mocks import MockCallArgs, MockMonitor, MockResourceArgs, Mocks
from pulumi.runtime.proto import alias_pb2
from pulumi.runtime.proto import resource_pb2 as wire

from oneup.plan import SECRET, UNKNOWN, Json, JsonMap, Resource
from oneup.plan.resource_types.engine import AWS_PROVIDER, STACK
from oneup.plan.resource_types.simulated import ACCOUNT, REGION, Outputs, SimulatedResource
from oneup.rehearsal.protobuf import merge_outputs, resource_references, to_json
from oneup.rehearsal.simulate import call, outputs
from oneup.rehearsal.source import FUNCTION, RehearsalError

GET_RESOURCE: Final = "pulumi:pulumi:getResource"
SECONDS: Final[Mapping[str, int]] = {"h": 3600, "m": 60, "s": 1}


class _NoMocks(Mocks):
    """A stub for the SDK's constructor; the monitor handles requests itself."""

    def call(self, args: MockCallArgs) -> tuple[Outputs, None]:
        """Never called."""
        raise AssertionError(args.token)

    def new_resource(self, args: MockResourceArgs) -> tuple[str, Outputs]:
        """Never called."""
        raise AssertionError(args.typ)


class Recorder(MockMonitor):
    """Records every resource that the program registers or reads."""

    def __init__(self, project: str, stack: str, *, preview: bool) -> None:
        super().__init__(_NoMocks())
        self.recorded: dict[str, Resource] = {}
        self.preview = preview
        self._scope = f"urn:pulumi:{stack}::{project}::"
        self._states: dict[str, Struct] = {}
        self._providers: list[Resource] = []

    @property
    def exports(self) -> JsonMap:
        """The stack's outputs."""
        stacks = [resource for resource in self.recorded.values() if resource.type == STACK]
        return stacks[0].outputs if stacks else {}

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """The URN as the engine builds it: with the types of all parents except the stack."""
        parents = parent.split("::")[2] if parent else STACK
        qualified = type_ if parents == STACK else f"{parents}${type_}"
        return f"{self._scope}{qualified}::{name}"

    def Invoke(self, request: wire.ResourceInvokeRequest) -> wire.ResourceInvokeResponse:  # noqa: N802 - the protocol's name
        """Return the simulated result of a provider function, or a registered resource."""
        response = wire.ResourceInvokeResponse()
        answer = getattr(response, "return")
        if request.tok == GET_RESOURCE:
            answer.CopyFrom(self._states[request.args.fields["urn"].string_value])
            return response
        try:
            found = call(request.tok, self._made(request.tok, to_json(request.args), request.provider))
        except LookupError as error:
            raise RehearsalError(str(error), (FUNCTION, request.tok)) from None
        answer.CopyFrom(merge_outputs(Struct(), found))
        return response

    def ReadResource(self, request: wire.ReadResourceRequest) -> wire.ReadResourceResponse:  # noqa: N802 - the protocol's name
        """Record an existing resource, with the outputs its provider would read."""
        resource = Resource(
            urn=self.make_urn(request.parent, request.type, request.name),
            type=request.type,
            custom=True,
            external=True,
            id=request.id,
            parent=request.parent,
            inputs=to_json(request.properties),
            dependencies=tuple(sorted(request.dependencies)),
            provider=request.provider,
            secret_outputs=tuple(sorted(request.additionalSecretOutputs)),
            version=request.version,
        )
        found = self._record(resource, request.properties)
        return wire.ReadResourceResponse(urn=resource.urn, id=resource.id, properties=found)

    def RegisterResource(  # noqa: N802 - the protocol's name
        self, request: wire.RegisterResourceRequest
    ) -> wire.RegisterResourceResponse:
        """Record the resource, and return what its provider would."""
        resource = self._resource(request)
        found = self._record(resource, request.object)
        identifier = self.recorded[resource.urn].id
        if resource.type == AWS_PROVIDER:
            self._providers.append(resource)
        return wire.RegisterResourceResponse(
            urn=resource.urn, id=identifier, object=found, unknown=not self.preview
        )

    def RegisterResourceOutputs(  # noqa: N802 - the protocol's name
        self, request: wire.RegisterResourceOutputsRequest
    ) -> Empty:
        """Keep the outputs of a component, and the stack's exports."""
        self.recorded[request.urn] = replace(self.recorded[request.urn], outputs=to_json(request.outputs))
        return Empty()

    def _record(self, resource: Resource, given: Struct) -> Struct:
        """Record the resource; returns its inputs and simulated outputs."""
        if resource.urn in self.recorded:
            raise RehearsalError("is created twice; rename one of the two", _subject(resource))
        answer = self._answer(resource)
        identifier = str(answer.pop("id", ""))
        found = merge_outputs(given, answer, secret=resource.secret_outputs)
        shown = {
            **resource.inputs,
            **answer,
            **{key: SECRET for key in resource.secret_outputs if key in found.fields},
        }
        self.recorded[resource.urn] = replace(resource, id=identifier, outputs=shown)
        # For looking up resource references in other resources' inputs.
        state = Struct()
        state.fields["urn"].string_value = resource.urn
        state.fields["id"].string_value = identifier
        state.fields["state"].struct_value.CopyFrom(found)
        self._states[resource.urn] = state
        return found

    def _answer(self, resource: Resource) -> Outputs:
        """The provider's outputs, including ``id``; nothing in a first preview."""
        given: Outputs = {"id": resource.id} if resource.id else {}
        if self.preview or resource.type == STACK:
            return given
        _refuse_unknowns(resource)
        answer = outputs(resource.type, self._made(resource.name, resource.inputs, resource.provider))
        return {"id": f"{resource.name}-id", **answer, **given} if resource.custom else answer

    def _made(self, name: str, inputs: JsonMap, provider: str) -> SimulatedResource:
        """The simulated resource; without an explicit AWS_PROVIDER provider, the program's first one applies."""
        own = self.recorded.get(provider.rpartition("::")[0])
        given = [found for found in (own, *self._providers) if found and found.type == AWS_PROVIDER]
        place: JsonMap = given[0].inputs if given else {}
        accounts = cast("list[str]", json.loads(str(place.get("allowedAccountIds") or "[]")))
        region = inputs.get("region") or place.get("region")
        return SimulatedResource(
            name,
            inputs,
            account=accounts[0] if accounts else ACCOUNT,
            region=region if isinstance(region, str) else REGION,
        )

    def _resource(self, request: wire.RegisterResourceRequest) -> Resource:
        urn = self.make_urn(request.parent, request.type, request.name)
        return Resource(
            urn=urn,
            type=request.type,
            custom=request.custom,
            parent=request.parent,
            inputs=to_json(request.object),
            dependencies=tuple(sorted({*request.dependencies, *resource_references(request.object)})),
            property_dependencies={
                key: tuple(sorted(request.propertyDependencies[key].urns))
                for key in sorted(request.propertyDependencies)
            },
            provider=request.provider,
            protect=request.protect,
            retain_on_delete=request.retainOnDelete,
            deleted_with=request.deletedWith,
            ignore_changes=tuple(sorted(request.ignoreChanges)),
            replace_on_changes=tuple(sorted(request.replaceOnChanges)),
            secret_outputs=tuple(sorted(request.additionalSecretOutputs)),
            aliases=self._aliases(request),
            custom_timeouts=_timeouts(request.customTimeouts),
            import_id=request.importId,
            version=request.version,
        )

    def _aliases(self, request: wire.RegisterResourceRequest) -> tuple[str, ...]:
        """Former URNs of a resource."""

        def urn(alias: alias_pb2.Alias) -> str:
            spec = alias.spec
            parent = "" if spec.noParent else spec.parentUrn or request.parent
            return alias.urn or self.make_urn(parent, spec.type or request.type, spec.name or request.name)

        given = cast("Iterable[alias_pb2.Alias]", request.aliases)
        return tuple(sorted({urn(alias) for alias in given}))


def _subject(resource: Resource) -> tuple[str, str]:
    return resource.type, resource.name


def _refuse_unknowns(resource: Resource) -> None:
    """Reject unknown outputs in inputs that the output guard did not catch."""
    for key, value in resource.inputs.items():
        if holds_unknown(value):
            sources = _names(resource.property_dependencies.get(key, ())) or "another resource"
            text = f"its input {key} contains an output of {sources} that the rehearsal does not simulate"
            raise RehearsalError(f"{text}; add it to its entry in plan/resource_types", _subject(resource))


def _names(urns: Iterable[str]) -> str:
    return ", ".join(" ".join(urn.split("$")[-1].split("::")[-2:]) for urn in urns)


def holds_unknown(value: Json) -> bool:
    """Whether a value is or contains an unknown."""
    if isinstance(value, dict):
        return any(holds_unknown(inner) for inner in value.values())
    if isinstance(value, list):
        return any(holds_unknown(inner) for inner in value)
    return value == UNKNOWN


def _timeouts(given: wire.RegisterResourceRequest.CustomTimeouts) -> Mapping[str, float]:
    """Custom timeouts in seconds."""
    texts = {key: str(getattr(given, key)) for key in ("create", "update", "delete")}
    return {key: _seconds(text) for key, text in texts.items() if text}


def _seconds(text: str) -> float:
    """Seconds of a Go duration such as ``1h30m``."""
    return sum(float(number) * SECONDS[unit] for number, unit in re.findall(r"([\d.]+)([hms])", text))
