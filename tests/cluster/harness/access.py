"""How to reach an API server and as whom: kubeconfig files, written and read."""

import base64
import ssl
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from tests.cluster.harness.certificates import Authority
from tests.cluster.harness.objects import JsonMap, Object, parse


@dataclass(frozen=True)
class Access:
    """An API server's address, and the credentials of one user."""

    kubeconfig: Path
    address: tuple[str, int]
    tls: ssl.SSLContext
    headers: Mapping[str, str]


def open_kubeconfig(file: Path) -> Access:
    """Read a kubeconfig of one cluster and one user, who has a certificate or a token."""
    (config,) = parse(file.read_text())
    cluster, user = config.map("clusters", 0, "cluster"), config.map("users", 0, "user")
    server = urlsplit(Object(cluster).text("server"))
    tls = ssl.create_default_context(cafile=str(_file(cluster, "certificate-authority", file)))
    if any(key.startswith("client-certificate") for key in user):
        tls.load_cert_chain(_file(user, "client-certificate", file), _file(user, "client-key", file))
    token = Object(user).text("token")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return Access(file, (server.hostname or "127.0.0.1", server.port or 443), tls, headers)


def _file(section: JsonMap, key: str, beside: Path) -> Path:
    """The file that a key names, or one written from the data that stands in its place."""
    if named := Object(section).text(key):
        return Path(named)
    written = beside.with_suffix(f".{key}.pem")
    written.touch(mode=0o600)
    written.write_bytes(base64.b64decode(Object(section).text(f"{key}-data")))
    return written


def write_kubeconfig(authority: Authority, name: str, user: str, groups: tuple[str, ...] = ()) -> Path:
    """Write a user's client certificate and kubeconfig for our own control plane."""
    certificate = authority.client(name, user, groups)
    file = authority.folder / f"{name}.kubeconfig"
    cluster = {"server": "https://127.0.0.1:16443", "certificate-authority": str(authority.certificate)}
    identity = {"client-certificate": str(certificate.file), "client-key": str(certificate.key)}
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "proof", "cluster": cluster}],
        "users": [{"name": user, "user": identity}],
        "contexts": [{"name": "proof", "context": {"cluster": "proof", "user": user}}],
        "current-context": "proof",
    }
    file.write_text(yaml.safe_dump(config))
    return file


def export_kubeconfig(context: str, folder: Path) -> Path:
    """Take one context of the user's own kubeconfig, with all that it needs, into a file of its own."""
    command = ["kubectl", "config", "view", "--raw", "--minify", "--flatten", "--context", context]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    file = folder / "kubeconfig"
    file.touch(mode=0o600)
    file.write_text(text)
    return file
