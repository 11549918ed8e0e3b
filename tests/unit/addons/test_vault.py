"""Vault: server configuration and access."""

import json
from collections.abc import Mapping, Sequence
from typing import cast

import pytest

from oneup.addonkit.addon import Addon, AddonContext
from oneup.addons import consul, vault, vault_configuration, vault_snapshots
from oneup.addons.vault_configuration import declared
from oneup.installation import select
from oneup.installation.choose import SelectionError
from oneup.plan import Json
from oneup.values import DeferredOutput, FoundationOutput, Value, Values
from tests.support.stacks import settings

ON: Mapping[str, Json] = {"enabled": True}
ROOM: Mapping[str, Json] = {
    "name": "all",
    "instanceTypes": ["m6i.4xlarge"],
    "minSize": 3,
    "desiredSize": 6,
    "maxSize": 9,
}
SHOP: Mapping[str, Json] = {
    "name": "shop",
    "namespace": "production",
    "service": "shop-database-rw",
    "database": "shop",
    "role": "shop",
    "credentials": "shop-vault",
    "rotated": ["reports"],
}


def addons(stack: str, **changes: Json) -> Mapping[str, Addon]:
    """The chosen addons of a stack with Vault on, by name."""
    on: dict[str, Json] = {"vault": ON, "vaultConfiguration": ON, "vaultSnapshots": ON, **changes}
    larger: dict[str, Json] = {} if stack == "baremetal" else {"availability": "high", "nodeGroups": [ROOM]}
    return {addon.name: addon for addon in select(settings(stack, addons=on, **larger)).addons}


def at(value: Value, *path: str) -> Value:
    for key in path:
        value = cast(Values, value)[key]
    return value


def said(addon: Addon) -> str:
    """The servers' configuration."""
    ha = at(addon.values, "server", "ha")
    return str(at(ha, "raft", "config") if "raft" in cast(Values, ha) else at(ha, "config"))


def test_on_aws_the_servers_open_the_seal_with_one_key_and_no_more_than_that() -> None:
    built = addons("staging")["vault"]
    assert 'seal "awskms" {}' in said(built)
    assert at(built.values, "server", "extraEnvironmentVars", "VAULT_AWSKMS_SEAL_KEY_ID") == DeferredOutput(
        FoundationOutput.KMS_KEY_ARN
    )
    assert built.identity
    (part,) = built.identity.statements
    assert part.resources == (DeferredOutput(FoundationOutput.KMS_KEY_ARN),)
    assert set(part.actions) == {"kms:Encrypt", "kms:Decrypt", "kms:DescribeKey"}
    assert "sealedcode" not in str(at(built.values, "server", "readinessProbe", "path"))


def test_elsewhere_a_sealed_server_is_ready_and_no_settings_restart_it() -> None:
    built = addons("baremetal")["vault"]
    assert "seal " not in said(built)
    assert built.identity is None
    assert "sealedcode=204" in str(at(built.values, "server", "readinessProbe", "path"))
    assert at(built.values, "server", "updateStrategyType") == "OnDelete"


def test_three_servers_join_each_other_over_tls_under_names_that_the_certificate_has() -> None:
    built = addons("baremetal")["vault"]
    assert at(built.values, "server", "ha", "replicas") == 3
    hosts = [line.split('"')[1] for line in said(built).splitlines() if "leader_api_addr" in line]
    assert hosts == [f"https://vault-{number}.vault-internal.vault.svc:8200" for number in range(3)]
    (certificate,) = (one for one in built.prerequisite_manifests if one.name == "vault-tls")
    names = cast(Sequence[str], at(certificate.body, "spec", "dnsNames"))
    assert {"*.vault-internal.vault.svc", "vault-active.vault.svc", "vault.vault.svc"} <= set(names)


def test_consul_keeps_it_where_the_stack_says_so_and_must_be_on() -> None:
    chosen = addons("staging", vault={"enabled": True, "storage": "consul"}, consul=ON)
    assert consul.NAME in chosen["vault"].requires
    assert 'storage "consul"' in said(chosen["vault"])
    assert at(chosen["vault"].values, "server", "dataStorage", "enabled") is False
    assert at(chosen["consul"].values, "server", "replicas") == 3
    with pytest.raises(SelectionError, match="vault requires consul, which is not enabled"):
        addons("staging", vault={"enabled": True, "storage": "consul"})


