"""What Vault's servers are told: where they listen and keep, how they unseal, and what runs beside them."""

from collections.abc import Iterator
from typing import Final

from oneup.addonkit.assets import text
from oneup.addonkit.pods import CONTAINER, Size
from oneup.addons.vault.names import CONSUL_HOST, TLS, hosts
from oneup.settings.model import AwsSettings, Settings
from oneup.values import Fact, Late, Value, Values

IMAGE: Final = "docker.io/hashicorp/vault:2.0.4"

KEEPER: Final = Size(10, 32)
"""Beside each server, a shell that looks once a minute."""

_CERTIFICATES: Final = f"/vault/userconfig/{TLS}"
_AUDIT: Final = "/vault/audit"


def configuration(settings: Settings) -> str:
    """The servers' configuration in HCL; which key opens the seal, only the environment says."""
    parts = [text("vault/server.hcl")]
    raft = settings.addons.vault.storage == "raft"
    parts.append("\n".join(_raft(settings)) if raft else _consul())
    if isinstance(settings, AwsSettings):
        parts.append('seal "awskms" {}\n')
    return "\n".join(parts)


def _raft(settings: Settings) -> Iterator[str]:
    """Each server keeps all of it, and joins whichever of the others answers."""
    yield 'storage "raft" {\n  path = "/vault/data"'
    for host in hosts(settings):
        yield "  retry_join {"
        yield f'    leader_api_addr = "https://{host}:8200"'
        yield f'    leader_ca_cert_file = "{_CERTIFICATES}/ca.crt"'
        yield "  }"
    yield "}\n"


def _consul() -> str:
    return (
        'storage "consul" {\n  path = "vault/"\n  scheme = "https"\n'
        f'  address = "{CONSUL_HOST}:8501"\n'
        '  tls_ca_file = "/vault/userconfig/vault-consul-tls/ca.crt"\n'
        '  tls_cert_file = "/vault/userconfig/vault-consul-tls/tls.crt"\n'
        '  tls_key_file = "/vault/userconfig/vault-consul-tls/tls.key"\n}\n'
    )


def environment(settings: Settings) -> Values:
    """Where the server's own commands find the authority, and which key opens the seal."""
    own: Values = {"VAULT_CACERT": f"{_CERTIFICATES}/ca.crt"}
    if not isinstance(settings, AwsSettings):
        return own
    return {
        **own,
        "AWS_REGION": settings.aws.region,
        "VAULT_AWSKMS_SEAL_KEY_ID": Late(Fact.KMS_KEY_ARN),
    }


def probe(settings: Settings) -> Values:
    """Ready also before it is initialised, so that it can be; and where people unseal it, while sealed.

    Else the release would wait for people, who wait for the release.
    """
    sealed = "" if isinstance(settings, AwsSettings) else "&sealedcode=204"
    return {"enabled": True, "path": f"/v1/sys/health?standbyok=true&uninitcode=204{sealed}"}


ALIVE: Final[Values] = {
    "enabled": True,
    "path": "/v1/sys/health?standbyok=true&uninitcode=204&sealedcode=204",
}
"""A server that answers is alive, whatever it answers."""


def keeper(audit_mebibytes: int) -> Values:
    """Tells the server of a renewed certificate, and turns the audit log over before its volume is full.

    A server that cannot write its audit log answers nobody.
    """
    mounts: list[Value] = [
        {"name": "audit", "mountPath": _AUDIT},
        {"name": f"userconfig-{TLS}", "mountPath": _CERTIFICATES, "readOnly": True},
    ]
    return {
        "name": "keeper",
        "image": IMAGE,
        "command": ["sh", "-c", text("vault/keeper.sh")],
        "env": [{"name": "LIMIT", "value": str(audit_mebibytes * 1024 * 1024)}],
        "resources": KEEPER.resources,
        "securityContext": {**CONTAINER, "runAsUser": 100, "runAsGroup": 1000},
        "volumeMounts": mounts,
    }
