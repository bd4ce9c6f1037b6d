"""A batch's results on their way to its client: how much of them may wait, and for how long."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import structlog
from fastapi.responses import StreamingResponse
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

log = structlog.get_logger(__name__)

MAX_WAITING_BYTES = 16 * 1024 * 1024
"""Some 200,000 results of lines that were taken: so many may be sent before a result is read."""


class ResultsNotTaken(Exception):  # noqa: N818 - it states a fact
    """The client took no result for longer than it is waited for."""


class Results:
    """What waits for a client that may send all its lines before it reads: but not more than fits.

    A line of three bytes can be answered by a kilobyte, so without a bound a client that never reads would fill the
    memory. Where no more may wait, `put` waits, and with it the reading of lines.
    """

    def __init__(self, patience_seconds: float) -> None:
        self.waiting = 0
        """Bytes that were put and have not left."""
        self._patience_seconds = patience_seconds
        self._parts: deque[bytes] = deque()
        self._ended = False
        self._put, self._taken = asyncio.Event(), asyncio.Event()

    async def put(self, part: bytes) -> None:
        """Add some; waits for room. Raises ResultsNotTaken."""
        await self._wait_until_at_most(max(0, MAX_WAITING_BYTES - len(part)))
        self._parts.append(part)
        self.waiting += len(part)
        self._put.set()

    async def end(self) -> None:
        """Nothing more comes; waits until all is taken. Raises ResultsNotTaken."""
        self._ended = True
        self._put.set()
        await self._wait_until_at_most(0)

    async def _wait_until_at_most(self, waiting: int) -> None:
        while self.waiting > waiting:
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
            # Whoever asks for the next one has sent this one: only now it is out of the memory.
            self.waiting -= len(part)
            self._taken.set()


class BatchResponse(StreamingResponse):
    """An answer that is written while the request is still read.

    Starlette's own would wait for the client's going on the same `receive` and so swallow the body.
    """

    def __init__(self, work: Callable[[], Coroutine[Any, Any, None]], results: Results) -> None:
        """`work` puts what `results` gives."""
        super().__init__(results, media_type="application/x-ndjson")
        self._work = work

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """ASGI. A client that goes before its last line has had its complete chunks saved."""
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._work())
                both.create_task(self.stream_response(send))
        except* ClientDisconnect:
            pass
        except* ResultsNotTaken:
            # The answer stays without its end: the server closes the connection, and the client knows it is cut off.
            log.warning("batch_results_not_taken")
