"""Chart repositories on loopback: every HTTPS host that the releases name, answered by one proxy.

The program's URLs stay as they are. The provider is given ``HTTPS_PROXY`` and the certificate of an authority
made for the run, so nothing in inputs, state or diffs tells this from the real repositories; and what was
fetched is noted.
"""

import hashlib
import json
import ssl
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import yaml

from tests.cluster.harness.certificates import Authority, authority
from tests.cluster.harness.objects import Json
from tests.up.engine.charts import Packed

MANIFEST: Final = "application/vnd.oci.image.manifest.v1+json"
CONFIG: Final = "application/vnd.cncf.helm.config.v1+json"
LAYER: Final = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
NOT_FOUND: Final = ("application/json", b'{"errors":[{"code":"NOT_FOUND"}]}')


@dataclass
class Catalogue:
    """What is served, by host and path."""

    pages: dict[tuple[str, str], tuple[str, bytes]] = field(
        default_factory=dict[tuple[str, str], tuple[str, bytes]]
    )
    _indexes: dict[str, dict[str, list[Json]]] = field(default_factory=dict[str, dict[str, list[Json]]])

    @property
    def hosts(self) -> set[str]:
        """All hosts that it answers for."""
        return {host for host, _ in self.pages}

    def add(self, chart: Packed) -> None:
        """Serve a chart where its release looks for it."""
        if chart.wanted.repository.startswith("oci://"):
            self._add_image(chart)
        else:
            self._add_file(chart)

    def _add_file(self, chart: Packed) -> None:
        repository = chart.wanted.repository.rstrip("/")
        url, file = urlsplit(repository), f"{chart.wanted.name}-{chart.wanted.version}.tgz"
        entry: Json = {
            "apiVersion": "v2",
            "name": chart.wanted.name,
            "version": chart.wanted.version,
            "urls": [f"{repository}/{file}"],
            "digest": hashlib.sha256(chart.archive).hexdigest(),
        }
        entries = self._indexes.setdefault(repository, {})
        entries.setdefault(chart.wanted.name, []).append(entry)
        index = yaml.safe_dump({"apiVersion": "v1", "entries": entries}).encode()
        self.pages[url.netloc, f"{url.path}/index.yaml"] = ("text/yaml", index)
        self.pages[url.netloc, f"{url.path}/{file}"] = ("application/gzip", chart.archive)

    def _add_image(self, chart: Packed) -> None:
        url, version = urlsplit(chart.wanted.repository), chart.wanted.version
        base = f"/v2/{url.path.strip('/')}"

        def blob(content: bytes, kind: str) -> Mapping[str, Json]:
            digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
            self.pages[url.netloc, f"{base}/blobs/{digest}"] = ("application/octet-stream", content)
            return {"mediaType": kind, "digest": digest, "size": len(content)}

        about: Json = {"apiVersion": "v2", "name": chart.wanted.name, "version": version}
        manifest = json.dumps(
            {
                "schemaVersion": 2,
                "mediaType": MANIFEST,
                "config": blob(json.dumps(about).encode(), CONFIG),
                "layers": [blob(chart.archive, LAYER)],
            }
        ).encode()
        for reference in (version, f"sha256:{hashlib.sha256(manifest).hexdigest()}"):
            self.pages[url.netloc, f"{base}/manifests/{reference}"] = (MANIFEST, manifest)
        self.pages[url.netloc, "/v2/"] = ("application/json", b"{}")
        tags = json.dumps({"name": url.path.strip("/"), "tags": [version]}).encode()
        self.pages[url.netloc, f"{base}/tags/list"] = ("application/json", tags)


@dataclass
class Repositories:
    """The running proxy."""

    port: int
    certificate: Path
    fetched: list[str]
    """Method, host and path of each request, with its status."""

    _server: ThreadingHTTPServer

    @property
    def environment(self) -> Mapping[str, str]:
        """How a provider reaches it.

        In upper case only: gRPC's core in the Python process reads the lower-case names, and would ask the
        proxy even for loopback.
        """
        return {
            "HTTPS_PROXY": f"http://127.0.0.1:{self.port}",
            "NO_PROXY": "127.0.0.1,localhost",
            "SSL_CERT_FILE": str(self.certificate),
        }

    def stop(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()


def serve(charts: Iterable[Packed], folder: Path) -> Repositories:
    """Serve charts; the folder takes the authority's keys and must be empty."""
    catalogue = Catalogue()
    for chart in charts:
        catalogue.add(chart)
    signer = authority(folder)
    fetched: list[str] = []
    server = _Quiet(("127.0.0.1", 0), _handler(catalogue, _tls(signer, catalogue.hosts), fetched))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return Repositories(server.server_address[1], signer.certificate, fetched, server)


def _tls(signer: Authority, hosts: Iterable[str]) -> ssl.SSLContext:
    own = signer.server("charts", sorted(host.partition(":")[0] for host in hosts))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own.file, own.key)
    return context


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that goes: a killed provider is part of the proofs."""


def _handler(
    catalogue: Catalogue, context: ssl.SSLContext, fetched: list[str]
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        host = ""

        def do_CONNECT(self) -> None:
            self.send_response(200)
            self.end_headers()
            inner = type("Inner", (Handler,), {"host": self.path.rpartition(":")[0]})
            try:
                with context.wrap_socket(self.connection, server_side=True) as tls:
                    inner(tls, self.client_address, self.server)
            except OSError as error:
                fetched.append(f"TLS {self.path}: {error}")
            self.close_connection = True

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            found = catalogue.pages.get((self.host, path))
            fetched.append(f"{self.command} {self.host}{path} {200 if found else 404}")
            kind, content = found or NOT_FOUND
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            if found and "/manifests/" in path:
                self.send_header("Docker-Content-Digest", f"sha256:{hashlib.sha256(content).hexdigest()}")
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(content)

        do_HEAD = do_GET  # noqa: N815 - the base class's name

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: what is fetched is noted."""
            del format, args

    return Handler
