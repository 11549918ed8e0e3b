"""AWS on loopback for the engine: the account, and the providers `aws` and `eks` in front of it."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Final, Self

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from tests.up.cloud.account import Account
from tests.up.cloud.component import LIMITS, EksPlugin
from tests.up.cloud.kinds import KINDS
from tests.up.cloud.life import Life, Where
from tests.up.cloud.plugin import AwsPlugin, Behaviour, Plugin
from tests.up.cloud.simulated import SIMULATED

THREADS: Final = 128
"""More than the engine's steps at a time: a step that waits keeps its thread."""


class Cloud:
    """What the engine attaches to by ``PULUMI_DEBUG_PROVIDERS``: a context manager that serves to its end."""

    def __init__(self, account: str, behaviour: Behaviour | None = None) -> None:
        self.account = Account(account)
        self.behaviour = behaviour or Behaviour()
        self._servers: dict[str, tuple[grpc.Server, int]] = {}

    def __enter__(self) -> Self:
        """Start the account and both providers."""
        self.account.__enter__()
        self._servers = {
            "aws": _serve(AwsPlugin(self.account, self.behaviour)),
            "eks": _serve(EksPlugin()),
        }
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop all three."""
        for server, _ in self._servers.values():
            server.stop(grace=None).wait()
        self.account.__exit__(kind, error, trace)

    @property
    def ports(self) -> Mapping[str, int]:
        """The port of each provider."""
        return {name: port for name, (_, port) in self._servers.items()}

    @property
    def debug_providers(self) -> str:
        """The value of ``PULUMI_DEBUG_PROVIDERS``."""
        return ",".join(f"{name}:{port}" for name, port in self.ports.items())

    def inventory(self, *regions: str) -> frozenset[tuple[str, str, str]]:
        """All that is in the account: region, type and id of each."""
        found: set[tuple[str, str, str]] = set()
        for region in regions:
            api, where = self.account.api(region), Where(self.account.number, region, {})
            for token, kind in KINDS.items():
                found |= {(region, token, one) for one in Life(kind, api, where).listed()}
        return frozenset(found)

    @staticmethod
    def simulated() -> tuple[str, ...]:
        """A line for each operation that moto lacks, or has without what AWS does: for a run's summary."""
        return tuple(f"simulated: {one.service} {one.name} ({one.why})" for one in SIMULATED)

    @staticmethod
    def refused() -> tuple[str, ...]:
        """A line for each delete that AWS refuses, moto allows and the plug-in refuses."""
        return tuple(
            f"refused by the plug-in: {token} {refusal.code} by {refusal.ask.operation}"
            for token, kind in KINDS.items()
            for refusal in kind.refusals
        )


def _serve(plugin: Plugin) -> tuple[grpc.Server, int]:
    server = grpc.server(ThreadPoolExecutor(max_workers=THREADS), options=LIMITS)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(plugin, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port
