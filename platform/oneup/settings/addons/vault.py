"""The knobs of Vault and Consul."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from oneup.settings.addons.switch import OptIn
from oneup.settings.base import Section
from oneup.settings.formats.aws import Gibibytes
from oneup.settings.formats.form import Form, Unit
from oneup.settings.formats.kubernetes import Cron, ObjectName
from oneup.settings.storage import Purpose

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
