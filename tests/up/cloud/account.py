"""An AWS account on loopback: moto's server in this process, with what it lacks beside it.

moto keeps one state for a process, so a process has one account at a time.
"""

import os
import threading
from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

# Read by moto when it is first imported: with AWS's own policies, with certificates that are issued at once,
# and without images of machines.
os.environ |= {
    "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
    "MOTO_ACM_VALIDATION_WAIT": "0",
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",
}

from flask import Flask
from moto import settings
from moto.core.authorization import ActionAuthenticatorMixin
from moto.iam.models import iam_backends
from moto.moto_api._internal.models import moto_api_backend
from moto.moto_server.werkzeug_app import (  # pyright: ignore[reportMissingTypeStubs] - it has none
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from moto.route53.models import route53_backends
from werkzeug.serving import BaseWSGIServer, make_server

from tests.up.cloud import authorization, simulated
from tests.up.cloud.api import Api, Credentials, Place
from tests.up.cloud.simulated import eks

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

NUMBER: Final = "MOTO_ACCOUNT_ID"
"""The variable by which moto knows the account of every request."""

PARTITION: Final = "aws"
ADMINISTRATOR: Final = "administrator"
EVERYTHING: Final = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
)


class _OneAtATime:
    """moto is made for tests of one thread; the engine has many."""

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application
        self._lock = threading.Lock()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        with self._lock:
            return list(self._application(environ, start_response))


class _Dispatcher(DomainDispatcherApplication):
    """moto's, which looks through all of its folders for each request otherwise."""

    def __init__(self, create_app: Callable[..., Flask]) -> None:
        super().__init__(create_app)
        self._backends: dict[str | None, object] = {}

    def get_backend_for_host(self, host: str | None) -> object:
        """The service of a host, found once."""
        if host not in self._backends:
            self._backends[host] = super().get_backend_for_host(host)
        return self._backends[host]


class _Quiet(MotoRequestHandler):
    """Without a line for each request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


class Account:
    """An account with one administrator; as a context manager it serves until the end."""

    def __init__(self, number: str) -> None:
        self.number = number
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Start to serve, with nothing in the account."""
        simulated.install()
        authorization.install()
        moto_api_backend.reset()
        self.enforce(False)
        os.environ[NUMBER] = self.number
        application = _OneAtATime(_Dispatcher(create_backend_app))
        self._server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=_Quiet)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.administrator = self.user(ADMINISTRATOR, [EVERYTHING])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, and forget everything."""
        if self._server and self._thread:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
        self.enforce(False)
        del os.environ[NUMBER]
        moto_api_backend.reset()

    @property
    def endpoint(self) -> str:
        """Where AWS's API answers."""
        assert self._server is not None, "the account is not served"
        return f"http://127.0.0.1:{self._server.server_port}"

    def api(self, region: str, credentials: Credentials | None = None) -> Api:
        """AWS's API for one user or session."""
        return Api(Place(self.endpoint, credentials or self.administrator, region))

    def user(self, name: str, policies: Sequence[str]) -> Credentials:
        """A user with inline policies; its keys."""
        iam = iam_backends[self.number][PARTITION]
        iam.create_user("us-east-1", name)
        for place, policy in enumerate(policies):
            iam.put_user_policy(name, f"policy-{place}", policy)
        key = iam.create_access_key(name)
        return Credentials(key.access_key_id, key.secret_access_key)

    def role(self, name: str, policies: Sequence[str] = (), managed: Sequence[str] = ()) -> Credentials:
        """A role that was there before the stack, with its policies; the keys of a session of it."""
        api = self.api("us-east-1")
        trust = (
            '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"},'
            ' "Action": "sts:AssumeRole"}]}'
        )
        api.call("iam", "CreateRole", {"RoleName": name, "AssumeRolePolicyDocument": trust})
        for place, policy in enumerate(policies):
            named = {"RoleName": name, "PolicyName": f"policy-{place}", "PolicyDocument": policy}
            api.call("iam", "PutRolePolicy", named)
        for arn in managed:
            api.call("iam", "AttachRolePolicy", {"RoleName": name, "PolicyArn": arn})
        return self.session(f"arn:aws:iam::{self.number}:role/{name}")

    def session(self, role: str) -> Credentials:
        """The keys of a session of a role that exists."""
        asked = {"RoleArn": role, "RoleSessionName": "oneup"}
        answer = self.api("us-east-1").call("sts", "AssumeRole", asked)
        keys = answer["Credentials"]
        assert isinstance(keys, dict)
        return Credentials(*(str(keys[key]) for key in ("AccessKeyId", "SecretAccessKey", "SessionToken")))

    def zone(self, identifier: str, name: str) -> None:
        """A hosted zone that was there before the stack, under an id of its own."""
        zones = route53_backends[self.number][PARTITION]
        made = zones.create_hosted_zone(name, private_zone=False)
        zones.zones[identifier] = zones.zones.pop(made.id.rpartition("/")[2])
        zones.zones[identifier].resource_id = identifier

    @staticmethod
    def enforce(wanted: bool) -> None:
        """Judge each request by the policies of whoever signed it, or let everything pass."""
        ActionAuthenticatorMixin.request_count = 0
        settings.INITIAL_NO_AUTH_ACTION_COUNT = 0 if wanted else float("inf")  # pyright: ignore[reportAttributeAccessIssue] - moto's own way

    @staticmethod
    def local_api(endpoint: str, certificate: str) -> None:
        """Give every cluster the endpoint and the certificate, in base64, of an API server at hand."""
        eks.local_api.update(endpoint=endpoint, certificate=certificate)
