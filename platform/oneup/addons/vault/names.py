"""Addresses and network flows of Vault and Consul."""

from collections.abc import Sequence
from typing import Final

from oneup.addonkit.addon import AddonName
from oneup.addonkit.flow import PodSelector
from oneup.settings.model import Settings
from oneup.workspace.namespace import VAULT

VAULT_NAME: Final = AddonName("vault")
CONSUL_NAME: Final = AddonName("consul")

ADDRESS: Final = f"https://vault-active.{VAULT.name}.svc:8200"
"""The Service of the active server; it has no endpoint while all servers are sealed."""

AUDIENCE: Final = "vault"
"""The audience of the tokens that Vault accepts."""

NAME_PREFIX: Final = "oneup-"
"""Name prefix of the stack's roles and policies in Vault."""

TLS: Final = "vault-tls"
"""The Secret with the servers' certificate, key and CA (``ca.crt``)."""

CONSUL_HOST: Final = f"consul-server.{VAULT.name}.svc"
CONSUL_TLS: Final = "vault-consul-tls"
"""The Secret with Vault's client certificate for Consul, and Consul's CA (``ca.crt``)."""

VAULT_PODS: Final = PodSelector(
    "vault",
    VAULT,
    {"app.kubernetes.io/name": "vault", "app.kubernetes.io/instance": "vault", "component": "server"},
)
CONSUL_PODS: Final = PodSelector(
    "consul", VAULT, {"app": "consul", "release": "consul", "component": "server"}
)
GOSSIP_PODS: Final = PodSelector(
    "consul-gossip-key",
    VAULT,
    {"app": "consul", "release": "consul", "component": "gossip-encryption-autogenerate"},
)
"""The pre-install job that creates Consul's gossip encryption key."""

CONFIGURATION_PODS: Final = PodSelector(
    "vault-configuration", VAULT, {"app.kubernetes.io/name": "vault-configuration"}
)
SNAPSHOT_PODS: Final = PodSelector("vault-snapshots", VAULT, {"app.kubernetes.io/name": "vault-snapshots"})


def servers(settings: Settings) -> int:
    """Three with high availability: two keep the quorum if one fails. Two servers would not."""
    return 3 if settings.replicas > 1 else 1


def hosts(settings: Settings) -> Sequence[str]:
    """The individual servers, also while sealed."""
    return [f"vault-{number}.vault-internal.{VAULT.name}.svc" for number in range(servers(settings))]
