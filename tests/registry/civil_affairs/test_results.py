"""Results that nobody takes, or of a stream that outlives its token; problems that are longer than their lines."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI
from starlette.types import Message

from services.registry.batches import results, streams
from services.registry.batches.streams import CHUNK_LINES, MAX_ERRORS
from tests.conftest import TokenFor
from tests.registry.civil_affairs.helpers import COUNT, PATH, line, send
from tests.registry.helpers import listening, rows, send_all_then_read

MIB = 1024 * 1024


@pytest.fixture
def most_waiting(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many bytes waited after each that was put."""
    seen = [0]
    put = results.Results.put

    async def watched(self: results.Results, part: bytes) -> None:
        await put(self, part)
        seen[0] = max(seen[0], self.waiting)

    monkeypatch.setattr(results.Results, "put", watched)
    return seen


@pytest.fixture
def nothing_is_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    async def save(_: Any, __: Any, chunk: Sequence[Any]) -> None:
        for one in chunk:
            one.status = one.status or (0 if one.problem else 201)

    monkeypatch.setattr(streams, "_save", save)


class Client:
    """A client of the bare ASGI app: sends short lines, each refused at length, and reads only once `reads` is set."""

    def __init__(self, app: FastAPI, token: str, *, parts: int | None = None) -> None:
        self.reads = asyncio.Event()
        self.goes = False
        self.sent = 0
        self.got: list[Message] = []
        self._parts = parts
        headers = [(b"authorization", f"Bearer {token}".encode())]
        scope = {"type": "http", "method": "POST", "path": PATH, "headers": headers, "query_string": b""}
        self.request = asyncio.create_task(app(scope, self._receive, self._send))

    async def _receive(self) -> Message:
        if self.goes:
            return {"type": "http.disconnect"}
        self.sent += 1
        await asyncio.sleep(0)
        return {"type": "http.request", "body": b"{}\n" * 1000, "more_body": self.sent != self._parts}

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.body":
            await self.reads.wait()
        self.got.append(message)

    async def until_it_stands(self) -> int:
        """How many parts it could send until no more were taken."""
        seen = -1
        while seen != self.sent and self.sent < 100:
            seen = self.sent
            await asyncio.sleep(1.5)
        return seen

    @property
    def got_the_end(self) -> bool:
        return not self.got[-1].get("more_body", True)


async def test_results__that_nobody_takes_stop_the_reading(
    app: FastAPI, token_for: TokenFor, most_waiting: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "MAX_WAITING_BYTES", 4 * MIB)
    client = Client(app, token_for())
    async with asyncio.timeout(60):
        while most_waiting[0] <= 3 * MIB:  # noqa: ASYNC110 - until there is as much as may wait
            await asyncio.sleep(0.05)
    sent = await client.until_it_stands()
    assert sent < 10, "the rest stays with the sender"
    assert most_waiting[0] <= 4 * MIB
    client.reads.set()
    async with asyncio.timeout(30):
        while client.sent == sent:  # noqa: ASYNC110 - once it reads, it goes on
            await asyncio.sleep(0.05)
    client.goes = True
    await asyncio.wait_for(client.request, 30)
    assert most_waiting[0] <= 4 * MIB


@pytest.mark.parametrize("parts", [None, 2], ids=["while it sends", "after the last line"])
async def test_results__of_a_client_that_takes_none_for_too_long_are_dropped(
    app: FastAPI,
    token_for: TokenFor,
    monkeypatch: pytest.MonkeyPatch,
    quiet_logs: list[dict[str, Any]],
    parts: int | None,
) -> None:
    monkeypatch.setattr(results, "MAX_WAITING_BYTES", 4 * MIB)
    app.state.settings = app.state.settings.model_copy(update={"batch_patience_seconds": 0.3})
    client = Client(app, token_for(), parts=parts)
    await asyncio.wait_for(client.request, 30)
    assert not client.got_the_end, "an answer that is cut off does not look whole"
    assert "batch_results_not_taken" in [entry["event"] for entry in quiet_logs]


async def test_results__that_are_taken_late_but_in_time_are_whole(app: FastAPI, token_for: TokenFor) -> None:
    app.state.settings = app.state.settings.model_copy(update={"batch_patience_seconds": 30})
    client = Client(app, token_for(), parts=2)
    await asyncio.sleep(1)
    client.reads.set()
    await asyncio.wait_for(client.request, 30)
    assert client.got_the_end
    assert b"".join(message.get("body", b"") for message in client.got).count(b'"line":') == 2000


async def test_results__of_100_000_lines_wait_for_a_client_that_sends_all_of_them_first(
    app: FastAPI, token_for: TokenFor, most_waiting: list[int], nothing_is_saved: None
) -> None:
    """With the real bound."""
    count = 100_000
    body = b"\n".join([line(1, address="示例路" * 20)] * count)
    async with listening(app) as port:
        status, answer = await send_all_then_read(port, PATH, body, token_for(), seconds=120)
    assert (status, answer.count(b'"status":201')) == (200, count)
    assert most_waiting[0] < results.MAX_WAITING_BYTES / 2


async def test_results__a_line_reports_at_most_max_errors(client: httpx.AsyncClient) -> None:
    unknown = {f"f{n}": 1 for n in range(3000)}
    [found] = await send(client, [orjson.dumps(orjson.loads(line(1)) | unknown)])
    assert (found["status"], found["problem"]["count"]) == (422, 3000)
    assert len(found["problem"]["errors"]) == MAX_ERRORS


async def test_results__long_lines_make_shorter_chunks(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    chunks: list[int] = []
    save = streams._save

    async def watched(database: Any, access: Any, chunk: Sequence[Any]) -> None:
        chunks.append(len(chunk))
        await save(database, access, chunk)

    monkeypatch.setattr(streams, "_save", watched)
    long = b'{"x": "%s"}' % (b"x" * 60_000)
    assert len(await send(client, [long] * 200)) == 200
    assert max(chunks) < 80


async def test_results__of_a_stream_that_outlives_its_token_end_with_401(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Clock:
        now = 0.0

        def time(self) -> float:
            return self.now

    clock = Clock()
    monkeypatch.setattr(streams, "time", clock)
    asked: list[int] = []

    async def body() -> AsyncIterator[bytes]:
        for chunk in range(4):
            # Asked for the next chunk, the one before is saved.
            clock.now = 1e12 * chunk
            asked.append(chunk)
            yield b"".join(line(chunk * CHUNK_LINES + n) + b"\n" for n in range(1, CHUNK_LINES + 1))

    response = await client.post(PATH, content=body(), headers={"Accept-Language": "en"})
    found = [orjson.loads(one) for one in response.text.splitlines()]
    assert [one["status"] for one in found] == [201] * CHUNK_LINES + [401] * CHUNK_LINES
    assert {one["problem"]["type"] for one in found[CHUNK_LINES:]} == {"urn:shuangfu:problem:unauthenticated"}
    assert found[-1]["uscc"], "its sender finds the line again"
    assert asked == [0, 1], "the rest is not read"
    assert await rows(app, COUNT) == [{"n": CHUNK_LINES}]
