"""Signing up and in."""

import uuid
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as Transaction

from contracts.user import OpenedSession, SessionView, SignIn, SignUp, UserView
from storekit.database import Database, changed, now
from storekit.problem import Refusal
from storekit.tokens import TokenSettings, issue
from user.tables import Account, Session

SESSION_HOURS = 12
# Argon2id with 19 MiB, two passes, one lane: the least that OWASP's password storage cheat sheet recommends.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


class Accounts:
    """The accounts in the database, and the sessions opened for them."""

    def __init__(self, database: Database, tokens: TokenSettings) -> None:
        self._database = database
        self._tokens = tokens
        # Checked where the account does not exist, so that the answer takes as long as where it does.
        self._decoy = HASHER.hash(uuid.uuid4().hex)

    def create(self, new: SignUp) -> UserView:
        """A new account, or a Refusal (409) if the address has one."""
        account = Account(
            id=str(uuid.uuid4()),
            email=new.email,
            name=new.name,
            password_hash=HASHER.hash(new.password),
            created_at=now(),
        )
        try:
            self._database.run(lambda transaction: transaction.add(account))
        except IntegrityError:
            raise Refusal(409, "email_taken", "there is an account with this email address already") from None
        return _view(account)

    def open(self, given: SignIn) -> OpenedSession:
        """A session for an account and its password, or a Refusal (401) that does not say which was wrong."""
        account = self._database.run(
            lambda transaction: transaction.scalar(select(Account).where(Account.email == given.email))
        )
        if not _matches(account.password_hash if account else self._decoy, given.password) or account is None:
            raise Refusal(401, "wrong_credentials", "the email address or the password is wrong")
        session = Session(
            id=str(uuid.uuid4()), account_id=account.id, expires_at=now() + timedelta(hours=SESSION_HOURS)
        )
        self._database.run(lambda transaction: transaction.add(session))
        token = issue(account.id, session.id, session.expires_at, self._tokens)
        return OpenedSession(token=token, session=_session_view(session, account))

    def session(self, session_id: str) -> SessionView:
        """An open session, or a Refusal (404)."""

        def work(transaction: Transaction) -> SessionView | None:
            session = transaction.get(Session, session_id)
            if session is None or session.ended_at is not None or session.expires_at <= now():
                return None
            account = transaction.get(Account, session.account_id)
            return None if account is None else _session_view(session, account)

        found = self._database.run(work)
        if found is None:
            raise Refusal(404, "no_session", "this session is not open")
        return found

    def close(self, session_id: str) -> None:
        """End a session; one that has ended stays so."""
        this = update(Session).where(Session.id == session_id, Session.ended_at.is_(None))
        self._database.run(lambda transaction: transaction.execute(this.values(ended_at=now())))

    def tidy(self, before: datetime) -> int:
        """Remove the sessions that expired before a time; how many."""
        statement = delete(Session).where(Session.expires_at < before)
        return self._database.run(lambda transaction: changed(transaction, statement))


def _matches(stored: str, given: str) -> bool:
    try:
        return HASHER.verify(stored, given)
    except (VerificationError, InvalidHashError):
        return False


def _view(account: Account) -> UserView:
    return UserView(id=account.id, email=account.email, name=account.name)


def _session_view(session: Session, account: Account) -> SessionView:
    return SessionView(id=session.id, user=_view(account), expires_at=session.expires_at)
