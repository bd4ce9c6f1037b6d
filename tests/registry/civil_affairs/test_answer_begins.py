"""When a batch's answer begins: once it has, a proxy passes on no more lines that the service was slow to take."""

import asyncio

import pytest
from fastapi import FastAPI
from starlette.types import Message

from services.registry.batches import results
from services.registry.batches.streams import CHUNK_LINES
from tests.conftest import TokenFor
from tests.registry.civil_affairs.helpers import PATH

PART = b"{}\n" * CHUNK_LINES


class Sender:
    """A client of the bare ASGI app, which sends parts of a chunk each and reads at once."""

    def __init__(self, app: FastAPI, token: str, *, parts: int, pauses_after: int | None = None) -> None:
        self.goes_on = asyncio.Event()
        self.sent = 0
        self.sent_at_the_start: int | None = None
        self.got = b""
        self._parts, self._pauses_after = parts, pauses_after
        headers = [(b"authorization", f"Bearer {token}".encode())]
        scope = {"type": "http", "method": "POST", "path": PATH, "headers": headers, "query_string": b""}
        self.request = asyncio.create_task(app(scope, self._receive, self._send))

    async def _receive(self) -> Message:
        if self.sent == self._pauses_after:
            await self.goes_on.wait()
        # As from a socket: there is a moment between two parts.
        await asyncio.sleep(0.01)
        self.sent += 1
        return {"type": "http.request", "body": PART, "more_body": self.sent != self._parts}

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.sent_at_the_start = self.sent
        self.got += message.get("body", b"")

    async def answered(self) -> int:
        """How many lines are answered in the end."""
        await asyncio.wait_for(self.request, 60)
        return self.got.count(b"\n")


async def test_answer__begins_when_all_lines_have_come(app: FastAPI, token_for: TokenFor) -> None:
    sender = Sender(app, token_for(), parts=5)
    assert await sender.answered() == 5 * CHUNK_LINES
    assert sender.sent_at_the_start == 5


async def test_answer__begins_where_the_sender_waits_for_it(app: FastAPI, token_for: TokenFor) -> None:
    sender = Sender(app, token_for(), parts=3, pauses_after=1)
    async with asyncio.timeout(30):
        while sender.got.count(b"\n") < CHUNK_LINES:  # noqa: ASYNC110 - until what it sent is answered
            await asyncio.sleep(0.05)
    assert sender.sent_at_the_start == 1
    sender.goes_on.set()
    assert await sender.answered() == 3 * CHUNK_LINES


async def test_answer__begins_where_no_more_may_wait(
    app: FastAPI, token_for: TokenFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "MAX_WAITING_BYTES", 1024 * 1024)
    sender = Sender(app, token_for(), parts=8)
    assert await sender.answered() == 8 * CHUNK_LINES
    assert sender.sent_at_the_start is not None
    assert 1 <= sender.sent_at_the_start < 8
