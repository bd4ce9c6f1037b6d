"""The listening half of `shuangfu serve`: its port, its signals, and the watch over PostgreSQL meanwhile."""

import asyncio
import errno
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import uvicorn

from shared.process import settle_garbage_collector
from shuangfu.embedded.postgres import EmbeddedPostgres
from shuangfu.embedded.processes import EmbeddedServerError
from shuangfu.embedded.watching import keep_running

HOST = "127.0.0.1"
BACKLOG = 2048
"""Connections that may wait: as many as Uvicorn allows."""


class Server(uvicorn.Server):
    """Uvicorn raises the signal again once it is down, before PostgreSQL is: here a signal only requests the end."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Call `on_ready` once requests are accepted."""
        await super().startup(sockets)
        if self.started:
            settle_garbage_collector()
            self._on_ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield


def listen(port: int) -> socket.socket:
    """A socket that listens on the port (0: any that is free). Raises EmbeddedServerError where it is taken.

    It listens at once, though requests wait until they are accepted: a port that is only bound may still be taken by
    another program that was bound to it as well, which nobody finds before Uvicorn fails on a closed socket.
    """
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((HOST, port))
        bound.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        bound.close()
        taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
        why = "another program listens there" if taken else str(error)
        raise EmbeddedServerError(f"port {port} cannot be used: {why}; name another one by --port") from error
    return bound


async def serve_beside(server: uvicorn.Server, bound: socket.socket, postgres: EmbeddedPostgres | None) -> None:
    """Serve until it ends. Raises EmbeddedServerError where PostgreSQL is gone for good: nothing works without it."""
    watching = None if postgres is None else asyncio.create_task(keep_running(postgres))

    def end(_: object) -> None:
        server.should_exit = True

    if watching is not None:
        watching.add_done_callback(end)
    try:
        await server.serve(sockets=[bound])
    finally:
        if watching is not None:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
