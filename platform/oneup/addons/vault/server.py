"""Configuration of Vault's servers: listeners, storage, seal, and sidecar."""

from collections.abc import Iterator
from typing import Final

from oneup.addonkit.assets import read_text
from oneup.addonkit.pods import RESTRICTED_CONTEXT, ContainerRequests
from oneup.addons.vault.names import CONSUL_HOST, TLS, hosts
from oneup.settings.model import AwsSettings, Settings
from oneup.values import DeferredOutput, FoundationOutput, Value, Values

IMAGE: Final = "docker.io/hashicorp/vault:2.0.4"

MAINTENANCE_SIDECAR: Final = ContainerRequests(10, 32)
"""The sidecar of each server: a shell script that runs once a minute."""

_CERTIFICATES: Final = f"/vault/userconfig/{TLS}"
_AUDIT: Final = "/vault/audit"


def configuration(settings: Settings) -> str:
    """The servers' configuration in HCL; the seal's key comes from the environment."""
    parts = [read_text("vault/server.hcl")]
    raft = settings.addons.vault.storage == "raft"
    parts.append("\n".join(_raft(settings)) if raft else _consul())
    if isinstance(settings, AwsSettings):
        parts.append('seal "awskms" {}\n')
    return "\n".join(parts)


def _raft(settings: Settings) -> Iterator[str]:
    """Integrated storage (Raft); each server joins any other that responds."""
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
    """Environment: the CA for the CLI, and the seal's key."""
    own: Values = {"VAULT_CACERT": f"{_CERTIFICATES}/ca.crt"}
    if not isinstance(settings, AwsSettings):
        return own
    return {
        **own,
        "AWS_REGION": settings.aws.region,
        "VAULT_AWSKMS_SEAL_KEY_ID": DeferredOutput(FoundationOutput.KMS_KEY_ARN),
    }


def readiness_probe(settings: Settings) -> Values:
    """Ready before initialisation, and while sealed if unsealing is manual.

    Otherwise the release would never become ready and could not be unsealed.
    """
    sealed = "" if isinstance(settings, AwsSettings) else "&sealedcode=204"
    return {"enabled": True, "path": f"/v1/sys/health?standbyok=true&uninitcode=204{sealed}"}


LIVENESS_PROBE: Final[Values] = {
    "enabled": True,
    "path": "/v1/sys/health?standbyok=true&uninitcode=204&sealedcode=204",
}
"""Alive as long as the server responds, whatever the status."""


def maintenance_sidecar(audit_mebibytes: int) -> Values:
    """Reloads a renewed certificate, and rotates the audit log before its volume is full.

    A server that cannot write its audit log rejects every request.
    """
    mounts: list[Value] = [
        {"name": "audit", "mountPath": _AUDIT},
        {"name": f"userconfig-{TLS}", "mountPath": _CERTIFICATES, "readOnly": True},
    ]
    return {
        "name": "keeper",
        "image": IMAGE,
        "command": ["sh", "-c", read_text("vault/keeper.sh")],
        "env": [{"name": "LIMIT", "value": str(audit_mebibytes * 1024 * 1024)}],
        "resources": MAINTENANCE_SIDECAR.resources,
        "securityContext": {**RESTRICTED_CONTEXT, "runAsUser": 100, "runAsGroup": 1000},
        "volumeMounts": mounts,
    }
