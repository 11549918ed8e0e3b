"""Answers that a service lets shared caches keep (`Cache-Control: s-maxage`), kept for as long as it says."""

import re

from storekit.cache import Cache
from storekit.upstream import Ask, Upstream

_SHARED = re.compile(r"\bs-maxage=(\d+)")


class Kept:
    """The answers of one service to whoever asks: they are the same for everyone."""

    def __init__(self, cache: Cache, upstream: Upstream) -> None:
        self._cache = cache
        self._upstream = upstream

    def get(self, path: str) -> bytes:
        """The body of the answer, or what the service refuses with."""
        found = self._cache.read(self._key(path))
        if found is not None:
            return found.encode()
        answer = self._upstream.answer(Ask("GET", path))
        allowed = _SHARED.search(answer.headers.get("Cache-Control", ""))
        if allowed:
            self._cache.write(self._key(path), answer.data.decode(), int(allowed[1]))
        return answer.data

    def forget(self, *paths: str) -> None:
        """Ask again for these."""
        self._cache.forget(*map(self._key, paths))

    def _key(self, path: str) -> str:
        return f"kept:{self._upstream.name}:{path}"
