"""Vault's desired configuration, in the format of the ``vault-configuration`` script."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from oneup.addons import external_secrets
from oneup.addons.vault.names import AUDIENCE, NAME_PREFIX, SNAPSHOT_PODS
from oneup.settings.addons.secrets import VaultDatabase
from oneup.settings.model import Settings
from oneup.values import Value
from oneup.workspace.namespace import SECRETS, VAULT
from oneup.workspace.prepare import application_namespaces

SNAPSHOTS: Final = f"{NAME_PREFIX}snapshots"

_OWNED: Final = ("sys/policies/acl", "auth/kubernetes/role", "database/roles", "database/static-roles")


def external_secrets_role(namespace: str) -> str:
    """The role with which External Secrets reads for one namespace."""
    return f"{NAME_PREFIX}stored-{namespace}"


@dataclass(frozen=True)
class _Instruction:
    """One request: ``put`` always, ``once`` if missing, ``only`` deletes everything else."""

    verb: str
    path: str
    body: Mapping[str, Value]

    def __str__(self) -> str:
        return f"{self.verb}\t{self.path}\t{json.dumps(self.body)}"


def configuration(settings: Settings) -> str:
    """The whole configuration; anything else with the prefix ``oneup-`` is deleted."""
    lines = tuple(_lines(settings))
    there = {f"{NAME_PREFIX}configuration"} | {
        line.path.rpartition("/")[2] for line in lines if NAME_PREFIX in line.path
    }
    kept: list[Value] = [*sorted(there)]
    last = [_Instruction("only", path, {"prefix": NAME_PREFIX, "names": kept}) for path in _OWNED]
    return "".join(f"{line}\n" for line in (*lines, *last))


def _lines(settings: Settings) -> Iterator[_Instruction]:
    yield _Instruction("once", "sys/mounts/kv", {"type": "kv", "options": {"version": "2"}})
    yield _Instruction("once", "sys/mounts/database", {"type": "database"})
    databases = settings.addons.vault_configuration.databases
    for namespace in (space.name for space in application_namespaces(settings)):
        own = [database for database in databases if database.namespace == namespace]
        yield from _allowed(
            f"{NAME_PREFIX}{namespace}", (namespace, "*"), [*_secrets(namespace), *_users(own)]
        )
        reader = (SECRETS.name, external_secrets.NAME)
        yield from _allowed(external_secrets_role(namespace), reader, [*_secrets(namespace), *_users(own)])
    if settings.addons.vault_snapshots.enabled:
        rules = [_may("sys/storage/raft/snapshot", "read")]
        yield from _allowed(SNAPSHOTS, (VAULT.name, SNAPSHOT_PODS.name), rules)
    for database in databases:
        yield from _database(database)


def _allowed(name: str, account: tuple[str, str], rules: Sequence[str]) -> Iterator[_Instruction]:
    """A policy, and the role that grants it to service accounts."""
    namespace, who = account
    yield _Instruction("put", f"sys/policies/acl/{name}", {"policy": "\n".join(rules)})
    role: dict[str, Value] = {
        "bound_service_account_names": [who],
        "bound_service_account_namespaces": [namespace],
        "audience": AUDIENCE,
        "token_policies": [name],
        "token_ttl": "1h",
        "token_max_ttl": "24h",
    }
    yield _Instruction("put", f"auth/kubernetes/role/{name}", role)


def _may(path: str, *capabilities: str) -> str:
    return f'path "{path}" {{ capabilities = {json.dumps(capabilities)} }}'


def _secrets(namespace: str) -> Iterator[str]:
    """The secrets under the namespace's path."""
    yield _may(f"kv/data/{namespace}/*", "read")
    yield _may(f"kv/metadata/{namespace}/*", "list", "read")


def _users(databases: Sequence[VaultDatabase]) -> Iterator[str]:
    for database in databases:
        yield _may(f"database/creds/{NAME_PREFIX}{database.name}", "read")
        for user in database.rotated:
            yield _may(f"database/static-creds/{NAME_PREFIX}{database.name}-{user}", "read")


def _database(database: VaultDatabase) -> Iterator[_Instruction]:
    """The connection, dynamic users, and static users with rotated passwords."""
    role = f"{NAME_PREFIX}{database.name}"
    host = f"{database.service}.{database.namespace}.svc:{database.port}"
    connection: dict[str, Value] = {
        "plugin_name": "postgresql-database-plugin",
        "connection_url": f"postgresql://{{{{username}}}}:{{{{password}}}}@{host}/{database.database}?sslmode=require",
        "password_authentication": "scram-sha-256",
        "allowed_roles": [role, f"{role}-*"],
    }
    yield _Instruction("database", f"database/config/{database.name}", connection)
    # Objects that a user creates belong to the role and remain when the user is deleted.
    made: list[Value] = [
        "CREATE ROLE \"{{name}}\" WITH LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}'"
        f' IN ROLE "{database.role}"',
        f'ALTER ROLE "{{{{name}}}}" SET ROLE "{database.role}"',
    ]
    users: dict[str, Value] = {
        "db_name": database.name,
        "creation_statements": made,
        "revocation_statements": ['DROP ROLE IF EXISTS "{{name}}"'],
        "default_ttl": f"{database.minutes}m",
        "max_ttl": f"{database.most_minutes}m",
    }
    yield _Instruction("put", f"database/roles/{role}", users)
    for user in database.rotated:
        period = f"{database.rotation_hours}h"
        staying: dict[str, Value] = {"db_name": database.name, "username": user, "rotation_period": period}
        yield _Instruction("put", f"database/static-roles/{role}-{user}", staying)
