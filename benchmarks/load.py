"""The load generator: a fixed number of keep-alive connections, in a separate process.

`python -m benchmarks.load` reads one JSON object (`Order`) from its standard input and prints one (`Load`).
"""

import asyncio
import sys
import time
from dataclasses import asdict, dataclass
from typing import cast

import orjson
import uvloop

from benchmarks.data import DIVISIONS, organization
from benchmarks.report import percentile

ANSWER_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Order:
    """What to send: organizations from `first` on, at most `count`, for at most `seconds`."""

    port: int
    connections: int
    first: int
    count: int
    seconds: float
    token: str = ""
    host: str = "127.0.0.1"
    divisions: int = len(DIVISIONS)
    base: str = ""
    """Before /v1: a service's own process serves that, the gateway adds the service's name."""


@dataclass(frozen=True, slots=True)
class Load:
    """What was measured."""

    sent: int
    seconds: float
    p50_ms: float
    p99_ms: float

    @property
    def per_second(self) -> float:
        """The rate."""
        return self.sent / self.seconds


def put_request(number: int, token: str = "", divisions: int = len(DIVISIONS), base: str = "") -> bytes:
    """The registration of one organization, as bytes; `token` is who sends it."""
    code, content = organization(number, divisions)
    body = orjson.dumps(content)
    bearer = f"authorization: Bearer {token}\r\n" if token else ""
    head = (
        f"PUT {base}/v1/civil-affairs/registrations/{code} HTTP/1.1\r\nhost: 127.0.0.1\r\n{bearer}"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Connection(asyncio.Protocol):
    """A keep-alive connection with one request at a time; just enough HTTP for answers with a Content-Length."""

    def __init__(self) -> None:
        self._buffer = b""
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._transport: asyncio.Transport | None = None

    @classmethod
    async def open(cls, host: str, port: int) -> "Connection":
        """Connect."""
        _, connection = await asyncio.get_running_loop().create_connection(cls, host, port)
        return connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Protocol."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's transports are not of that class

    def connection_lost(self, exc: Exception | None) -> None:
        """Protocol."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError("closed before the answer"))

    def data_received(self, data: bytes) -> None:
        """Protocol."""
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        place = head.lower().index(b"content-length:") + 15
        length = int(head[place:].partition(b"\r\n")[0])
        if len(rest) >= length and self._answer is not None:
            self._buffer = b""
            self._answer.set_result((int(head[9:12]), rest[:length]))

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Send a request; returns status and body of its answer. Raises OSError where the connection is lost."""
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        """Disconnect."""
        if self._transport is not None:
            self._transport.close()


async def _drive(connection: Connection, requests: list[bytes], deadline: float, took: list[float]) -> None:
    while requests and (started := time.perf_counter()) < deadline:
        status, body = await connection.ask(requests.pop())
        if status != 201:
            raise RuntimeError(f"answered {status} instead of 201: {body[:300].decode(errors='replace')}")
        took.append(time.perf_counter() - started)


async def _run(order: Order) -> Load:
    requests = [
        put_request(number, order.token, order.divisions, order.base)
        for number in range(order.first, order.first + order.count)
    ]
    connections = [await Connection.open(order.host, order.port) for _ in range(order.connections)]
    took: list[float] = []
    started = time.perf_counter()
    deadline = started + order.seconds
    async with asyncio.timeout(order.seconds + ANSWER_SECONDS), asyncio.TaskGroup() as group:
        for connection in connections:
            group.create_task(_drive(connection, requests, deadline, took))
    seconds = time.perf_counter() - started
    for connection in connections:
        connection.close()
    return Load(len(took), seconds, percentile(took, 50) * 1000, percentile(took, 99) * 1000)


async def generate(order: Order) -> Load:
    """Run the generator in a separate process; returns what it measured. Raises RuntimeError, TimeoutError."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.load", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(order.seconds + 2 * ANSWER_SECONDS):
            output, _ = await process.communicate(orjson.dumps(asdict(order)))
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise RuntimeError(f"the load generator ended with code {process.returncode}")
    return Load(**orjson.loads(output))


if __name__ == "__main__":
    print(orjson.dumps(asdict(uvloop.run(_run(Order(**orjson.loads(sys.stdin.buffer.read())))))).decode())
