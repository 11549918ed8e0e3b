"""Operations of signing up, in and out."""

from contracts.user import OpenedSession, SignIn, SignUp
from store_api import sessions
from store_api.messages import Visitor
from store_api.sessions import Sessions
from storekit.operation import Call, Endpoint, Nothing, Operation, Parameter, Reply
from storekit.problem import Problem

# Any value is let in: a cookie that is not a token of ours belongs to nobody, which is an answer.
SESSION_COOKIE = Parameter(sessions.COOKIE, "cookie", ".*", "the session's token", required=False)


def opening_endpoints(open_sessions: Sessions, secure: bool) -> tuple[Endpoint, ...]:
    """Signing up and in."""

    def welcome(opened: OpenedSession) -> Reply:
        visitor = Visitor(user=opened.session.user)
        return Reply(201, visitor, cookies=(sessions.cookie(opened.token, secure),))

    def sign_up(call: Call[SignUp]) -> Reply:
        return welcome(open_sessions.sign_up(call.body))

    def sign_in(call: Call[SignIn]) -> Reply:
        return welcome(open_sessions.sign_in(call.body))

    return (
        Operation(
            name="signUp",
            method="POST",
            path="/api/users",
            about="Create an account and sign in",
            body=SignUp,
            run=sign_up,
            replies={201: Visitor, 409: Problem},
        ),
        Operation(
            name="signIn",
            method="POST",
            path="/api/session",
            about="Sign in",
            body=SignIn,
            run=sign_in,
            replies={201: Visitor, 401: Problem, 429: Problem},
        ),
    )


def session_endpoints(open_sessions: Sessions, secure: bool) -> tuple[Endpoint, ...]:
    """The session that the visitor's cookie names."""

    def look(call: Call[Nothing]) -> Reply:
        return Reply(200, Visitor(user=open_sessions.visitor(call.parameters.get(sessions.COOKIE, ""))))

    def sign_out(call: Call[Nothing]) -> Reply:
        open_sessions.sign_out(call.customer)
        return Reply(204, cookies=(sessions.cookie("", secure),))

    return (
        Operation(
            name="getVisitor",
            method="GET",
            path="/api/session",
            about="Tell who is signed in",
            body=Nothing,
            run=look,
            replies={200: Visitor},
            parameters=(SESSION_COOKIE,),
        ),
        Operation(
            name="signOut",
            method="DELETE",
            path="/api/session",
            about="Sign out",
            body=Nothing,
            run=sign_out,
            replies={204: Nothing},
            secured=True,
        ),
    )
