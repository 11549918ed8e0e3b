"""The user service."""

from pathlib import Path

from contracts.identifiers import SESSION
from contracts.user import OpenedSession, SessionView, SignIn, SignUp, UserView
from storekit import logs, migration
from storekit.configuration import ServiceSettings
from storekit.database import Database, DatabaseSettings, now
from storekit.operation import Call, Endpoint, Nothing, Operation, Reply
from storekit.problem import Problem
from storekit.service import Parts, Service
from storekit.tokens import TokenSettings
from user.accounts import Accounts

MIGRATIONS = Path(__file__).parent / "migrations"


class Settings(ServiceSettings):
    """What the user service is told."""

    database: DatabaseSettings
    token: TokenSettings


def opening_endpoints(accounts: Accounts) -> tuple[Endpoint, ...]:
    """Signing up and in."""

    def sign_up(call: Call[SignUp]) -> Reply:
        return Reply(201, accounts.create(call.body))

    def sign_in(call: Call[SignIn]) -> Reply:
        return Reply(201, accounts.open(call.body))

    return (
        Operation(
            name="signUp",
            method="POST",
            path="/users",
            about="Create an account",
            body=SignUp,
            run=sign_up,
            replies={201: UserView, 409: Problem},
        ),
        Operation(
            name="signIn",
            method="POST",
            path="/sessions",
            about="Open a session",
            body=SignIn,
            run=sign_in,
            replies={201: OpenedSession, 401: Problem},
        ),
    )


def session_endpoints(accounts: Accounts) -> tuple[Endpoint, ...]:
    """Sessions that are open."""

    def find(call: Call[Nothing]) -> Reply:
        return Reply(200, accounts.session(call.parameters["session_id"]))

    def sign_out(call: Call[Nothing]) -> Reply:
        accounts.close(call.parameters["session_id"])
        return Reply(204)

    return (
        Operation(
            name="getSession",
            method="GET",
            path="/sessions/{session_id}",
            about="Look up an open session",
            body=Nothing,
            run=find,
            replies={200: SessionView, 404: Problem},
            parameters=(SESSION,),
        ),
        Operation(
            name="signOut",
            method="DELETE",
            path="/sessions/{session_id}",
            about="End a session",
            body=Nothing,
            run=sign_out,
            replies={204: Nothing},
            parameters=(SESSION,),
        ),
    )


def assemble(settings: Settings) -> Parts:
    """The running service."""
    database = Database(settings.database, settings.threads)
    accounts = Accounts(database, settings.token)
    endpoints = (*opening_endpoints(accounts), *session_endpoints(accounts))
    return Parts(endpoints, migration.check(database, MIGRATIONS))


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
    assemble=assemble,
    migrations=MIGRATIONS,
    commands={"migrate": migrate, "tidy": tidy},
)
