"""AWS's API by botocore: its models judge every parameter before a call is made."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol, cast

import jmespath  # pyright: ignore[reportMissingTypeStubs] - it has none
from botocore import xform_name  # pyright: ignore[reportMissingTypeStubs, reportUnknownVariableType] - it has none
from botocore.config import Config  # pyright: ignore[reportMissingTypeStubs] - as above
from botocore.exceptions import (  # pyright: ignore[reportMissingTypeStubs] - as above
    BotoCoreError,
    ClientError,
)
from botocore.session import Session  # pyright: ignore[reportMissingTypeStubs] - as above
from jmespath import functions  # pyright: ignore[reportMissingTypeStubs] - as above

from oneup.plan import Json, JsonMap
from tests.up.cloud.mapping import Shape

GONE: Final = ("NotFound", "NoSuch", "NonExist", "NotExist", "UnknownResource", "404")
"""What the codes of AWS's errors have in common that say that something is not there."""


class AwsError(Exception):
    """What AWS, or botocore in its place, refuses."""

    def __init__(self, operation: str, code: str, message: str) -> None:
        super().__init__(f"{operation}: api error {code}: {message}")
        self.code = code

    @property
    def gone(self) -> bool:
        """Whether it says that the resource is not there."""
        return any(part in self.code for part in GONE)


@dataclass(frozen=True)
class Credentials:
    """The keys of a user, or of a session of a role."""

    key: str
    secret: str
    token: str | None = None


@dataclass(frozen=True)
class Place:
    """Where calls go, and as whom."""

    endpoint: str
    credentials: Credentials
    region: str


class Aws(Protocol):
    """AWS as the life of a resource needs it."""

    def call(self, service: str, operation: str, params: JsonMap) -> dict[str, Json]:
        """The answer of an operation; raises ``AwsError``."""
        ...

    def takes(self, service: str, operation: str) -> Shape:
        """What an operation takes."""
        ...


class _Client(Protocol):
    meta: "_Meta"


class _Meta(Protocol):
    service_model: "_ServiceModel"


class _ServiceModel(Protocol):
    def operation_model(self, name: str) -> "_OperationModel": ...


class _OperationModel(Protocol):
    input_shape: Shape


# Neither a profile nor a file of the machine decides whom the tests speak to.
_NO_FILES: Final[Mapping[str, tuple[object, ...]]] = {
    name: (None, [], value, None)
    for name, value in (("profile", None), ("config_file", "/dev/null"), ("credentials_file", "/dev/null"))
}
# One for all: it reads each service's model once.
_SESSION: Final = Session(session_vars=_NO_FILES)
_LOCK: Final = threading.Lock()


class Api:
    """Clients of one place, made when first asked for."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._clients: dict[str, _Client] = {}

    def call(self, service: str, operation: str, params: JsonMap) -> dict[str, Json]:
        """The answer of an operation; raises ``AwsError``."""
        client = self._client(service)
        try:
            answer = getattr(client, xform_name(operation))(**params)
        except ClientError as error:
            said = cast("Mapping[str, Mapping[str, str]]", error.response)["Error"]  # pyright: ignore[reportUnknownMemberType] - the library is untyped
            raise AwsError(operation, said.get("Code", ""), said.get("Message", "")) from None
        except BotoCoreError as error:
            raise AwsError(operation, type(error).__name__, str(error)) from None
        found = {key: value for key, value in answer.items() if key != "ResponseMetadata"}
        return cast("dict[str, Json]", _json(found))

    def takes(self, service: str, operation: str) -> Shape:
        """What an operation takes."""
        return self._client(service).meta.service_model.operation_model(operation).input_shape

    def _client(self, service: str) -> _Client:
        # Making clients is not safe between threads; using them is.
        with _LOCK:
            if service not in self._clients:
                place = self.place
                self._clients[service] = cast(
                    "_Client",
                    _SESSION.create_client(  # pyright: ignore[reportUnknownMemberType] - the library is untyped
                        service,
                        region_name=place.region,
                        endpoint_url=place.endpoint,
                        aws_access_key_id=place.credentials.key,
                        aws_secret_access_key=place.credentials.secret,
                        aws_session_token=place.credentials.token,
                        config=_CONFIG,
                    ),
                )
            return self._clients[service]


_CONFIG: Final = Config(
    # Every bucket on the one address of the server, and none of the machine's proxies in between.
    s3={"addressing_style": "path"},
    proxies={},
    max_pool_connections=64,
    retries={"mode": "standard", "total_max_attempts": 3},
)


def _json(value: object) -> Json:
    if isinstance(value, dict):
        return {str(key): _json(one) for key, one in cast("dict[object, object]", value).items()}
    if isinstance(value, list | tuple):
        return [_json(one) for one in cast("list[object]", value)]
    if isinstance(value, datetime):
        return value.isoformat()
    return cast("Json", value) if isinstance(value, str | int | float | bool | None) else str(value)


class _Functions(functions.Functions):  # pyright: ignore[reportUntypedBaseClass] - the library is untyped
    """What the tables' expressions need beside JMESPath's own functions."""

    @functions.signature({"types": ["array", "null"]}, {"types": ["string"]}, {"types": []})  # pyright: ignore[reportUnknownMemberType, reportUntypedFunctionDecorator] - the library is untyped
    def _func_pick(self, items: list[dict[str, Json]] | None, key: str, value: Json) -> list[dict[str, Json]]:
        """Those of some mappings that have a value, which a filter cannot take from outside."""
        return [item for item in items or [] if value is not None and item.get(key) == value]

    @functions.signature({"types": ["string"]})  # pyright: ignore[reportUnknownMemberType, reportUntypedFunctionDecorator] - the library is untyped
    def _func_dotted(self, name: str) -> str:
        """A name as DNS writes it."""
        return name if name.endswith(".") else f"{name}."

    @functions.signature({"types": ["string"]})  # pyright: ignore[reportUnknownMemberType, reportUntypedFunctionDecorator] - the library is untyped
    def _func_undotted(self, name: str) -> str:
        """A name without the dot at its end."""
        return name.removesuffix(".")

    @functions.signature({"types": ["string"]})  # pyright: ignore[reportUnknownMemberType, reportUntypedFunctionDecorator] - the library is untyped
    def _func_basename(self, path: str) -> str:
        """The last part of a path, such as the id of ``/hostedzone/Z123``."""
        return path.rpartition("/")[2]

    @functions.signature({"types": ["array"]}, {"types": []})  # pyright: ignore[reportUnknownMemberType, reportUntypedFunctionDecorator] - the library is untyped
    def _func_without(self, items: list[Json], left_out: Json) -> list[Json]:
        """A list without one of its items."""
        return [item for item in items if item != left_out]


_OPTIONS: Final = jmespath.Options(custom_functions=_Functions())


def search(expression: str, value: JsonMap) -> Json:
    """What a JMESPath expression finds."""
    return cast("Json", jmespath.search(expression, value, _OPTIONS))  # pyright: ignore[reportUnknownMemberType] - the library is untyped
