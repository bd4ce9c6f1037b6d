"""Names are stored in one form, whichever way they come in."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI

from tests.registry.civil_affairs.helpers import line, send
from tests.registry.helpers import EVENTS, code, events, put, rows
from tests.registry.imports.helpers import import_file, ndjson, row

WRITTEN = " 西湖区\u3000ＡＢＣ\u200b１２社工 服务中心（筹）\ufeff"
STORED = "西湖区 ABC12社工 服务中心（筹）"
REFUSED = {
    "a right-to-left mark": ("西湖区\u200f社工", "第 4 位"),
    "a C1 control character": ("西湖区\x9f社工", "U+009F"),
    "nothing that is seen": ("\u3000\u200b", "空白"),
    "too long once it is folded": ("㈱" * 199, "597"),
}


async def _put(_: FastAPI, client: httpx.AsyncClient) -> None:
    assert (await put(client, code(1), name=WRITTEN)).json()["name"] == STORED


async def _send(_: FastAPI, client: httpx.AsyncClient) -> None:
    [result] = await send(client, [line(1, name=WRITTEN)])
    assert result["status"] == 201


async def _import(app: FastAPI, client: httpx.AsyncClient) -> None:
    found = await import_file(app, client, ndjson([row(1, name=WRITTEN)]), "a.ndjson")
    assert found["counts"]["created"] == 1


@pytest.mark.parametrize("way", [_put, _send, _import])
async def test_name__is_normalized_on_each_way_in(
    app: FastAPI, client: httpx.AsyncClient, way: Callable[[FastAPI, httpx.AsyncClient], Awaitable[None]]
) -> None:
    await way(app, client)
    assert await rows(app, "SELECT name FROM organizations") == [{"name": STORED}]
    [event] = await rows(app, EVENTS)
    assert event["data"]["name"] == STORED
    for again in (WRITTEN, STORED, f"  {STORED}"):
        response = await put(client, code(1), name=again)
        assert (response.status_code, response.json()["version"]) == (200, 1), again
    assert len(await events(app)) == 1


async def test_name__that_was_stored_as_it_was_written_is_changed_once(app: FastAPI, client: httpx.AsyncClient) -> None:
    await put(client, code(1))
    await rows(app, "UPDATE organizations SET name = :name RETURNING 1", name=WRITTEN)
    versions = [(await put(client, code(1), name=WRITTEN)).json()["version"] for _ in range(2)]
    assert versions == [2, 2]
    assert [row["data"]["name"] for row in await rows(app, EVENTS)][1:] == [STORED]


@pytest.mark.parametrize("case", REFUSED)
async def test_name__that_is_none_is_refused_in_both_languages(client: httpx.AsyncClient, case: str) -> None:
    name, said = REFUSED[case]
    documents: list[dict[str, Any]] = []
    for language in ("zh", "en"):
        client.headers["Accept-Language"] = language
        response = await put(client, code(1), name=name)
        assert (response.status_code, [error["pointer"] for error in response.json()["errors"]]) == (422, ["/name"])
        documents.append(response.json()["errors"][0])
    assert said in documents[0]["detail"]
    assert documents[1]["detail"].isascii()


async def test_name__is_refused_with_all_else_that_is_wrong(client: httpx.AsyncClient) -> None:
    wrong = orjson.loads(line(1, name="西湖区\u202e社工", division="330103")) | {"uscc": code(1)[:-1]}
    [result] = await send(client, [orjson.dumps(wrong)])
    assert [error["pointer"] for error in result["problem"]["errors"]] == ["/uscc", "/division", "/name"]
