"""A small client of the Kubernetes API: enough to apply, ask, list and delete any kind of object."""

import http.client
import json
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from tests.cluster.harness.access import Access
from tests.cluster.harness.objects import Identity, Json, JsonMap, Object

OWNER = "pulumi-kubernetes"
"""The field manager that the harness applies as, in the place of the Pulumi provider."""

BUSY = 50
"""How many times a request is sent again while the server says that it is busy."""

BACKGROUND: JsonMap = {"propagationPolicy": "Background"}


class RefusedError(Exception):
    """What the API server said no to."""

    def __init__(self, status: int, answer: Object) -> None:
        super().__init__(f"{status} {answer.text('reason')}: {answer.text('message')}")
        self.status = status
        self.message = answer.text("message")


@dataclass(frozen=True)
class Kind:
    """How a kind is reached."""

    api_version: str
    kind: str
    plural: str
    namespaced: bool
    verbs: frozenset[str]

    def path(self, namespace: str = "", name: str = "") -> str:
        """The URL's path of one object, of a namespace's objects, or of all."""
        root = f"/apis/{self.api_version}" if "/" in self.api_version else f"/api/{self.api_version}"
        scope = f"/namespaces/{namespace}" if self.namespaced and namespace else ""
        return f"{root}{scope}/{self.plural}" + (f"/{name}" if name else "")


@dataclass
class Api:
    """One connection to an API server; not for use by two threads at once."""

    access: Access
    _kinds: dict[tuple[str, str], Kind] = field(default_factory=dict[tuple[str, str], Kind])
    _connection: http.client.HTTPConnection | None = None

    def request(self, method: str, path: str, body: Json = None, content: str = "application/json") -> Object:
        """Send one request; raise ``RefusedError`` for any answer but success."""
        payload = None if body is None else json.dumps(body)
        headers = {"Accept": "application/json", "Content-Type": content, **self.access.headers}
        status, data = self._send(method, path, payload, headers)
        for _ in range(BUSY):
            if status != http.client.TOO_MANY_REQUESTS:
                break
            time.sleep(0.2)  # a kind that has just been defined is not served for a moment
            status, data = self._send(method, path, payload, headers)
        try:
            answer = Object(cast(JsonMap, json.loads(data or b"{}")))
        except ValueError:
            answer = Object({"message": data.decode(errors="replace")})
        if status >= http.client.BAD_REQUEST:
            raise RefusedError(status, answer)
        return answer

    def _send(
        self, method: str, path: str, payload: str | None, headers: Mapping[str, str]
    ) -> tuple[int, bytes]:
        """Send on the open connection, or on a new one where the server has closed it."""
        for attempt in (1, 2):
            connection = self._connection or self._connect()
            try:
                connection.request(method, path, payload, dict(headers))
                response = connection.getresponse()
                return response.status, response.read()
            except (http.client.HTTPException, ConnectionError, ssl.SSLError):
                self._connection = None
                connection.close()
                if attempt == 2:
                    raise
        raise AssertionError

    def _connect(self) -> http.client.HTTPConnection:
        host, port = self.access.address
        self._connection = http.client.HTTPSConnection(host, port, timeout=60, context=self.access.tls)
        return self._connection

    def kinds(self) -> tuple[Kind, ...]:
        """All kinds that the server serves now, each once, in the preferred version that has it."""
        found: dict[tuple[str, str], Kind] = {}
        for version in ("v1", *self._group_versions()):
            for kind in self._resources(version):
                found.setdefault((version.rpartition("/")[0], kind.kind), kind)
        return tuple(found.values())

    def _group_versions(self) -> tuple[str, ...]:
        groups = self.request("GET", "/apis").each("groups")
        preferred = [group.text("preferredVersion", "groupVersion") for group in groups]
        others = [each.text("groupVersion") for group in groups for each in group.each("versions")]
        return (*preferred, *(version for version in others if version not in preferred))

    def _resources(self, api_version: str) -> tuple[Kind, ...]:
        path = f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"
        found = [
            Kind(
                api_version,
                each.text("kind"),
                each.text("name"),
                bool(each.at("namespaced")),
                frozenset(each.texts("verbs")),
            )
            for each in self.request("GET", path).each("resources")
            if "/" not in each.text("name")
        ]
        self._kinds.update({(api_version, kind.kind): kind for kind in found})
        return tuple(found)

    def kind(self, api_version: str, kind: str) -> Kind:
        """How a kind is reached; raise ``RefusedError`` where the server does not know it."""
        if (api_version, kind) not in self._kinds:
            self._resources(api_version)
        try:
            return self._kinds[api_version, kind]
        except KeyError:
            raise RefusedError(404, Object({"message": f"no kind {kind} in {api_version}"})) from None

    def path(self, item: Object) -> str:
        """The URL's path of an object."""
        kind = self.kind(item.api_version, item.kind)
        return kind.path(item.namespace or "default", item.name)

    def apply(self, item: Object, manager: str = OWNER) -> Object:
        """Apply server-side, with unknown fields refused and conflicts won, as the Pulumi provider does."""
        query = f"?fieldManager={manager}&force=true&fieldValidation=Strict"
        return self.request("PATCH", self.path(item) + query, item.raw, "application/apply-patch+yaml")

    def create(self, item: Object, *, dry_run: bool = False) -> Object:
        """Create an object, or ask whether it would be admitted."""
        kind = self.kind(item.api_version, item.kind)
        query = "?dryRun=All" if dry_run else ""
        return self.request("POST", kind.path(item.namespace or "default") + query, item.raw)

    def get(self, item: Object) -> Object | None:
        """The live object, None where there is none."""
        try:
            return self.request("GET", self.path(item))
        except RefusedError as refusal:
            if refusal.status == http.client.NOT_FOUND:
                return None
            raise

    def list(self, api_version: str, kind: str, namespace: str = "") -> tuple[Object, ...]:
        """All objects of a kind, in all namespaces or in one; each says its kind."""
        items = self.request("GET", self.kind(api_version, kind).path(namespace)).each("items")
        return tuple(item.having(apiVersion=api_version, kind=kind) for item in items)

    def merge(self, item: Object, change: JsonMap, subresource: str = "") -> Object:
        """Change fields of a live object by a JSON merge patch."""
        path = self.path(item) + (f"/{subresource}" if subresource else "")
        return self.request("PATCH", path, change, "application/merge-patch+json")

    def patch(self, item: Object, operations: Sequence[JsonMap]) -> Object:
        """Change a live object by a JSON patch."""
        return self.request("PATCH", self.path(item), operations, "application/json-patch+json")

    def delete(self, item: Object) -> None:
        """Delete an object if it is there; what it owns goes after it."""
        try:
            self.request("DELETE", self.path(item), BACKGROUND)
        except RefusedError as refusal:
            if refusal.status != http.client.NOT_FOUND:
                raise

    def everything(self) -> dict[Identity, Object]:
        """All objects of the cluster but those that come and go by themselves."""
        found: dict[Identity, Object] = {}
        for kind in self.kinds():
            if "list" in kind.verbs and (kind.kind not in PASSING):
                found.update({each.identity: each for each in self.list(kind.api_version, kind.kind)})
        return found


PASSING = frozenset(
    {"Event", "Lease", "EndpointSlice", "Endpoints", "ComponentStatus", "NodeMetrics", "PodMetrics"}
)
"""Kinds whose objects change by themselves."""
