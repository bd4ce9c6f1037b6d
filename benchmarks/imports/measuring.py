"""Imports (S15): 200,000 bodies that streets filed, from a file, while the worker is killed again and again."""

import asyncio
import os
import signal
import time
from collections.abc import Iterator, Sequence
from typing import Any

import asyncpg
import httpx

from benchmarks.imports.measured import Imported
from benchmarks.options import say
from benchmarks.servers import HOST, Servers

_DIVISION, _STREETS = "330106", ("翠苑街道", "北山街道", "古荡街道", "西溪街道")
_HEADINGS = "备案编号,名称,类型,区县,街道,社区,经度,纬度,人数,备案日期,数据截至"
_WRONG_EVERY = 7_001
"""Of as many rows one has a kind that there is not."""
_KILLED_AT = (0.2, 0.5, 0.8)
"""Shares of the file at which the worker is killed."""
_SECONDS = 780.0
_POLL_SECONDS = 0.05
_PAGE = 500


async def measure_imports(servers: Servers, *, quick: bool) -> list[Imported]:
    """One import; a tenth of the rows where it is to be quick."""
    count = 20_000 if quick else 200_000
    say(f"importing {count:,} filed bodies, and killing the worker")
    urls = {name: await servers.database(name, f"imports_{name}") for name in ("registry", "bus")}
    env = servers.product_env("postgres_log", urls)
    port = await servers.product("api", "registry", env)
    base, headers = f"http://{HOST}:{port}", {"Authorization": f"Bearer {servers.token}"}
    admin = await asyncpg.connect(urls["registry"])
    try:
        async with asyncio.timeout(_SECONDS), httpx.AsyncClient(base_url=base, headers=headers, timeout=60) as client:
            return [await _measure(servers, env, client, admin, count)]
    finally:
        await admin.close()


async def _measure(
    servers: Servers, env: dict[str, str], client: httpx.AsyncClient, admin: Any, count: int
) -> Imported:
    content = "\n".join([_HEADINGS, *_lines(count)]).encode()
    started = time.monotonic()
    posted = await client.post("/v1/imports", files={"file": ("list.csv", content)}, data={"subject": "filed_bodies"})
    path = f"/v1/imports/{posted.raise_for_status().json()['id']}"
    kills = 0
    for share in _KILLED_AT:
        await servers.product("worker", "registry", env)
        await _reached(client, path, round(count * share))
        worker = servers.children["postgres_log-registry-worker"]
        os.kill(worker.pid, signal.SIGKILL)
        await asyncio.to_thread(worker.wait)
        kills += 1
    await servers.product("worker", "registry", env)
    found = await _reached(client, path, count)
    seconds = time.monotonic() - started
    wrong = {number + 1 for number in range(1, count + 1) if _is_wrong(number)}  # below the heading
    reported = await _errors(client, path)
    stated = "SELECT sum(jsonb_array_length(data -> 'bodies')) FROM outbox WHERE type LIKE '%filed_body.recorded%'"
    audited = "SELECT count(*) FROM audit_log WHERE object_type = 'filed_bodies'"
    distinct = await admin.fetchval("SELECT count(DISTINCT number) FROM filed_bodies")
    say(f"{found['state']}: {found['counts']}")
    return Imported(
        count,
        len(wrong),
        kills,
        distinct if found["counts"]["created"] == distinct else -1,
        await admin.fetchval(audited),
        await admin.fetchval(stated),
        len(reported) if set(reported) == wrong else -1,
        seconds,
    )


async def _reached(client: httpx.AsyncClient, path: str, rows: int) -> dict[str, Any]:
    """The import once it has done this number of its rows, or has ended; of all rows, once it has ended."""
    while True:
        found: dict[str, Any] = (await client.get(path)).raise_for_status().json()
        midway = found["counts"]["total"] > rows and found["counts"]["done"] >= rows
        if midway or found["state"] in ("completed", "failed"):
            return found
        await asyncio.sleep(_POLL_SECONDS)


async def _errors(client: httpx.AsyncClient, path: str) -> Sequence[int]:
    rows: list[int] = []
    cursor: str | None = None
    while True:
        parameters: dict[str, Any] = {"limit": _PAGE} | ({"cursor": cursor} if cursor else {})
        page = (await client.get(f"{path}/errors", params=parameters)).raise_for_status().json()
        rows += [one["row"] for one in page["items"] if one["severity"] == "refused"]
        cursor = page["next_cursor"]
        if cursor is None:
            return rows


def _is_wrong(number: int) -> bool:
    return number % _WRONG_EVERY == 0


def _lines(count: int) -> Iterator[str]:
    for number in range(1, count + 1):
        kind = "没有的类型" if _is_wrong(number) else "文体活动类"
        place = f"{120.05 + number % 997 / 10_000:.4f},{30.2 + number % 991 / 10_000:.4f}"
        where = f"{_DIVISION},{_STREETS[number % len(_STREETS)]},示例社区,{place}"
        yield f"SL-{number:06d},示例社区团队{number},{kind},{where},20,2024-05-01,2026-03-02"
