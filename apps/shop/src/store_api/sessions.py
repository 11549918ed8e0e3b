"""Who is at the door: the session cookie, its signature, and whether the session is still open."""

import hashlib

from contracts.user import OpenedSession, SessionView, SignIn, SignUp, UserView
from storekit import tokens
from storekit.cache import Cache
from storekit.problem import Refusal, Unavailable
from storekit.tokens import Customer, TokenSettings
from storekit.upstream import Ask, Upstream

# An open session is believed for so long: one that ends while the cache is away lasts until then.
BELIEVED_SECONDS = 60
TRIES = 10
TRIES_SECONDS = 60


class Sessions:
    """Sessions, from the cache or else from the user service."""

    def __init__(self, cache: Cache, user: Upstream, settings: TokenSettings) -> None:
        self._cache = cache
        self._user = user
        self._tokens = settings

    def authenticate(self, token: str) -> Customer:
        """The customer behind a cookie, or a Refusal (401)."""
        customer = tokens.verify(token, self._tokens)
        self._open(customer.session_id)
        return customer

    def visitor(self, token: str) -> UserView | None:
        """The account behind a cookie, or None."""
        try:
            return self._open(tokens.verify(token, self._tokens).session_id).user
        except Unavailable:
            raise
        except Refusal:
            return None

    def sign_up(self, new: SignUp) -> OpenedSession:
        """A new account and a session for it."""
        self._user.call(Ask("POST", "/users", new, repeatable=False), UserView)
        return self._opened(SignIn(email=new.email, password=new.password))

    def sign_in(self, given: SignIn) -> OpenedSession:
        """A session; at most so many tries a minute for one address."""
        tried = hashlib.sha256(given.email.encode()).hexdigest()
        if self._cache.count(f"tries:{tried}", TRIES_SECONDS) > TRIES:
            raise Refusal(429, "too_many_tries", "too many tries; please wait a minute")
        return self._opened(given)

    def _opened(self, given: SignIn) -> OpenedSession:
        opened = self._user.call(Ask("POST", "/sessions", given), OpenedSession)
        self._cache.put(_key(opened.session.id), opened.session, BELIEVED_SECONDS)
        return opened

    def sign_out(self, customer: Customer) -> None:
        """End a session everywhere."""
        self._user.answer(Ask("DELETE", f"/sessions/{customer.session_id}"))
        self._cache.forget(_key(customer.session_id))

    def _open(self, session_id: str) -> SessionView:
        found = self._cache.get(_key(session_id), SessionView)
        if found is None:
            found = self._ask(session_id)
            self._cache.put(_key(session_id), found, BELIEVED_SECONDS)
        return found

    def _ask(self, session_id: str) -> SessionView:
        try:
            return self._user.call(Ask("GET", f"/sessions/{session_id}"), SessionView)
        except Unavailable:
            raise
        except Refusal:
            raise Refusal(401, "signed_out", "please sign in") from None


def _key(session_id: str) -> str:
    return f"session:{session_id}"
