"""Serving an application by uvicorn: one process with threads, for pods are what is scaled."""

import asyncio
import signal
import socket
import sys
from types import FrameType

import uvicorn
from fastapi import FastAPI

from storekit import logs
from storekit.configuration import ServiceSettings

# How long a stopping process leaves idle connections open, for a request that is on its way.
LINGER_SECONDS = 2.0


class Server(uvicorn.Server):
    """uvicorn, which by itself closes idle connections at once when it is told to stop.

    A caller that has just sent a request on one would get no answer. Here the next answer on each says that
    the connection ends, so that it is the caller who closes.
    """

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no new connection, finish the requests, end."""
        logs.say("stopping")
        for server in self.servers:
            server.close()
        self.server_state.default_headers = [*self.server_state.default_headers, (b"connection", b"close")]
        loop = asyncio.get_running_loop()
        end = loop.time() + LINGER_SECONDS
        while self.server_state.connections and loop.time() < end:
            await asyncio.sleep(0.05)
        await super().shutdown(sockets)


def _end(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def serve(app: FastAPI, settings: ServiceSettings) -> None:
    """Serve until SIGTERM, and end with status 0."""
    config = uvicorn.Config(
        app,
        host=settings.bind,
        port=settings.port,
        http="httptools",
        loop="asyncio",
        ws="none",
        lifespan="on",
        log_config=None,  # its lines are logged as ours are
        access_log=False,  # storekit.observe writes one line a request
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=75,  # longer than the callers keep idle connections, so that it is they who close
        timeout_graceful_shutdown=settings.drain_seconds,
        backlog=512,
    )
    # When it has stopped, uvicorn raises the signal that it was stopped by once more.
    signal.signal(signal.SIGTERM, _end)
    Server(config).run()
