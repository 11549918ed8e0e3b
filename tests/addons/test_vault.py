"""Vault: what its servers are told, who may read what, and what the job does to one that is a file."""

import json
import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias, cast

import pytest

from oneup.addons import choose, consul, vault, vault_configuration, vault_snapshots
from oneup.addons.addon import Addon, Context
from oneup.addons.choose import ChoiceError
from oneup.addons.hashicorp import declared
from oneup.plan import Json
from oneup.values import Fact, Late, Value, Values
from tests.stacks import settings

FILES = Path(vault.__file__).parent / "files"
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
    return {addon.name: addon for addon in choose(settings(stack, addons=on, **larger)).addons}


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
    assert at(built.values, "server", "extraEnvironmentVars", "VAULT_AWSKMS_SEAL_KEY_ID") == Late(
        Fact.KMS_KEY_ARN
    )
    assert built.identity
    (part,) = built.identity.statements
    assert part.resources == (Late(Fact.KMS_KEY_ARN),)
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
    (certificate,) = (one for one in built.before if one.name == "vault-tls")
    names = cast(Sequence[str], at(certificate.body, "spec", "dnsNames"))
    assert {"*.vault-internal.vault.svc", "vault-active.vault.svc", "vault.vault.svc"} <= set(names)


def test_consul_keeps_it_where_the_stack_says_so_and_must_be_on() -> None:
    chosen = addons("staging", vault={"enabled": True, "storage": "consul"}, consul=ON)
    assert consul.NAME in chosen["vault"].requires
    assert 'storage "consul"' in said(chosen["vault"])
    assert at(chosen["vault"].values, "server", "dataStorage", "enabled") is False
    assert at(chosen["consul"].values, "server", "replicas") == 3
    with pytest.raises(ChoiceError, match="vault requires consul, which is not enabled"):
        addons("staging", vault={"enabled": True, "storage": "consul"})


def test_snapshots_can_add_below_their_own_folder_only() -> None:
    identity = addons("staging")["vault-snapshots"].identity
    assert identity
    (part,) = (part for part in identity.statements if part.sid == "AddObjects")
    assert [str(place).rpartition(":::")[2].partition("/")[2] for place in part.resources] == ["vault/*"]
    claims = [one for one in addons("baremetal")["vault-snapshots"].before if one.kind == "ObjectBucketClaim"]
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
    after = addons("baremetal")["vault-configuration"].after
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
    built = vault_configuration.addon(Context(configured, frozenset({vault.NAME})))
    assert [one.kind for one in built.after] == ["ConfigMap", "CronJob"]


CURL = """#!/usr/bin/env python3
import json, os, pathlib, sys
given, url, method, data, output, code = sys.argv[1:], sys.argv[-1], "GET", None, None, None
for key, value in zip(given, given[1:]):
    if key == "--request": method = value
    if key == "--data-binary": data = sys.stdin.read() if value == "@-" else value
    if key == "--output": output = value
    if key == "--write-out": code = value
    if key == "--config": token = pathlib.Path(value).read_text().split(": ")[-1].strip().rstrip('"')
if method == "GET" and data is None and "--data-binary" not in given and not url.startswith("http"):
    url = next(one for one in given if one.startswith("http"))
url = next(one for one in given if one.startswith("https://"))
file = pathlib.Path(os.environ["STATE"])
state = json.loads(file.read_text())
host, path = url.removeprefix("https://").split(":8200/v1/")
def answer(value):
    if code: print(200)
    elif not output: print(json.dumps(value))
    file.write_text(json.dumps(state)); sys.exit()
def fail(): sys.exit(22)
name = host.split(".")[0]
store = state["store"]
if name in state["silent"]: fail()
if path == "sys/health": answer({})
if path == "sys/init" and method == "GET": answer({"initialized": name in state["knows"]})
if path == "sys/init":
    state["knows"].append(name); state["said"].append("init")
    answer({"recovery_keys_base64": ["a"], "root_token": "root"})
if path == "auth/kubernetes/login":
    asked = json.loads(data)
    if "auth/kubernetes/role/" + asked["role"] not in store or asked["jwt"] != "jwt": fail()
    answer({"auth": {"client_token": "job"}})
if token not in ("root", "job") or token in state["revoked"] and token == "root": fail()
if path == "auth/token/revoke-self":
    state["revoked"].append(token); state["said"].append("revoke " + token); answer({})
audits = [one for one in store if one.startswith("sys/audit/")]
if path == "sys/audit": answer({one.split("/")[-1] + "/": {} for one in audits})
if path.endswith("?list=true"):
    below = path.removesuffix("?list=true") + "/"
    keys = [one.removeprefix(below) for one in store if one.startswith(below)]
    answer({"data": {"keys": keys}}) if keys else fail()
if method == "GET": answer(store[path]) if path in store else fail()
if method == "DELETE": del store[path]; answer({})
if path.startswith(("sys/mounts", "sys/audit", "sys/auth")) and path in store: fail()
store[path] = {**store.get(path, {}), **json.loads(data)}
state["said"].append(token + " " + path)
answer({})
"""
AWS = """#!/usr/bin/env python3
import json, os, pathlib, sys
if sys.argv[2] == "describe-secret": sys.exit(254)
file = pathlib.Path(os.environ["STATE"])
state = json.loads(file.read_text())
kept = sys.argv[-1].removeprefix("file://")
held = " " + pathlib.Path(kept).read_text().replace("\\n", "") if sys.argv[2] == "put-secret-value" else ""
state["said"].append(sys.argv[2] + held)
file.write_text(json.dumps(state))
"""

