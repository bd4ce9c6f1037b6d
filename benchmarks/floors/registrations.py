"""The floor of single registrations: an ASGI app without a framework, asyncpg, one transaction of two inserts.

It trusts its input: it does not validate, does not read what is stored, and wakes no relay.
"""

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import orjson
import uvicorn
import uvloop

from benchmarks.floors.rows import registered_rows, utc_now
from benchmarks.floors.tables import INSERT_EVENT, INSERT_ORGANIZATION

CONNECTIONS = 10
"""As many as the product's pool keeps."""

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Floor:
    """The app."""

    def __init__(self, url: str) -> None:
        self._url = url
        # A plain queue: asyncpg's own pool would reset each connection, one more round trip.
        self._free: asyncio.LifoQueue[asyncpg.Connection] = asyncio.LifoQueue()

    async def connect(self) -> None:
        """Open the connections."""
        for _ in range(CONNECTIONS):
            self._free.put_nowait(await asyncpg.connect(self._url))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            return
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        sent = orjson.loads(body)
        sent["uscc"] = scope["path"].rpartition("/")[2]
        row, event = registered_rows(sent, utc_now())
        connection = await self._free.get()
        try:
            async with connection.transaction():
                await connection.execute(INSERT_ORGANIZATION, *row)
                await connection.execute(INSERT_EVENT, *event)
        finally:
            self._free.put_nowait(connection)
        answer = event[-1].encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]
        await send({"type": "http.response.start", "status": 201, "headers": headers})
        await send({"type": "http.response.body", "body": answer})


async def _serve(url: str, port: int) -> None:
    floor = Floor(url)
    await floor.connect()
    config = uvicorn.Config(
        floor, host="127.0.0.1", port=port, access_log=False, log_level="warning", lifespan="off", http="httptools"
    )
    await uvicorn.Server(config).serve()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    uvloop.run(_serve(options.url, options.port))
