"""A cache that may be away: it never fails a request, it only makes it slower."""

import threading
import time
from collections.abc import Callable
from typing import Protocol, TypeVar, cast

import redis
from pydantic import BaseModel, Field, ValidationError

from storekit import logs, metrics
from storekit.configuration import Part

TIMEOUT_SECONDS = 0.1
PAUSE_SECONDS = 1.0
Model = TypeVar("Model", bound=BaseModel)
Result = TypeVar("Result")


class RedisSettings(Part):
    """Where the cache is."""

    url: str = Field(description="redis://[:password@]host:port/number", repr=False)


class _Commands(Protocol):
    """What we ask of Redis. Its client types each answer as a union with an awaitable."""

    def get(self, name: str) -> str | None: ...

    def set(self, name: str, value: str, ex: int) -> object: ...

    def delete(self, *names: str) -> object: ...

    def incr(self, name: str) -> int: ...

    def expire(self, name: str, time: int) -> object: ...


class _Connect(Protocol):
    """The client's constructor, with the options that we use; its own is not typed."""

    def __call__(
        self, url: str, *, decode_responses: bool, socket_timeout: float, socket_connect_timeout: float
    ) -> _Commands: ...


def _connect(url: str) -> _Commands:
    connect = cast(_Connect, redis.Redis.from_url)  # pyright: ignore[reportUnknownMemberType] - untyped options
    return connect(
        url, decode_responses=True, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS
    )


class Cache:
    """Models by key, for a time. While Redis is away, every look misses and every write is dropped.

    After a failure nothing is asked for a second: an unreachable Redis costs one timeout, not one a request.
    """

    def __init__(self, settings: RedisSettings) -> None:
        self._redis = _connect(settings.url)
        self._closed_until = 0.0
        self._guard = threading.Lock()

    def read(self, key: str) -> str | None:
        """The text under `key`, or None."""
        return self._ask("get", lambda: self._redis.get(key), None)

    def write(self, key: str, text: str, seconds: int) -> None:
        """Keep a text under `key` for `seconds`."""
        self._ask("put", lambda: self._redis.set(key, text, ex=seconds), None)

    def get(self, key: str, model: type[Model]) -> Model | None:
        """The model under `key`, or None."""
        text = self.read(key)
        if text is None:
            return None
        try:
            return model.model_validate_json(text)
        except ValidationError:  # written by another release
            return None

    def put(self, key: str, value: BaseModel, seconds: int) -> None:
        """Keep `value` under `key` for `seconds`."""
        self.write(key, value.model_dump_json(), seconds)

    def forget(self, *keys: str) -> None:
        """Drop what is under `keys`."""
        self._ask("forget", lambda: self._redis.delete(*keys), None)

    def count(self, key: str, seconds: int) -> int:
        """How often this was called for `key` within `seconds`; 0 while the cache is away."""

        def ask() -> int:
            number = self._redis.incr(key)
            if number == 1:
                self._redis.expire(key, seconds)
            return number

        return self._ask("count", ask, 0)

    def _ask(self, operation: str, command: Callable[[], Result], otherwise: Result) -> Result:
        if time.monotonic() < self._closed_until:
            metrics.CACHE.labels(operation, "skipped").inc()
            return otherwise
        try:
            result = command()
        except redis.RedisError as error:
            self._pause(error)
            metrics.CACHE.labels(operation, "failed").inc()
            return otherwise
        metrics.CACHE.labels(operation, "miss" if result is None and operation == "get" else "ok").inc()
        return result

    def _pause(self, error: redis.RedisError) -> None:
        with self._guard:
            self._closed_until = time.monotonic() + PAUSE_SECONDS
        logs.say("cache unavailable", error=type(error).__name__)