State: TypeAlias = dict[str, Json]
Runs: TypeAlias = Callable[..., tuple[int, State]]


@pytest.fixture
def run(tmp_path: Path) -> Runs:
    """Run the job against a Vault whose state lies in a file: its exit status, and the state then."""
    for name, text in {"curl": CURL, "aws": AWS}.items():
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    state = tmp_path / "state"
    fresh: Mapping[str, Json] = {"knows": [], "silent": [], "store": {}, "said": [], "revoked": []}
    state.write_text(json.dumps(fresh))
    (tmp_path / "token").write_text("jwt")
    (tmp_path / "trust.sh").write_text((FILES / "vault_trust.sh").read_text("utf-8"))

    def run(rows: str, change: Mapping[str, Json], **more: str) -> tuple[int, State]:
        state.write_text(json.dumps({**json.loads(state.read_text()), "said": [], **change}))
        (tmp_path / "configuration.tsv").write_text(rows)
        script = (FILES / "vault_configuration.sh").read_text("utf-8")
        script = script.replace("/tmp/", f"{tmp_path}/").replace("/dev/shm/", f"{tmp_path}/")
        environment = {
            "PATH": f"{tmp_path}:{os.environ['PATH']}",
            "STATE": str(state),
            "SCRIPTS": str(tmp_path),
            "TOKEN": str(tmp_path / "token"),
            "CA": "ca",
            "VAULT_ADDR": "https://vault-active.vault.svc:8200",
            "HOSTS": " ".join(f"vault-{number}.vault-internal.vault.svc" for number in range(3)),
            "SHOP_USERNAME": "vault",
            "SHOP_PASSWORD": 'pass"word',
            **more,
        }
        done = subprocess.run(
            ["bash"], input=script, env=environment, capture_output=True, text=True, check=False
        )
        return done.returncode, json.loads(state.read_text())

    return run


ROWS = declared.configuration(
    settings("baremetal", addons={"vaultConfiguration": {"enabled": True, "databases": [SHOP]}})
)
ITSELF = {"RECOVERY": "oneup-staging-vault-recovery", "KEY": "key"}


def test_a_new_vault_on_aws_is_initialised_once_and_the_root_token_ends(run: Runs, tmp_path: Path) -> None:
    status, state = run(ROWS, {}, **ITSELF)
    assert status == 0
    order = cast("list[str]", state["said"])
    kept, used = order.index("init") + 1, order.index("root sys/audit/file")
    assert order[0] == "create-secret"
    assert order[kept].startswith("put-secret-value")
    assert '"recovery_keys_base64"' in order[kept]
    assert "root" not in order[kept]
    assert kept < used < order.index("revoke root") < order.index("job sys/mounts/kv")
    assert not (tmp_path / "recovery").exists()
    policy = str(cast("dict[str, dict[str, Json]]", state["store"])["sys/policies/acl/oneup-configuration"])
    assert 'path "database/roles/*" { capabilities = ["create"' in policy
    again, later = run(ROWS, {}, **ITSELF)
    assert again == 0
    assert later["store"] == state["store"]
    assert not [one for one in cast("list[str]", later["said"]) if "init" in one or "root" in one]


