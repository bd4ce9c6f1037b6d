"""T46: what is no HTTP request is answered by a problem document too, and so is a path that nobody serves."""

import asyncio
import socket

import httpx
import orjson
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from shared.web.wire.errors import answer_http_error, answer_unforeseen
from shared.web.wire.protocol import ProblemProtocol


def broken(_: Request) -> Response:
    raise RuntimeError("broken")


@pytest.mark.parametrize(
    "raw", [b"GARBAGE\r\n\r\n", b"GET /x HTTP/1.1\r\nA b: c\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00"]
)
async def test_t46_bytes__that_are_no_request(raw: bytes) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(Starlette(), log_config=None, lifespan="off", http=ProblemProtocol)
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve([listener]))
        while not server.started:  # noqa: ASYNC110 - Uvicorn sets a flag
            await asyncio.sleep(0.01)
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.getsockname()[1])
        writer.write(raw)
        answer = await asyncio.wait_for(reader.read(), 10)
        writer.close()
        server.should_exit = True
        await task
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400")
    assert b"application/problem+json" in head
    found = orjson.loads(body)
    assert (found["type"], found["status"], found["errors"]) == ("urn:shuangfu:problem:http-error", 400, [])
    assert "有效" in found["detail"]
    assert "valid" in found["detail"]


@pytest.mark.parametrize(("language", "word"), [("zh", "请"), ("en", "Please")])
async def test_t46_root__answers_problems(language: str, word: str) -> None:
    """With the handlers of the embedded gateway's root."""
    app = Starlette(
        routes=[Route("/broken", broken)],
        exception_handlers={HTTPException: answer_http_error, Exception: answer_unforeseen},  # type: ignore[dict-item]
    )
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://root") as client:
        answer = await client.get("/broken", headers={"Accept-Language": language})
        assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
        assert word in answer.json()["detail"]
        for path, method, status in (("/nothing", "GET", 404), ("/broken", "POST", 405)):
            answer = await client.request(method, path, headers={"Accept-Language": language})
            assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
