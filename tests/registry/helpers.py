"""What the registry's tests share: invented codes, queries of what is stored, a server on a socket."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import orjson
import uvicorn
from fastapi import FastAPI
from sqlalchemy import text

from shared.db.session import Record
from shared.field import uscc
from tests.conftest import SYSTEM
from tests.registry.conftest import registration

ORGANIZATIONS = (
    (1, "西湖区青禾社会工作服务中心", "330106", "social_service_institution"),
    (2, "西湖区银杏助老服务中心", "330106", "social_service_institution"),
    (3, "拱墅区邻里互助促进会", "330105", "social_group"),
    (4, "黄浦区微光公益基金会", "310101", "foundation"),
    (5, "宁波市海曙区百分之百_环保中心", "330203", "social_service_institution"),
    (6, "浙江省青禾公益发展联合会", "330000", "social_group"),
)
"""Number, name, division and kind of invented ones."""
EVENTS = "SELECT type, subject, sequence, key, division, data FROM outbox ORDER BY seq"


def code(number: int, pair: str = "52", division: str = "330106") -> str:
    """A code of the custom zone."""
    return uscc.make(pair, division, f"PDY{number:05d}")


async def put(client: httpx.AsyncClient, uscc_code: str, **changes: Any) -> httpx.Response:
    """Put an invented registration."""
    return await client.put(f"/v1/civil-affairs/registrations/{uscc_code}", json=registration(**changes))


async def fill(client: httpx.AsyncClient) -> None:
    """Register `ORGANIZATIONS`."""
    lines = [
        orjson.dumps({"uscc": code(n), **registration(name=name, division=division, kind=kind)})
        for n, name, division, kind in ORGANIZATIONS
    ]
    await client.post("/v1/civil-affairs/registrations:batch", content=b"\n".join(lines))


async def rows(app: FastAPI, statement: str, **parameters: Any) -> list[Record]:
    """What is stored."""
    async with app.state.database.transaction(SYSTEM) as tx:
        found: list[Record] = await tx.records(text(statement), parameters)
        return found


async def events(app: FastAPI) -> list[tuple[str, int]]:
    """(what happened, version) of every event, in the order of emission."""
    return [(row["type"].removeprefix("shuangfu.registry."), row["sequence"]) for row in await rows(app, EVENTS)]


async def all_items(
    client: httpx.AsyncClient, path: str, limit: int, headers: dict[str, str] | None = None, **query: str
) -> list[dict[str, Any]]:
    """Every item of a list, page by page; each page but the last is full, and none comes twice."""
    items: list[dict[str, Any]] = []
    cursors: list[str] = []
    while True:
        wanted = query | {"limit": str(limit)} | ({"cursor": cursors[-1]} if cursors else {})
        response = await client.get(path, params=wanted, headers=headers)
        assert response.status_code == 200, response.text
        page = response.json()
        items += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            assert len(page["items"]) <= limit
            return items
        assert len(page["items"]) == limit
        assert cursor not in cursors, "a page is given twice"
        cursors.append(cursor)


@asynccontextmanager
async def listening(app: FastAPI) -> AsyncIterator[int]:
    """The port of a Uvicorn that runs in this loop: what ASGI in memory cannot show."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_config=None, lifespan="off", http="httptools", timeout_graceful_shutdown=2)
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve([listener]))
        while not server.started:  # noqa: ASYNC110 - Uvicorn sets a flag
            await asyncio.sleep(0.01)
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            await task


def request_head(path: str, token: str, *headers: str) -> bytes:
    """The head of a POST as it goes over the wire."""
    lines = [f"POST {path} HTTP/1.1", "Host: x", f"Authorization: Bearer {token}", *headers, "", ""]
    return "\r\n".join(lines).encode()


async def send_all_then_read(
    port: int, path: str, body: bytes, token: str, *, seconds: float = 20
) -> tuple[int, bytes]:
    """Post without reading a byte before the last one is sent: (status, the answer with its chunk lengths)."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        head = request_head(path, token, "Connection: close", f"Content-Length: {len(body)}")
        writer.write(head + body)
        await asyncio.wait_for(writer.drain(), seconds)
        answer = await asyncio.wait_for(reader.read(), seconds)
    finally:
        writer.close()
    head_lines, _, content = answer.partition(b"\r\n\r\n")
    return int(head_lines.split()[1]), content