def test_elsewhere_a_new_vault_waits_for_people(run: Runs) -> None:
    status, state = run(ROWS, {})
    assert status == 1
    assert (state["store"], state["said"]) == ({}, [])


@pytest.mark.parametrize("change", [{"silent": ["vault-1"]}, {"knows": ["vault-2"]}])
def test_a_server_without_a_volume_is_not_taken_for_a_new_vault(
    run: Runs, change: Mapping[str, Json]
) -> None:
    status, state = run(ROWS, change, **ITSELF)
    # Where one knows of a Vault, the job only fails to sign in.
    assert status != 0
    assert state["said"] == []


def test_what_the_stack_no_longer_says_goes_and_what_people_made_stays(run: Runs) -> None:
    _, state = run(ROWS, {}, **ITSELF)
    store = cast("dict[str, Json]", state["store"])
    others = ("auth/kubernetes/role/oneup-old", "auth/kubernetes/role/people", "sys/policies/acl/oneup-old")
    status, later = run(ROWS, {"store": {**store, **{other: {} for other in others}}})
    assert status == 0
    assert cast("dict[str, Json]", later["store"]).keys() - store.keys() == {"auth/kubernetes/role/people"}


def test_a_databases_password_is_used_once_and_changed_at_once(run: Runs) -> None:
    _, state = run(ROWS, {}, **ITSELF)
    store = cast("dict[str, dict[str, Json]]", state["store"])
    assert store["database/config/shop"]["password"] == 'pass"word'
    assert "database/rotate-root/shop" in store
    assert store["database/static-roles/oneup-shop-reports"]["rotation_period"] == "24h"
    status, later = run(ROWS, {}, SHOP_PASSWORD="another")
    assert status == 0
    assert (
        cast("dict[str, dict[str, Json]]", later["store"])["database/config/shop"]
        == store["database/config/shop"]
    )
    assert "job database/rotate-root/shop" not in cast("list[str]", later["said"])


def test_the_job_can_write_the_recovery_keys_and_not_read_them() -> None:
    identity = addons("staging")["vault-configuration"].identity
    assert identity
    actions = {action for part in identity.statements for action in part.actions}
    assert "secretsmanager:PutSecretValue" in actions
    assert "secretsmanager:GetSecretValue" not in actions


def test_the_keeper_turns_a_full_log_over_and_tells_the_server(tmp_path: Path) -> None:
    told, log = tmp_path / "told", tmp_path / "audit.log"
    server = subprocess.Popen(
        ["bash", "-c", f'trap "echo told >>{told}" HUP; echo up; while :; do sleep 0.02; done'],
        stdout=subprocess.PIPE,
    )
    assert server.stdout
    server.stdout.readline()
    (tmp_path / "pidof").write_text(f"#!/bin/sh\necho {server.pid}\n")
    (tmp_path / "pidof").chmod(0o755)
    (tmp_path / "tls.crt").write_text("one")
    log.write_text("x" * 100)
    environment = {
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "AUDIT": str(tmp_path),
        "CERTIFICATE": str(tmp_path / "tls.crt"),
        "PAUSE": "0.02",
        "LIMIT": "50",
    }
    keeper = subprocess.Popen(
        ["sh", "-c", (FILES / "vault_keeper.sh").read_text("utf-8")],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert keeper.stdout
        assert keeper.stdout.readline() == "audit log turned over\n"
        (tmp_path / "tls.crt").write_text("two")
        assert keeper.stdout.readline() == "certificate renewed\n"
        until = time.monotonic() + 5
        while not told.exists() and time.monotonic() < until:
            time.sleep(0.02)
        assert told.read_text().startswith("told")
    finally:
        keeper.kill()
        server.kill()
        keeper.wait()
        server.wait()
    assert not log.exists()
    assert (tmp_path / "audit.log.1").read_text() == "x" * 100


def test_the_jobs_tokens_are_for_vault_alone() -> None:
    for name in (vault_configuration.NAME, vault_snapshots.NAME):
        (job,) = (one for one in addons("baremetal")[name].after if one.kind == "CronJob")
        pod = cast(Values, at(job.body, "spec", "jobTemplate", "spec", "template", "spec"))
        assert pod["automountServiceAccountToken"] is False
        (volume,) = (one for one in cast("list[Values]", pod["volumes"]) if one["name"] == "token")
        (source,) = cast("list[Values]", at(volume, "projected", "sources"))
        assert at(source, "serviceAccountToken", "audience") == "vault"
