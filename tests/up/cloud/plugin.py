"""The provider `aws` as the engine speaks to it: each resource type by its table, each call by AWS's API."""

import json
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias, cast

import grpc
from google.protobuf.any_pb2 import Any as Packed
from google.protobuf.empty_pb2 import Empty
from google.rpc.status_pb2 import Status  # pyright: ignore[reportMissingTypeStubs] - it has none
from pulumi.runtime.proto import plugin_pb2, provider_pb2_grpc
from pulumi.runtime.proto import provider_pb2 as wire

from oneup.plan import Json, JsonMap, Resource
from oneup.plan.resource_types import RESOURCE_TYPES
from oneup.rehearsal.durations import durations
from tests.up.cloud import sdk
from tests.up.cloud.account import Account
from tests.up.cloud.api import Api, AwsError, Credentials
from tests.up.cloud.functions import FUNCTIONS
from tests.up.cloud.kind import Kind
from tests.up.cloud.kinds import KINDS
from tests.up.cloud.life import ALL_TAGS, Life, PartlyMadeError, Where
from tests.up.cloud.wire import UNKNOWN, dump, load

AWS_PROVIDER: Final = "pulumi:providers:aws"
"""The type of a configured provider."""

DEFAULTS: Final = "__defaults"
"""The inputs that the provider chose, as the real one records them."""

COMPONENTS: Final = {"aws:eks/cluster:Cluster": "eks:index:Cluster"}
"""Types whose duration the rehearsal knows by the component that makes them."""

Change: TypeAlias = wire.PropertyDiff.Kind.ValueType

_REPLACING: Final[Mapping[Change, Change]] = {
    wire.PropertyDiff.ADD: wire.PropertyDiff.ADD_REPLACE,
    wire.PropertyDiff.DELETE: wire.PropertyDiff.DELETE_REPLACE,
    wire.PropertyDiff.UPDATE: wire.PropertyDiff.UPDATE_REPLACE,
}

PARTLY: Final = "grpc-status-details-bin"
"""Where gRPC carries more than an error's text."""

CONFIGURATION: Final = {
    *("region", "allowedAccountIds", "defaultTags", "assumeRoles", "version", "profile"),
    *("skipCredentialsValidation", "skipRegionValidation", "skipMetadataApiCheck", "skipRequestingAccountId"),
}
"""What the program, and the SDK for it, say to the provider."""


@dataclass(frozen=True)
class Step:
    """One thing that the engine asks to be done."""

    operation: str
    urn: str
    timeout: float
    """Seconds that the program gives it; none for 0."""

    cancelled: threading.Event
    """Set when the engine asks the provider to stop."""


@dataclass
class Behaviour:
    """What a run may ask of the plug-in beside its work."""

    scale: float = 0.0
    """The part of the rehearsal's durations that a creation takes."""

    before: Callable[[Step], None] = field(default=lambda _: None)
    """Called before each creation, change and removal; what it raises is the step's error."""

    credentials: Credentials | None = None
    """Whose keys the provider finds in its environment; the administrator's where it is none."""


def kind_of(urn: str) -> str:
    """The type token of a URN."""
    return urn.split("::")[2].rpartition("$")[2]


def name_of(urn: str) -> str:
    """The logical name of a URN."""
    return urn.rpartition("::")[2]


