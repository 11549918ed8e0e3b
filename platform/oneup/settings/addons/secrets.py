"""The settings of what brings secrets into the cluster, of Vault and of Consul."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from oneup.settings.addons.switch import AddonSettings, AwsOptInAddon, OptInAddon
from oneup.settings.base import Section
from oneup.settings.errors import Problem, duplicates, path
from oneup.settings.formats.aws import Gibibytes, SecretPrefix
from oneup.settings.formats.form import Format, Unit
from oneup.settings.formats.kubernetes import Cron, ObjectName
from oneup.settings.names import Purpose

if TYPE_CHECKING:
    from oneup.settings.model import Settings


class ExternalSecrets(AddonSettings):
    """External Secrets: generators everywhere, and AWS secret stores on AWS."""

    prefix: SecretPrefix | None = None
    """On AWS, the path prefix in Secrets Manager and Parameter Store; default: ``oneup/<stack>``."""


class SecretsStoreCsiDriver(AwsOptInAddon):
    """Secrets as files in a pod, read with the pod's own role."""

    rotation_seconds: Annotated[int, Field(ge=30)] = 120
    """Interval at which mounted secrets are refreshed."""


class SealedSecrets(OptInAddon):
    """Secrets in Git that only the cluster can decrypt."""

    renew_days: Annotated[int, Field(ge=1)] = 30
    """Interval at which a new sealing key is created; old keys still decrypt."""


Minutes = Annotated[int, Unit("minutes"), Field(ge=1)]
ShortName = Annotated[
    str,
    Format(
        "a short name (lower-case letters, digits and -, at most 40, a letter first)",
        r"[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?",
        correct=lambda value: value.lower().replace("_", "-"),
        encryptable=False,
    ),
]
DatabaseName = Annotated[
    str, Format("a name in PostgreSQL (letters, digits and _, a letter first)", r"[A-Za-z][A-Za-z0-9_]{0,62}")
]


class Vault(OptInAddon):
    """Vault; three servers with high availability."""

    storage: Literal["raft", "consul"] = "raft"
    """Storage backend: its own Raft storage, or the addon ``consul``."""

    volume: Annotated[Gibibytes, Field(ge=1)] = 10
    """Size of each server's data volume, with Raft storage."""

    audit_volume: Annotated[Gibibytes, Field(ge=1)] = 10
    """Size of each server's audit log volume; up to four fifths of it are kept."""

    cpu: Annotated[int, Unit("mCPU"), Field(ge=50)] = 250
    """CPU request of each server."""

    memory: Annotated[int, Unit("MiB"), Field(ge=128)] = 512
    """Memory of each server."""


class VaultDatabase(Section):
    """A PostgreSQL database for which Vault creates users."""

    name: ShortName
    """Its name in Vault."""

    namespace: ObjectName
    """Its application namespace, whose pods can request users."""

    service: ObjectName
    """Its Service there, such as ``shop-database-rw``."""

    port: Annotated[int, Unit("port"), Field(ge=1, le=65535)] = 5432
    """Port of the Service and of the database."""

    database: DatabaseName
    """Name of the database."""

    role: DatabaseName
    """The PostgreSQL role that users are granted."""

    credentials: ObjectName
    """Name of the Secret in Vault's namespace with ``username`` and ``password`` of a user that can create users.

    Vault rotates this password at once; afterwards only Vault knows it.
    """

    minutes: Minutes = 60
    """Default TTL of a user; it is renewable."""

    most_minutes: Minutes = 1440
    """Maximum TTL of a user."""

    rotated: tuple[DatabaseName, ...] = ()
    """Existing users whose passwords Vault rotates (static roles)."""

    rotation_hours: Annotated[int, Unit("hours"), Field(ge=1)] = 24
    """Rotation period of static roles."""


class VaultConfiguration(OptInAddon):
    """Vault's configuration."""

    databases: tuple[VaultDatabase, ...] = ()
    """Databases for which Vault creates users."""


class VaultSnapshots(OptInAddon):
    """Snapshots of Vault in the bucket ``backups``."""

    buckets: ClassVar[tuple[Purpose, ...]] = ("backups",)

    schedule: Cron = "23 * * * *"
    """When, as cron writes it, in UTC."""


class Consul(OptInAddon):
    """Consul as Vault's storage; three servers with high availability."""

    volume: Annotated[Gibibytes, Field(ge=1)] = 10
    """Size of each server's volume."""

    memory: Annotated[int, Unit("MiB"), Field(ge=128)] = 512
    """Memory of each server; Consul keeps all data in memory."""


def vault_databases(settings: "Settings") -> Iterator[Problem]:
    """A database is in an application namespace, has a unique name, and valid TTLs."""
    found = settings.addons.vault_configuration.databases
    key = ("addons", "vaultConfiguration", "databases")
    spaces = (settings.environment, "application")
    for index, database in enumerate(found):
        if database.namespace not in spaces:
            text = f"{database.namespace} is not an application namespace; use one of {' and '.join(spaces)}"
            yield Problem(path((*key, index, "namespace")), text)
        if database.most_minutes < database.minutes:
            text = (
                f"{database.most_minutes} minutes is less than the default TTL"
                f" (minutes, {database.minutes}); give {database.minutes} at least"
            )
            yield Problem(path((*key, index, "mostMinutes")), text)
    yield from duplicates(key, [database.name for database in found])


def unused_consul(settings: "Settings") -> Iterator[Problem]:
    """Consul is only used by Vault."""
    addons = settings.addons
    if addons.consul.enabled and not (addons.vault.enabled and addons.vault.storage == "consul"):
        text = "Consul is not used; set addons.vault.storage to consul, or turn it off"
        yield Problem("addons.consul.enabled", text)
