"""The history of a service's tables, applied by a command of its own before the service starts."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storekit import logs
from storekit.database import Database
from storekit.problem import Unavailable

LOCK_SECONDS = 60


def migrate(database: Database, history: Path) -> None:
    """Bring the tables to the newest revision. Two processes may try at once: the second one waits."""
    with database.engine.connect() as connection:
        lock = f"migrate {database.engine.url.database}"
        statement = text("SELECT GET_LOCK(:lock, :seconds)")
        if connection.scalar(statement, {"lock": lock, "seconds": LOCK_SECONDS}) != 1:
            raise Unavailable("the migration's lock")
        connection.commit()
        command.upgrade(config(history, connection), "head")
        connection.commit()
        logs.say("migrated", database=database.engine.url.database, revision=", ".join(_applied(connection)))


def check(database: Database, history: Path) -> Callable[[], None]:
    """A readiness check: the database answers, and its tables are as new as this code."""
    script = ScriptDirectory.from_config(config(history, None))
    newest = script.get_current_head()
    older = {revision.revision for revision in script.walk_revisions()} - {newest}

    def ready() -> None:
        applied = database.run(lambda session: set(_applied(session.connection())))
        # Tables newer than the code are fine: migrations only add, for an old release runs beside a new one.
        if applied <= older:
            raise Unavailable(f"revision {newest} of the tables of {database.engine.url.database}")

    return ready


def _applied(connection: Connection) -> tuple[str, ...]:
    return MigrationContext.configure(connection).get_current_heads()


def config(history: Path, connection: Connection | None) -> Config:
    """Alembic's configuration for one history; a connection is needed to run it, not to read it."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "alembic"))
    made.set_main_option("version_locations", str(history))
    made.set_main_option("path_separator", "newline")
    made.attributes["connection"] = connection
    return made
