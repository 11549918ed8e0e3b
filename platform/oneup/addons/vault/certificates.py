"""The certificates of Vault and Consul: a CA in each namespace, by cert-manager."""

from collections.abc import Iterator, Sequence
from typing import Final

from oneup.addonkit.addon import Manifest
from oneup.addons.cert_manager.issuers import SELF_SIGNED
from oneup.values import Value, Values
from oneup.workspace.namespace import Namespace

_API: Final = "cert-manager.io/v1"
_DECADE: Final = "87600h"
_MONTHS: Final = "2160h"
_MONTH: Final = "720h"


def authority(name: str, namespace: Namespace) -> Iterator[Manifest]:
    """A CA valid for ten years, and its Issuer; the key is in the Secret."""
    spec: Values = {
        "isCA": True,
        "commonName": name,
        "secretName": name,
        "duration": _DECADE,
        "privateKey": {"algorithm": "ECDSA", "size": 256},
        "issuerRef": {"group": "cert-manager.io", "kind": "ClusterIssuer", "name": SELF_SIGNED},
    }
    yield _certificate(name, namespace, spec)
    yield Manifest(
        api_version=_API,
        kind="Issuer",
        name=name,
        namespace=namespace.name,
        body={"spec": {"ca": {"secretName": name}}},
    )


def server(name: str, namespace: Namespace, issuer: str, names: Sequence[str]) -> Manifest:
    """A server certificate valid for three months, renewed a month before expiry."""
    local: list[Value] = ["127.0.0.1", "::1"]
    spec: Values = {
        "secretName": name,
        "commonName": names[0],
        "dnsNames": [*names, "localhost"],
        "ipAddresses": local,
        "duration": _MONTHS,
        "renewBefore": _MONTH,
        "usages": ["server auth", "client auth"],
        "privateKey": {"algorithm": "ECDSA", "size": 256, "rotationPolicy": "Always"},
        "issuerRef": {"group": "cert-manager.io", "kind": "Issuer", "name": issuer},
    }
    return _certificate(name, namespace, spec)


def _certificate(name: str, namespace: Namespace, spec: Values) -> Manifest:
    """Dependents wait until it is issued."""
    return Manifest(
        api_version=_API,
        kind="Certificate",
        name=name,
        namespace=namespace.name,
        annotations={"pulumi.com/waitFor": "condition=Ready", "pulumi.com/timeoutSeconds": "300"},
        body={"spec": spec},
    )
