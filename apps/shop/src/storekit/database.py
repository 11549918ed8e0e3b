"""The service's own database: a bounded pool, short transactions, honest errors."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar, cast

from pydantic import Field
from sqlalchemy import URL, CursorResult, DateTime, Dialect, UpdateBase, create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

from storekit import metrics
from storekit.configuration import Part
from storekit.problem import Unavailable

DEADLOCK = 1213
# Server errors that say "not now" or "not to you" rather than "wrong statement": account, database,
# connections, shutdown, lock wait.
UNAVAILABLE = frozenset({1040, 1044, 1045, 1049, 1053, 1205, DEADLOCK})
ATTEMPTS = 4
Result = TypeVar("Result")


class DatabaseSettings(Part):
    """Where the service's database is."""

    host: str = Field(description="the database server's name")
    port: int = Field(3306, ge=1, le=65535, description="the database server's port")
    name: str = Field(pattern="^[a-z_]+$", description="the service's own database")
    user: str = Field(description="the service's own account")
    password: str = Field(min_length=1, description="the account's password", repr=False)

    @property
    def url(self) -> URL:
        """The address for SQLAlchemy."""
        return URL.create(
            "mysql+pymysql", self.user, self.password, self.host, self.port, self.name, {"charset": "utf8mb4"}
        )


class Moment(TypeDecorator[datetime]):
    """A point in time: UTC in the database, aware in Python."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the base class asks for it
        """To the database."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the base class asks for it
        """From the database."""
        return None if value is None else value.replace(tzinfo=UTC)


class Table(DeclarativeBase):
    """What a service's tables derive from. A process runs one service, so one registry is enough."""


def now() -> datetime:
    """The time, to the second: what a DATETIME column keeps."""
    return datetime.now(UTC).replace(microsecond=0)


def changed(session: Session, statement: UpdateBase) -> int:
    """Run an update or a deletion; how many rows it met."""
    return cast("CursorResult[object]", session.execute(statement)).rowcount


class Database:
    """Runs pieces of work, each in one transaction.

    READ COMMITTED, because the services lock rows by key, and InnoDB's default would lock the gaps between
    them as well, where concurrent inserts then deadlock.
    """

    def __init__(self, settings: DatabaseSettings, connections: int) -> None:
        self.engine = create_engine(
            settings.url,
            pool_size=connections,
            max_overflow=0,
            pool_timeout=2,
            pool_pre_ping=True,
            pool_recycle=300,
            isolation_level="READ COMMITTED",
            connect_args={
                "connect_timeout": 2,
                "read_timeout": 15,
                "write_timeout": 15,
                "init_command": "SET SESSION innodb_lock_wait_timeout = 10",
            },
        )
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    def run(self, work: Callable[[Session], Result]) -> Result:
        """Commit `work`, from the start again after a deadlock; Unavailable if the server does not answer."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with self._sessions.begin() as session:
                    return work(session)
            except PoolTimeout:
                raise Unavailable("the database") from None
            except DBAPIError as error:
                if _code(error) == DEADLOCK and attempt < ATTEMPTS:
                    metrics.DATABASE_RETRIES.inc()
                    time.sleep(0.01 * attempt)
                elif _gone(error):
                    raise Unavailable("the database") from error
                else:
                    raise
        raise AssertionError("the last attempt returns or raises")

    def ping(self) -> None:
        """Raise Unavailable unless the database answers."""
        self.run(lambda session: session.execute(text("SELECT 1")))


def _gone(error: DBAPIError) -> bool:
    # Codes from 2000 on are the client's own: it got no answer.
    unanswered = isinstance(error, OperationalError) and 2000 <= _code(error) < 3000
    return error.connection_invalidated or unanswered or _code(error) in UNAVAILABLE


def _code(error: DBAPIError) -> int:
    arguments: tuple[object, ...] = error.orig.args if error.orig else ()
    return arguments[0] if arguments and isinstance(arguments[0], int) else 0
