"""The user service."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends

from contracts.identifiers import SessionId
from contracts.user import OpenedSession, SessionView, SignIn, SignUp, UserView
from storekit import logs, migration
from storekit.configuration import ServiceSettings
from storekit.database import Database, DatabaseSettings, now
from storekit.problem import problems
from storekit.service import Parts, Service, part
from storekit.tokens import TokenSettings
from user.accounts import Accounts

MIGRATIONS = Path(__file__).parent / "migrations"
router = APIRouter()
AccountsPart = Annotated[Accounts, Depends(part(Accounts))]


class Settings(ServiceSettings):
    """What the user service is told."""

    database: DatabaseSettings
    token: TokenSettings


@router.post("/users", status_code=201, responses=problems(409))
def sign_up(accounts: AccountsPart, new: SignUp) -> UserView:
    """Create an account."""
    return accounts.create(new)


@router.post("/sessions", status_code=201, responses=problems(401))
def sign_in(accounts: AccountsPart, given: SignIn) -> OpenedSession:
    """Open a session."""
    return accounts.open(given)


@router.get("/sessions/{session_id}", responses=problems(404))
def get_session(accounts: AccountsPart, session_id: SessionId) -> SessionView:
    """Look up an open session."""
    return accounts.session(session_id)


@router.delete("/sessions/{session_id}", status_code=204)
def sign_out(accounts: AccountsPart, session_id: SessionId) -> None:
    """End a session."""
    accounts.close(session_id)


def assemble(settings: Settings) -> Parts:
    """The running service."""
    database = Database(settings.database, settings.threads)
    return Parts([Accounts(database, settings.token)], migration.check(database, MIGRATIONS))


def migrate(settings: Settings) -> None:
    """Bring the tables to the newest revision."""
    migration.migrate(Database(settings.database, 1), MIGRATIONS)


def tidy(settings: Settings) -> None:
    """Remove expired sessions."""
    removed = Accounts(Database(settings.database, 1), settings.token).tidy(now())
    logs.say("expired sessions removed", sessions=removed)


SERVICE = Service(
    name="user",
    about="Accounts and sessions",
    settings=Settings,
    router=router,
    assemble=assemble,
    migrations=MIGRATIONS,
    commands={"migrate": migrate, "tidy": tidy},
)