def test_snapshots_can_add_below_their_own_folder_only() -> None:
    identity = addons("staging")["vault-snapshots"].identity
    assert identity
    (part,) = (part for part in identity.statements if part.sid == "AddObjects")
    assert [str(place).rpartition(":::")[2].partition("/")[2] for place in part.resources] == ["vault/*"]
    claims = [
        one
        for one in addons("baremetal")["vault-snapshots"].prerequisite_manifests
        if one.kind == "ObjectBucketClaim"
    ]
    assert [claim.name for claim in claims] == ["bucket-backups-vault"]


def lines(*databases: Mapping[str, Json]) -> list[tuple[str, str, Mapping[str, Json]]]:
    """What Vault is to be."""
    text = declared.configuration(
        settings("baremetal", addons={"vaultConfiguration": {"databases": list(databases)}})
    )
    found = [line.split("\t") for line in text.splitlines()]
    return [(verb, path, json.loads(body)) for verb, path, body in found]


def test_no_namespace_reads_what_belongs_to_another() -> None:
    policies = {
        path.rpartition("/")[2]: str(body["policy"]) for _, path, body in lines(SHOP) if "policy" in body
    }
    for name in ("oneup-production", "oneup-stored-production"):
        assert "kv/data/production/*" in policies[name]
        assert "database/creds/oneup-shop" in policies[name]
        assert "database/static-creds/oneup-shop-reports" in policies[name]
        assert "application" not in policies[name]
    for name in ("oneup-application", "oneup-stored-application"):
        assert "production" not in policies[name]
        assert "database" not in policies[name]
    for _, path, body in lines(SHOP):
        if path.startswith("auth/kubernetes/role/oneup-stored-"):
            assert body["bound_service_account_namespaces"] == ["secrets-management"]
        if path.startswith("auth/kubernetes/role/oneup-"):
            assert body["audience"] == "vault"


def test_each_store_serves_one_namespace_with_a_role_that_exists() -> None:
    after = addons("baremetal")["vault-configuration"].post_install_manifests
    stores = [one for one in after if one.kind == "ClusterSecretStore"]
    roles = {path for _, path, _ in lines()}
    assert {store.name for store in stores} == {"vault-production", "vault-application"}
    for store in stores:
        (condition,) = cast("Sequence[Values]", at(store.body, "spec", "conditions"))
        assert condition == {"namespaces": [store.name.removeprefix("vault-")]}
        role = at(store.body, "spec", "provider", "vault", "auth", "kubernetes", "role")
        assert f"auth/kubernetes/role/{role}" in roles


def test_without_external_secrets_there_are_no_stores() -> None:
    configured = settings("baremetal", addons={"vaultConfiguration": ON})
    built = vault_configuration.addon(AddonContext(configured, frozenset({vault.NAME})))
    assert [one.kind for one in built.post_install_manifests] == ["ConfigMap", "CronJob"]


def test_the_job_can_write_the_recovery_keys_and_not_read_them() -> None:
    identity = addons("staging")["vault-configuration"].identity
    assert identity
    actions = {action for part in identity.statements for action in part.actions}
    assert "secretsmanager:PutSecretValue" in actions
    assert "secretsmanager:GetSecretValue" not in actions


def test_the_jobs_tokens_are_for_vault_alone() -> None:
    for name in (vault_configuration.NAME, vault_snapshots.NAME):
        (job,) = (one for one in addons("baremetal")[name].post_install_manifests if one.kind == "CronJob")
        pod = cast(Values, at(job.body, "spec", "jobTemplate", "spec", "template", "spec"))
        assert pod["automountServiceAccountToken"] is False
        (volume,) = (one for one in cast("list[Values]", pod["volumes"]) if one["name"] == "token")
        (source,) = cast("list[Values]", at(volume, "projected", "sources"))
        assert at(source, "serviceAccountToken", "audience") == "vault"
