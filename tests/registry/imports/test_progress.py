"""The progress of an import as server-sent events."""

import asyncio
from uuid import uuid4

import httpx
import orjson
import pytest
from fastapi import FastAPI

from tests.registry.imports.helpers import CHINESE, NAMES, post, row, work_off

CONTENT = "\n".join(
    [",".join(CHINESE[name] for name in NAMES), ",".join(str(row(1).get(name) or "") for name in NAMES)]
).encode()


async def events(client: httpx.AsyncClient, import_id: str, seconds: int) -> list[dict[str, object]]:
    answer = await client.get(f"/v1/imports/{import_id}/progress", params={"seconds": seconds})
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, "text/event-stream")
    assert answer.headers["cache-control"] == "no-store"
    lines = [block.splitlines() for block in answer.text.split("\n\n") if block]
    assert all(one[0] == "event: progress" for one in lines)
    data: list[dict[str, object]] = [
        orjson.loads(line.removeprefix("data: ")) for one in lines for line in one if line.startswith("data: ")
    ]
    assert len(data) == len(lines)
    return data


async def test_progress__of_what_waits_is_said_once_and_ends(client: httpx.AsyncClient) -> None:
    started = (await post(client, CONTENT, "a.csv")).json()
    [waiting] = await events(client, started["id"], 1)
    assert (waiting["state"], waiting["finished"]) == ("waiting", False)
    assert waiting["counts"] == started["counts"]


async def test_progress__each_change_until_it_is_finished(app: FastAPI, client: httpx.AsyncClient) -> None:
    started = (await post(client, CONTENT, "a.csv")).json()
    following = asyncio.create_task(events(client, started["id"], 60))
    # The first event is of what waits: it is taken up only then.
    await asyncio.sleep(0.3)
    await work_off(app)
    found = await following
    assert [found[0]["state"], found[-1]["state"]] == ["waiting", "completed"]
    assert [one["finished"] for one in found] == [*[False] * (len(found) - 1), True]
    counts = found[-1]["counts"]
    assert isinstance(counts, dict)
    assert (counts["done"], counts["created"]) == (1, 1)
    assert await events(client, started["id"], 60) == [found[-1]]


@pytest.mark.parametrize("seconds", [0, 61])
async def test_progress__is_bounded(client: httpx.AsyncClient, seconds: int) -> None:
    started = (await post(client, CONTENT, "a.csv")).json()
    refused = await client.get(f"/v1/imports/{started['id']}/progress", params={"seconds": seconds})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/query/seconds")


async def test_progress__of_no_import(client: httpx.AsyncClient) -> None:
    assert (await client.get(f"/v1/imports/{uuid4()}/progress")).status_code == 404
