"""Where Vault and Consul are, and who speaks with them."""

from collections.abc import Sequence
from typing import Final

from oneup.addonkit.addon import AddonName
from oneup.addonkit.flow import Pods
from oneup.settings.model import Settings
from oneup.workspace.namespace import VAULT

VAULT_NAME: Final = AddonName("vault")
CONSUL_NAME: Final = AddonName("consul")

ADDRESS: Final = f"https://vault-active.{VAULT.name}.svc:8200"
"""The server that leads; no server answers there while all are sealed."""

AUDIENCE: Final = "vault"
"""Whom the tokens are for that Vault takes."""

OWN: Final = "oneup-"
"""What the names of the stack's own roles and policies in Vault begin with."""

TLS: Final = "vault-tls"
"""The Secret with the servers' certificate and key, and in ``ca.crt`` who has signed it."""

CONSUL_HOST: Final = f"consul-server.{VAULT.name}.svc"
CONSUL_TLS: Final = "vault-consul-tls"
"""The Secret with Vault's own certificate for Consul, and in ``ca.crt`` who has signed Consul's."""

VAULT_PODS: Final = Pods(
    "vault",
    VAULT,
    {"app.kubernetes.io/name": "vault", "app.kubernetes.io/instance": "vault", "component": "server"},
)
CONSUL_PODS: Final = Pods("consul", VAULT, {"app": "consul", "release": "consul", "component": "server"})
GOSSIP_PODS: Final = Pods(
    "consul-gossip-key",
    VAULT,
    {"app": "consul", "release": "consul", "component": "gossip-encryption-autogenerate"},
)
"""A job before the first installation, which makes the key that the servers' talk is encrypted with."""

CONFIGURATION_PODS: Final = Pods(
    "vault-configuration", VAULT, {"app.kubernetes.io/name": "vault-configuration"}
)
SNAPSHOT_PODS: Final = Pods("vault-snapshots", VAULT, {"app.kubernetes.io/name": "vault-snapshots"})


def servers(settings: Settings) -> int:
    """Three where availability is high: two agree when one is gone. A second alone would help nobody."""
    return 3 if settings.replicas > 1 else 1


def hosts(settings: Settings) -> Sequence[str]:
    """The servers one by one, also while they are sealed."""
    return [f"vault-{number}.vault-internal.{VAULT.name}.svc" for number in range(servers(settings))]
