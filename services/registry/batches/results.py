"""Backpressure for a batch's results: how many bytes may wait for the client, and for how long."""

import asyncio
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Callable, Coroutine
from typing import Any

import structlog
from fastapi.responses import StreamingResponse
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from shared.problems.problems import Unavailable

log = structlog.get_logger(__name__)


MAX_WAITING_BYTES = 16 * 1024 * 1024
"""About 200,000 results without a problem: a client may send that many lines before it reads a result."""
_ALWAYS_BYTES = 256 * 1024
"""What each batch may keep waiting, however much others do: whoever reads goes on."""
PAUSE_SECONDS = 1.0
"""A client that sends no line for that long is taken to wait for results."""


class Batches:
    """What all batches of a process may hold together: how many there are at once, and how many bytes wait."""

    def __init__(self, *, most: int, waiting_bytes: int) -> None:
        self.running = 0
        self.waiting = 0
        self._most = most
        self._waiting_bytes = waiting_bytes

    def admit(self) -> None:
        """Count one more. Raises Unavailable (503, with Retry-After) where there are too many, or too much waits."""
        if self.running >= self._most or self.waiting >= self._waiting_bytes:
            problem = Unavailable()
            problem.headers = {"Retry-After": "10"}
            raise problem
        self.running += 1

    def leave(self) -> None:
        """Count one less."""
        self.running -= 1

    def full(self, more: int) -> bool:
        """Whether `more` bytes would be too many."""
        return self.waiting + more > self._waiting_bytes


class ResultsNotTaken(Exception):  # noqa: N818 - it states a fact
    """The client read no result for `patience_seconds`."""


class Results:
    """A bounded buffer of results, for clients that send all their lines before they read.

    A line of three bytes can be answered by a kilobyte, so without a bound a client that never reads would exhaust
    the memory. While the buffer is full `put` waits, and no further lines are read.

    The answer begins when all lines have come, when the client pauses, or when the buffer is full, and not before: a
    proxy such as nginx stops passing lines on once an answer has begun, where the service could not take them at once.
    """

    def __init__(self, patience_seconds: float, batches: Batches) -> None:
        self.waiting = 0
        """Bytes put and not yet sent."""
        self._batches = batches
        self._patience_seconds = patience_seconds
        self._parts: deque[bytes] = deque()
        self._ended = False
        self._put, self._taken, self._begun = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def watch(self, body: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
        """The same parts of a body; lets the answer begin at its end, or in a pause."""
        parts, loop = aiter(body), asyncio.get_running_loop()
        while True:
            pause = loop.call_later(PAUSE_SECONDS, self._begun.set)
            try:
                part = await anext(parts)
            except StopAsyncIteration:
                self._begun.set()
                return
            finally:
                pause.cancel()
            yield part

    async def wait_to_begin(self) -> None:
        """Wait until the answer may begin."""
        await self._begun.wait()

    async def put(self, part: bytes) -> None:
        """Add a part; waits while the buffer is full. Raises ResultsNotTaken."""
        most = _ALWAYS_BYTES if self._batches.full(len(part)) else MAX_WAITING_BYTES
        await self._wait_until_at_most(max(0, most - len(part)))
        self._parts.append(part)
        self._count(len(part))
        self._put.set()

    async def end(self) -> None:
        """Mark the end and wait until all is sent. Raises ResultsNotTaken."""
        self._ended = True
        self._begun.set()
        self._put.set()
        await self._wait_until_at_most(0)

    async def _wait_until_at_most(self, waiting: int) -> None:
        while self.waiting > waiting:
            self._begun.set()
            self._taken.clear()
            try:
                async with asyncio.timeout(self._patience_seconds):
                    await self._taken.wait()
            except TimeoutError:
                raise ResultsNotTaken from None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while self._parts or not self._ended:
            if not self._parts:
                self._put.clear()
                await self._put.wait()
                continue
            part = self._parts.popleft()
            yield part
            # The next part is asked for once this one was sent: only now is its memory free.
            self._count(-len(part))
            self._taken.set()

    def _count(self, size: int) -> None:
        self.waiting += size
        self._batches.waiting += size

    def close(self) -> None:
        """Let go what nobody will take."""
        self._parts.clear()
        self._count(-self.waiting)


class BatchResponse(StreamingResponse):
    """A response that is written while the request is still being read.

    Starlette's own `__call__` listens for a disconnect on the same `receive`, and so would swallow the body.
    """

    def __init__(self, work: Callable[[], Coroutine[Any, Any, None]], results: Results, batches: Batches) -> None:
        """`work` puts what `results` gives. Raises Unavailable where `batches` admits no more."""
        batches.admit()
        super().__init__(results, media_type="application/x-ndjson")
        self._work = work
        self._results = results
        self._batches = batches

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """ASGI. If the client disconnects, the chunks that were complete are saved."""
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._work())
                both.create_task(self._answer(send))
        except* ClientDisconnect:
            pass
        except* ResultsNotTaken:
            # Without a final body message the server closes the connection, and the client sees a truncated response.
            log.warning("batch_results_not_taken")
        finally:
            self._results.close()
            self._batches.leave()

    async def _answer(self, send: Send) -> None:
        await self._results.wait_to_begin()
        await self.stream_response(send)
