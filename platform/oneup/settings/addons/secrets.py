"""The settings of what brings secrets into the cluster, of Vault and of Consul."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from oneup.settings.addons.switch import AwsOptIn, Knobs, OptIn
from oneup.settings.base import Section
from oneup.settings.errors import Problem, path, repeated
from oneup.settings.formats.aws import Gibibytes, SecretPrefix
from oneup.settings.formats.form import Form, Unit
from oneup.settings.formats.kubernetes import Cron, ObjectName
from oneup.settings.names import Purpose

if TYPE_CHECKING:
    from oneup.settings.model import Settings


class ExternalSecrets(Knobs):
    """Secrets from generators everywhere, and on AWS from its stores."""

    prefix: SecretPrefix | None = None
    """On AWS, the path below which Secrets Manager and Parameter Store are read; else ``oneup/<stack>``."""


class SecretsStoreCsiDriver(AwsOptIn):
    """Secrets as files of a pod, read with the pod's own role."""

    rotation_seconds: Annotated[int, Field(ge=30)] = 120
    """How often a mounted secret is read again."""


class SealedSecrets(OptIn):
    """Secrets that only the cluster can open, for Git."""

    renew_days: Annotated[int, Field(ge=1)] = 30
    """How often the cluster makes a new sealing key; the old ones go on opening what they have sealed."""


Minutes = Annotated[int, Unit("minutes"), Field(ge=1)]
ShortName = Annotated[
    str,
    Form(
        "a short name (lower-case letters, digits and -, at most 40, a letter first)",
        r"[a-z](?:[a-z0-9-]{0,38}[a-z0-9])?",
        suggest=lambda value: value.lower().replace("_", "-"),
        encryptable=False,
    ),
]
DatabaseName = Annotated[
    str, Form("a name in PostgreSQL (letters, digits and _, a letter first)", r"[A-Za-z][A-Za-z0-9_]{0,62}")
]


class Vault(OptIn):
    """Vault's servers: three where availability is high."""

    storage: Literal["raft", "consul"] = "raft"
    """Where it keeps what it knows: with its own servers, or with the addon Consul."""

    volume: Annotated[Gibibytes, Field(ge=1)] = 10
    """Size of each server's volume, where it keeps its data itself."""

    audit_volume: Annotated[Gibibytes, Field(ge=1)] = 10
    """Size of each server's volume for its audit log; the last four fifths of it are kept."""

    cpu: Annotated[int, Unit("mCPU"), Field(ge=50)] = 250
    """What each server asks for."""

    memory: Annotated[int, Unit("MiB"), Field(ge=128)] = 512
    """Memory of each server."""


class Database(Section):
    """A PostgreSQL database of the applications, for which Vault makes users."""

    name: ShortName
    """What Vault calls it."""

    namespace: ObjectName
    """The applications' namespace that it is in, whose pods may ask for users of it."""

    service: ObjectName
    """Its Service there, such as ``shop-database-rw``."""

    port: Annotated[int, Unit("port"), Field(ge=1, le=65535)] = 5432
    """Port of the Service and of the database."""

    database: DatabaseName
    """The database."""

    role: DatabaseName
    """The role in PostgreSQL whose rights each user gets."""

    credentials: ObjectName
    """Secret in Vault's namespace with ``username`` and ``password`` of a user that may create others.

    Vault changes the password at once, and is then the only one that knows it.
    """

    minutes: Minutes = 60
    """How long a user lives; it can be prolonged."""

    most_minutes: Minutes = 1440
    """How long it lives at most."""

    rotated: tuple[DatabaseName, ...] = ()
    """Users that stay, whose passwords Vault changes."""

    rotation_hours: Annotated[int, Unit("hours"), Field(ge=1)] = 24
    """How often."""


class VaultConfiguration(OptIn):
    """What Vault is for: who may read what."""

    databases: tuple[Database, ...] = ()
    """Databases for which it makes users."""


class VaultSnapshots(OptIn):
    """Snapshots of all that Vault keeps, in the bucket ``backups``."""

    stores: ClassVar[tuple[Purpose, ...]] = ("backups",)

    schedule: Cron = "23 * * * *"
    """When, as cron writes it, in UTC."""


class Consul(OptIn):
    """Consul's servers, for what Vault keeps: three where availability is high."""

    volume: Annotated[Gibibytes, Field(ge=1)] = 10
    """Size of each server's volume."""

    memory: Annotated[int, Unit("MiB"), Field(ge=128)] = 512
    """Memory of each server; Consul holds all that it keeps in memory."""


def vault_databases(settings: "Settings") -> Iterator[Problem]:
    """A database is in a namespace of the applications, has a name of its own, and users that end."""
    found = settings.addons.vault_configuration.databases
    key = ("addons", "vaultConfiguration", "databases")
    spaces = (settings.environment, "application")
    for index, database in enumerate(found):
        if database.namespace not in spaces:
            text = (
                f"{database.namespace} is no namespace of applications; it is one of {' and '.join(spaces)}"
            )
            yield Problem(path((*key, index, "namespace")), text)
        if database.most_minutes < database.minutes:
            text = (
                f"{database.most_minutes} minutes is less than a user lives without being prolonged"
                f" (minutes, {database.minutes}); give {database.minutes} at least"
            )
            yield Problem(path((*key, index, "mostMinutes")), text)
    yield from repeated(key, [database.name for database in found])


def idle_consul(settings: "Settings") -> Iterator[Problem]:
    """Consul is there for Vault."""
    addons = settings.addons
    if addons.consul.enabled and not (addons.vault.enabled and addons.vault.storage == "consul"):
        text = "nothing is kept in it; set addons.vault.storage to consul, or turn it off"
        yield Problem("addons.consul.enabled", text)
