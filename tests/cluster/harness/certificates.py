"""A certificate authority for one run: the API server's certificate and its users'."""

import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Certificate:
    """A certificate and its key, as PEM files."""

    file: Path
    key: Path


@dataclass(frozen=True)
class Authority:
    """A folder that holds an authority and all that it has signed."""

    folder: Path

    @property
    def certificate(self) -> Path:
        """The authority's own certificate."""
        return self.folder / "ca.crt"

    @property
    def key(self) -> Path:
        """The authority's key; service account tokens are signed with another."""
        return self.folder / "ca.key"

    def client(self, name: str, user: str, groups: tuple[str, ...] = ()) -> Certificate:
        """A client certificate: Kubernetes reads the user from CN and the groups from O."""
        subject = "".join(f"/O={group}" for group in groups) + f"/CN={user}"
        return self._sign(name, subject, "extendedKeyUsage=clientAuth")

    def server(self, name: str, hosts: Iterable[str] = ("localhost", "kubernetes")) -> Certificate:
        """A server certificate for the loopback address and some names."""
        names = ",".join(("IP:127.0.0.1", *(f"DNS:{host}" for host in hosts)))
        return self._sign(name, f"/CN={name}", f"subjectAltName={names}")

    def _sign(self, name: str, subject: str, extension: str) -> Certificate:
        made = Certificate(self.folder / f"{name}.crt", self.folder / f"{name}.key")
        by = ["-CA", str(self.certificate), "-CAkey", str(self.key), "-addext", extension]
        _openssl(made, subject, by)
        return made


def authority(folder: Path) -> Authority:
    """Make a new authority, and the key pair that signs service account tokens, in an empty folder."""
    made = Authority(folder)
    own = Certificate(made.certificate, made.key)
    _openssl(own, "/CN=cluster-test", ["-addext", "basicConstraints=critical,CA:TRUE"])
    _openssl(Certificate(folder / "accounts.crt", folder / "accounts.key"), "/CN=service-accounts", [])
    return made


def _openssl(made: Certificate, subject: str, more: list[str]) -> None:
    """Make a P-256 key and a certificate for it, good for a day."""
    made.key.touch(mode=0o600)
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc"]
    files = ["-keyout", str(made.key), "-out", str(made.file), "-days", "1"]
    command = ["openssl", "req", "-x509", *curve, *files, "-subj", subject, *more]
    subprocess.run(command, check=True, capture_output=True)
