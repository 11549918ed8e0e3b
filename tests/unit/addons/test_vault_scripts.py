"""Vault's scripts: the job, run against a Vault that is a file, and what keeps a server's files in order."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias, cast

import pytest

from oneup.addons.vault_configuration import declared
from oneup.plan import Json
from tests import ROOT
from tests.support import programs
from tests.support.stacks import settings
from tests.unit.addons.test_vault import SHOP

FILES = ROOT / "platform" / "oneup" / "addons"

CURL = """
import json, os, sys
given, url, method, data, output, code = sys.argv[1:], sys.argv[-1], "GET", None, None, None
for key, value in zip(given, given[1:]):
    if key == "--request": method = value
    if key == "--data-binary": data = sys.stdin.read() if value == "@-" else value
    if key == "--output": output = value
    if key == "--write-out": code = value
    if key == "--config": token = open(value).read().split(": ")[-1].strip().rstrip('"')
if method == "GET" and data is None and "--data-binary" not in given and not url.startswith("http"):
    url = next(one for one in given if one.startswith("http"))
url = next(one for one in given if one.startswith("https://"))
state = json.load(open(os.environ["STATE"]))
def write(): open(os.environ["STATE"], "w").write(json.dumps(state))
host, path = url.removeprefix("https://").split(":8200/v1/")
def answer(value):
    if code: print(200)
    elif not output: print(json.dumps(value))
    write(); sys.exit()
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
AWS = """
import json, os, sys
if sys.argv[2] == "describe-secret": sys.exit(254)
state = json.load(open(os.environ["STATE"]))
kept = sys.argv[-1].removeprefix("file://")
held = " " + open(kept).read().replace("\\n", "") if sys.argv[2] == "put-secret-value" else ""
state["said"].append(sys.argv[2] + held)
open(os.environ["STATE"], "w").write(json.dumps(state))
"""

State: TypeAlias = dict[str, Json]
Runs: TypeAlias = Callable[..., tuple[int, State]]


@pytest.fixture
def run(tmp_path: Path) -> Runs:
    """Run the job against a Vault whose state lies in a file: its exit status, and the state then."""
    return job(tmp_path)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> State:
    """A Vault after the first run."""
    return job(tmp_path_factory.mktemp("begun"))(ROWS, {}, **ITSELF)[1]


def job(tmp_path: Path) -> Runs:
    """The job, with its files in a folder."""
    programs.put(tmp_path, {"curl": CURL, "aws": AWS})
    state = tmp_path / "state"
    fresh: Mapping[str, Json] = {"knows": [], "silent": [], "store": {}, "said": [], "revoked": []}
    state.write_text(json.dumps(fresh))
    (tmp_path / "token").write_text("jwt")
    (tmp_path / "trust.sh").write_text((FILES / "vault_configuration" / "trust.sh").read_text("utf-8"))

    def run(rows: str, change: Mapping[str, Json], **more: str) -> tuple[int, State]:
        state.write_text(json.dumps({**json.loads(state.read_text()), **change, "said": []}))
        (tmp_path / "configuration.tsv").write_text(rows)
        script = (FILES / "vault_configuration" / "vault_configuration.sh").read_text("utf-8")
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


def test_what_the_stack_no_longer_says_goes_and_what_people_made_stays(run: Runs, begun: State) -> None:
    store = cast("dict[str, Json]", begun["store"])
    others = ("auth/kubernetes/role/oneup-old", "auth/kubernetes/role/people", "sys/policies/acl/oneup-old")
    status, later = run(ROWS, {**begun, "store": {**store, **{other: {} for other in others}}})
    assert status == 0
    assert cast("dict[str, Json]", later["store"]).keys() - store.keys() == {"auth/kubernetes/role/people"}


def test_a_databases_password_is_used_once_and_changed_at_once(run: Runs, begun: State) -> None:
    store = cast("dict[str, dict[str, Json]]", begun["store"])
    assert store["database/config/shop"]["password"] == 'pass"word'
    assert "database/rotate-root/shop" in store
    assert store["database/static-roles/oneup-shop-reports"]["rotation_period"] == "24h"
    status, later = run(ROWS, begun, SHOP_PASSWORD="another")
    assert status == 0
    assert (
        cast("dict[str, dict[str, Json]]", later["store"])["database/config/shop"]
        == store["database/config/shop"]
    )
    assert "job database/rotate-root/shop" not in cast("list[str]", later["said"])


HEARS = """
import signal
signal.signal(signal.SIGHUP, lambda *_: print("told"))
print("up")
while True:
    signal.pause()
"""


def test_the_keeper_turns_a_full_log_over_and_tells_the_server(tmp_path: Path) -> None:
    log = tmp_path / "audit.log"
    # Python's own, since a shell cannot hear a signal that it was started to ignore, as by nohup.
    server = subprocess.Popen([sys.executable, "-u", "-c", HEARS], stdout=subprocess.PIPE, text=True)
    assert server.stdout
    assert server.stdout.readline() == "up\n"
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
        ["sh", "-c", (FILES / "vault" / "keeper.sh").read_text("utf-8")],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert keeper.stdout
        assert keeper.stdout.readline() == "audit log turned over\n"
        (tmp_path / "tls.crt").write_text("two")
        assert keeper.stdout.readline() == "certificate renewed\n"
        assert server.stdout.readline() == "told\n"
    finally:
        keeper.kill()
        server.kill()
        keeper.wait()
        server.wait()
    assert not log.exists()
    assert (tmp_path / "audit.log.1").read_text() == "x" * 100