class Plugin(provider_pb2_grpc.ResourceProviderServicer):
    """What both providers answer alike."""

    def Handshake(  # noqa: N802 - the protocol's name
        self, request: wire.ProviderHandshakeRequest, context: grpc.ServicerContext
    ) -> wire.ProviderHandshakeResponse:
        """Plain values only: the engine itself keeps secret what comes of secrets."""
        del request, context
        return wire.ProviderHandshakeResponse()

    def Attach(self, request: plugin_pb2.PluginAttach, context: grpc.ServicerContext) -> Empty:  # noqa: N802 - as above
        """Nothing is asked of the engine."""
        del request, context
        return Empty()

    def Cancel(self, request: Empty, context: grpc.ServicerContext) -> Empty:  # noqa: N802 - as above
        """Nothing goes on by itself."""
        del request, context
        return Empty()

    def GetPluginInfo(self, request: Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:  # noqa: N802 - as above
        """Newer than any version that the program asks for."""
        del request, context
        return plugin_pb2.PluginInfo(version="999.0.0")

    def GetSchema(  # noqa: N802 - as above
        self, request: wire.GetSchemaRequest, context: grpc.ServicerContext
    ) -> wire.GetSchemaResponse:
        """Asked for by imports and code generators only."""
        del request, context
        return wire.GetSchemaResponse(schema="{}")

    def CheckConfig(  # noqa: N802 - as above
        self, request: wire.CheckRequest, context: grpc.ServicerContext
    ) -> wire.CheckResponse:
        """All configuration is as it should be."""
        del context
        return wire.CheckResponse(inputs=request.news)

    def DiffConfig(  # noqa: N802 - as above
        self, request: wire.DiffRequest, context: grpc.ServicerContext
    ) -> wire.DiffResponse:
        """Another configuration replaces nothing."""
        del context
        changed = load(request.olds) != load(request.news)
        kind = wire.DiffResponse.DIFF_SOME if changed else wire.DiffResponse.DIFF_NONE
        return wire.DiffResponse(changes=kind)

    def Configure(  # noqa: N802 - as above
        self, request: wire.ConfigureRequest, context: grpc.ServicerContext
    ) -> wire.ConfigureResponse:
        """Previews are supported."""
        del request, context
        return wire.ConfigureResponse(supportsPreview=True)


class AwsPlugin(Plugin):
    """The provider `aws`, for every region at once: the engine gives each of its providers a connection."""

    def __init__(self, account: Account, behaviour: Behaviour) -> None:
        self._account = account
        self._behaviour = behaviour
        self._places: dict[str, tuple[Api, Where]] = {}
        self._cancelled = threading.Event()
        self._durations = durations()

    def CheckConfig(  # noqa: N802 - the protocol's name
        self, request: wire.CheckRequest, context: grpc.ServicerContext
    ) -> wire.CheckResponse:
        """Refuse what the provider does not know, and what it cannot do without."""
        del context
        news = load(request.news)
        failures = [
            wire.CheckFailure(property=key, reason="this provider knows no such setting")
            for key in sorted(news.keys() - CONFIGURATION)
        ]
        if not news.get("region"):
            failures.append(wire.CheckFailure(property="region", reason="missing"))
        return wire.CheckResponse(inputs=request.news, failures=failures)

    def Configure(  # noqa: N802 - as above
        self, request: wire.ConfigureRequest, context: grpc.ServicerContext
    ) -> wire.ConfigureResponse:
        """Find out whose keys these are, and refuse any other account than the program's."""
        config = {key: _decoded(value) for key, value in load(request.args).items()}
        region = str(config["region"])
        self._cancelled.clear()
        try:
            api = self._account.api(region, self._behaviour.credentials)
            for assumed in cast("Sequence[Mapping[str, str]]", config.get("assumeRoles") or []):
                asked = {"RoleArn": assumed["roleArn"], "RoleSessionName": assumed["sessionName"]}
                keys = cast("Mapping[str, str]", api.call("sts", "AssumeRole", asked)["Credentials"])
                session = (keys[key] for key in ("AccessKeyId", "SecretAccessKey", "SessionToken"))
                api = self._account.api(region, Credentials(*session))
            account = str(api.call("sts", "GetCallerIdentity", {})["Account"])
        except AwsError as error:
            raise _abort(context, str(error)) from None
        allowed = cast("Sequence[str]", config.get("allowedAccountIds") or [account])
        if account not in allowed:
            raise _abort(context, f"AWS account ID not allowed: {account}")
        tags = cast("Mapping[str, Mapping[str, str]]", config.get("defaultTags") or {}).get("tags", {})
        self._places[context.peer()] = api, Where(account, region, dict(tags))
        return wire.ConfigureResponse(supportsPreview=True)

    def Cancel(self, request: Empty, context: grpc.ServicerContext) -> Empty:  # noqa: N802 - as above
        """Stop to wait."""
        del request, context
        self._cancelled.set()
        return Empty()

    def Invoke(self, request: wire.InvokeRequest, context: grpc.ServicerContext) -> wire.InvokeResponse:  # noqa: N802 - as above
        """Answer one of the provider's functions."""
        function = FUNCTIONS.get(request.tok)
        if function is None:
            raise _abort(context, f"the suite's provider has no function {request.tok}")
        api, where = self._place(context)
        try:
            answer = function(api, where, load(request.args))
        except AwsError as error:
            raise _abort(context, str(error)) from None
        response = wire.InvokeResponse()
        getattr(response, "return").CopyFrom(dump(answer))
        return response

    def Check(self, request: wire.CheckRequest, context: grpc.ServicerContext) -> wire.CheckResponse:  # noqa: N802 - as above
        """Give a name to what the program does not name; refuse a type or an input that is not known."""
        token = kind_of(request.urn)
        kind = KINDS.get(token)
        if kind is None:
            raise _abort(
                context, f"the suite's provider does not know {token}: add it to tests/up/cloud/kinds"
            )
        news, olds = load(request.news), load(request.olds)
        known = sdk.outputs(token).keys() | {"id", DEFAULTS}
        failures = [
            wire.CheckFailure(property=key, reason=f"{token} has no such input")
            for key in sorted(news.keys() - known)
        ]
        return wire.CheckResponse(inputs=dump(_named(kind, request, news, olds)), failures=failures)

    def Diff(self, request: wire.DiffRequest, context: grpc.ServicerContext) -> wire.DiffResponse:  # noqa: N802 - as above
        """What changes between the recorded inputs and the new ones, and whether it replaces."""
        kind = KINDS[kind_of(request.urn)]
        api, where = self._place(context)
        olds, news, outputs = load(request.old_inputs), load(request.news), load(request.olds)
        changes = dict(differences(olds, news))
        tags = Life(kind, api, where).all_tags(news)
        if tags is not None and tags != (outputs.get(ALL_TAGS) or {}):
            changes.setdefault(ALL_TAGS, wire.PropertyDiff.UPDATE)
        replacing = [path for path in changes if _replaces(kind, path)]
        answer = wire.DiffResponse(
            changes=wire.DiffResponse.DIFF_SOME if changes else wire.DiffResponse.DIFF_NONE,
            diffs=sorted({re.split(r"[.\[]", path)[0] for path in changes}),
            replaces=sorted({re.split(r"[.\[]", path)[0] for path in replacing}),
            # What has a fixed name cannot stand beside its successor.
            deleteBeforeReplace=bool(replacing) and not _autonamed(kind, news),
            hasDetailedDiff=True,
        )
        for path, change in changes.items():
            replaced = path in replacing
            answer.detailedDiff[path].kind = _REPLACING[change] if replaced else change
            answer.detailedDiff[path].inputDiff = path != ALL_TAGS
        return answer

    def Create(self, request: wire.CreateRequest, context: grpc.ServicerContext) -> wire.CreateResponse:  # noqa: N802 - as above
        """Make a resource, or say in a preview what would be known of it."""
        life = self._life(request.urn, context)
        inputs = load(request.properties)
        if request.preview:
            return wire.CreateResponse(properties=dump(_foreseen(life, inputs)))
        self._begin("create", request.urn, request.timeout, context)
        try:
            identifier = life.create(inputs)
            self._wait(request.urn, inputs)
            outputs = life.known(identifier, inputs, {})
        except AwsError as error:
            raise _abort(context, f"creating {name_of(request.urn)}: {error}") from None
        except PartlyMadeError as made:
            raise _partly(context, life, made, inputs) from None
        return wire.CreateResponse(id=identifier, properties=dump(outputs))

    def Read(self, request: wire.ReadRequest, context: grpc.ServicerContext) -> wire.ReadResponse:  # noqa: N802 - as above
        """A resource as AWS has it now; without an id where it is gone."""
        life = self._life(request.urn, context)
        try:
            seen = life.read(request.id, load(request.inputs), load(request.properties))
        except AwsError as error:
            raise _abort(context, f"reading {name_of(request.urn)}: {error}") from None
        if seen is None:
            return wire.ReadResponse()
        return wire.ReadResponse(id=request.id, inputs=dump(seen.inputs), properties=dump(seen.outputs))

    def Update(self, request: wire.UpdateRequest, context: grpc.ServicerContext) -> wire.UpdateResponse:  # noqa: N802 - as above
        """Change a resource, or say in a preview what would be known of it."""
        life = self._life(request.urn, context)
        olds, news, outputs = load(request.old_inputs), load(request.news), load(request.olds)
        if request.preview:
            return wire.UpdateResponse(properties=dump(_foreseen_change(life, olds, outputs, news)))
        self._begin("update", request.urn, request.timeout, context)
        kept = {key: value for key, value in outputs.items() if key not in olds}
        try:
            life.update(request.id, olds, outputs, news)
            known = life.known(request.id, news, kept)
        except AwsError as error:
            raise _abort(context, f"updating {name_of(request.urn)}: {error}") from None
        return wire.UpdateResponse(properties=dump(known))

    def Delete(self, request: wire.DeleteRequest, context: grpc.ServicerContext) -> Empty:  # noqa: N802 - as above
        """Remove a resource; what is gone already is as good."""
        life = self._life(request.urn, context)
        self._begin("delete", request.urn, request.timeout, context)
        try:
            life.delete(request.id, load(request.old_inputs), load(request.properties))
        except AwsError as error:
            raise _abort(context, f"deleting {name_of(request.urn)}: {error}") from None
        return Empty()

    def _place(self, context: grpc.ServicerContext) -> tuple[Api, Where]:
        found = self._places.get(context.peer())
        if found is None:
            raise _abort(context, "the provider was not configured on this connection")
        return found

    def _life(self, urn: str, context: grpc.ServicerContext) -> Life:
        token = kind_of(urn)
        if token not in KINDS:
            raise _abort(
                context, f"the suite's provider does not know {token}: add it to tests/up/cloud/kinds"
            )
        return Life(KINDS[token], *self._place(context))

    def _begin(self, operation: str, urn: str, timeout: float, context: grpc.ServicerContext) -> None:
        try:
            self._behaviour.before(Step(operation, urn, timeout, self._cancelled))
        except AwsError as error:
            raise _abort(context, f"{operation} of {name_of(urn)}: {error}") from None

    def _wait(self, urn: str, inputs: JsonMap) -> None:
        """As long as AWS would take, by the rehearsal's figures and the run's scale."""
        token = kind_of(urn)
        made = Resource(urn=urn, type=COMPONENTS.get(token, token), custom=True, inputs=inputs)
        seconds = self._durations.of(made) * self._behaviour.scale
        if seconds:
            self._cancelled.wait(seconds)


def _abort(context: grpc.ServicerContext, message: str) -> Exception:
    """End the call with an error; the returned exception is never reached, and says so to the checker."""
    context.abort(grpc.StatusCode.UNKNOWN, message)
    return AssertionError(message)


def _partly(context: grpc.ServicerContext, life: Life, made: PartlyMadeError, inputs: JsonMap) -> Exception:
    """An error that leaves the resource in the state: it is there, and not as it should be."""
    try:
        outputs = life.known(made.identifier, inputs, {})
    except AwsError:
        outputs = dict(inputs)
    detail = wire.ErrorResourceInitFailed(
        id=made.identifier, properties=dump(outputs), inputs=dump(inputs), reasons=[str(made)]
    )
    packed = Packed()
    packed.Pack(detail)
    status = Status(code=grpc.StatusCode.UNKNOWN.value[0], message=str(made), details=[packed])
    context.set_trailing_metadata(((PARTLY, status.SerializeToString()),))
    return _abort(context, str(made))


def _decoded(value: Json) -> Json:
    """A provider's setting: JSON text, where it is more than a text."""
    if isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _named(kind: Kind, request: wire.CheckRequest, news: JsonMap, olds: JsonMap) -> dict[str, Json]:
    """The inputs, with a name where the program gives none: the old one, or one of the resource's own."""
    named = dict(news)
    defaults: list[Json] = []
    if kind.autoname and news.get(kind.autoname) is None:
        chosen = cast("Sequence[str]", olds.get(DEFAULTS) or [])
        old = olds.get(kind.autoname) if kind.autoname in chosen else None
        named[kind.autoname] = old or f"{name_of(request.urn)}-{request.randomSeed.hex()[:7]}"
        defaults = [kind.autoname]
    return {**named, DEFAULTS: defaults}


def _autonamed(kind: Kind, inputs: JsonMap) -> bool:
    """Whether two of a kind can stand side by side: the provider names them, or AWS does."""
    chosen = cast("Sequence[str]", inputs.get(DEFAULTS) or [])
    return not kind.autoname or kind.autoname in chosen


def _replaces(kind: Kind, path: str) -> bool:
    plain = re.sub(r"\[[^]]*\]", "", path)
    replaces = RESOURCE_TYPES[kind.token].replaces
    return any(plain == one or plain.startswith(f"{one}.") or one.startswith(f"{plain}.") for one in replaces)


def _foreseen(life: Life, inputs: JsonMap) -> dict[str, Json]:
    """What a preview knows of a resource that is not there yet."""
    outputs = sdk.outputs(life.kind.token)
    tags = life.all_tags(inputs)
    unknown = dict.fromkeys(sorted(outputs.keys() - inputs.keys()), UNKNOWN)
    known: dict[str, Json] = {"region": life.where.region, **({ALL_TAGS: tags} if tags is not None else {})}
    return {**unknown, **inputs, **known}


def _foreseen_change(life: Life, olds: JsonMap, outputs: JsonMap, news: JsonMap) -> dict[str, Json]:
    """What a preview knows of a resource that is changed: what AWS added to a structure stays."""
    known = {key: value for key, value in outputs.items() if key not in olds}
    for key, value in news.items():
        before = outputs.get(key)
        if value == olds.get(key) and before is not None:
            known[key] = before
        else:
            known[key] = _merged(before, value)
    tags = life.all_tags(news)
    if tags is not None:
        known[ALL_TAGS] = tags
    return {**known, **dict.fromkeys(life.kind.volatile, UNKNOWN)}


def _merged(before: Json, value: Json) -> Json:
    return {**before, **value} if isinstance(before, Mapping) and isinstance(value, Mapping) else value


def differences(old: Json, new: Json, path: str = "") -> list[tuple[str, Change]]:
    """The paths at which two values differ, and how: the engine's kinds of change."""
    if old == new or _same_document(old, new):
        return []
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        keys = sorted(key for key in {*old, *new} if not key.startswith("__"))
        inner = (differences(old.get(key), new.get(key), f"{path}.{key}" if path else key) for key in keys)
        return [one for found in inner for one in found]
    if isinstance(old, list) and isinstance(new, list):
        length = max(len(old), len(new))
        pairs = zip(_padded(old, length), _padded(new, length), strict=True)
        inner = (differences(one, other, f"{path}[{place}]") for place, (one, other) in enumerate(pairs))
        return [one for found in inner for one in found]
    if old is None:
        return [(path, wire.PropertyDiff.ADD)]
    return [(path, wire.PropertyDiff.DELETE if new is None else wire.PropertyDiff.UPDATE)]


def _padded(items: list[Json], length: int) -> list[Json]:
    return items + [None] * (length - len(items))


def _same_document(old: Json, new: Json) -> bool:
    """Whether two texts are the same JSON: the provider compares policies so."""
    if not (isinstance(old, str) and isinstance(new, str) and old.startswith("{") and new.startswith("{")):
        return False
    try:
        return json.loads(old) == json.loads(new)
    except ValueError:
        return False
