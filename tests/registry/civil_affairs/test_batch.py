"""Many registrations at once: NDJSON in, a result per line out."""

import asyncio

import httpx
import orjson
from fastapi import FastAPI

from services.registry.batches.streams import CHUNK_LINES, MAX_LINE_BYTES
from tests.conftest import TokenFor
from tests.registry.civil_affairs.helpers import COUNT, PATH, line, send
from tests.registry.conftest import registration
from tests.registry.helpers import code, events, listening, put, request_head, rows, send_all_then_read


async def test_batch__a_result_per_line_in_order(app: FastAPI, client: httpx.AsyncClient) -> None:
    await put(client, code(1))
    await put(client, code(2))
    lines = [
        line(1),
        line(2, name="新名", as_of="2026-04-01T00:00:00Z"),
        line(3),
        b"{broken",
        b"",
        b"   \r",
        line(4, division="330103"),
        line(5)[:-1] + b', "extra": 1}',
        line(1, name="旧名", as_of="2026-03-01T00:00:00Z"),
        b"[]",
        line(6) + b"\r",
        orjson.dumps({**registration(), "uscc": code(7).lower()}),
        orjson.dumps(registration()),
    ]
    results = await send(client, lines)
    assert [(result["line"], result["status"]) for result in results] == [
        (1, 200),
        (2, 200),
        (3, 201),
        (4, 422),
        (7, 422),
        (8, 422),
        (9, 409),
        (10, 422),
        (11, 201),
        (12, 201),
        (13, 422),
    ]
    by_line = {result["line"]: result for result in results}
    assert [by_line[n]["uscc"] for n in (1, 3, 4, 7, 8, 9, 12)] == [
        *(code(1), code(3), None, code(4), code(5), code(1), code(7))
    ]
    assert all(result["problem"] is None for result in results if result["status"] < 400)
    pointers = {n: by_line[n]["problem"]["errors"][0]["pointer"] for n in (4, 7, 8, 13)}
    assert pointers == {4: "", 7: "/division", 8: "/extra", 13: "/uscc"}
    assert by_line[9]["problem"]["type"] == "urn:shuangfu:problem:stale-registration"
    assert by_line[9]["problem"]["status"] == 409
    stored = {row["uscc"] for row in await rows(app, "SELECT uscc FROM organizations")}
    assert stored == {code(n) for n in (1, 2, 3, 6, 7)}
    assert len(await events(app)) == 6


async def test_batch__problems_speak_the_readers_language(client: httpx.AsyncClient) -> None:
    [chinese] = await send(client, [line(1, division="330103")], "zh-CN")
    [english] = await send(client, [line(1, division="330103")], "en")
    assert (chinese["problem"]["title"], english["problem"]["title"]) == ("输入有误", "Invalid input")


async def test_batch__nothing_in_nothing_out(app: FastAPI, client: httpx.AsyncClient) -> None:
    assert await send(client, []) == []
    assert await send(client, [b"", b"", b""]) == []
    assert await events(app) == []


async def test_batch__a_code_may_come_twice(app: FastAPI, client: httpx.AsyncClient) -> None:
    results = await send(
        client,
        [
            line(1),
            line(1),
            line(1, full_members=9, as_of="2026-04-01T00:00:00Z"),
            line(1),
            line(1, full_members=8, as_of="2026-04-02T00:00:00Z"),
        ],
    )
    assert [result["status"] for result in results] == [201, 200, 200, 409, 200]
    [stored] = await rows(app, "SELECT version, full_members FROM organizations")
    assert (stored["version"], stored["full_members"]) == (3, 8)
    assert [sequence for _, sequence in await events(app)] == [1, 2, 3]


async def test_batch__a_line_too_long_does_not_hold_up_the_others(app: FastAPI, client: httpx.AsyncClient) -> None:
    long = line(2, address="路" * MAX_LINE_BYTES)
    results = await send(client, [line(1), long, line(3), b"x" * (5 * MAX_LINE_BYTES)])
    assert [(result["line"], result["status"]) for result in results] == [(1, 201), (2, 422), (3, 201), (4, 422)]
    assert str(MAX_LINE_BYTES) in results[1]["problem"]["errors"][0]["detail"]
    assert await rows(app, COUNT) == [{"n": 2}]


async def test_batch__text_that_cannot_be_stored_is_the_lines_own_problem(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    lines = [
        line(1),
        line(2, name="a\0b"),
        line(3).replace("翠苑街道".encode(), b"\\ud800"),
        line(4, as_of="9999-12-31T23:59:59-08:00"),
        line(5)[:-1] + b', "location": {"lon": NaN, "lat": 1}}',
        b'{"uscc": "\\u0000"}',
        b"\xff\xfe",
        line(8),
    ]
    results = await send(client, lines)
    assert [result["status"] for result in results] == [201, *[422] * 6, 201]
    assert await rows(app, COUNT) == [{"n": 2}]


async def test_batch__more_than_one_chunk(app: FastAPI, client: httpx.AsyncClient) -> None:
    count = 2 * CHUNK_LINES + 500
    lines = [line(n) if n % 100 else line(n, kind="?") for n in range(1, count + 1)]
    results = await send(client, lines)
    assert [result["line"] for result in results] == list(range(1, count + 1))
    assert [result["status"] for result in results] == [201 if n % 100 else 422 for n in range(1, count + 1)]
    saved = count - count // 100
    assert await rows(app, COUNT) == [{"n": saved}]
    found = await rows(app, "SELECT count(*) AS n, count(DISTINCT subject) AS d FROM outbox")
    assert found == [{"n": saved, "d": saved}]


async def test_batch__a_client_may_send_everything_before_it_reads(app: FastAPI, token_for: TokenFor) -> None:
    count = 2 * CHUNK_LINES + 500
    body = b"\n".join(line(n, address="示例路" * 50) for n in range(1, count + 1))
    async with listening(app) as port:
        status, answer = await send_all_then_read(port, PATH, body, token_for())
        assert status == 200
        assert answer.count(b'"status":201') == count
        assert await rows(app, COUNT) == [{"n": count}]
        again = line(1, address="示例路" * 50)
        status, answer = await send_all_then_read(port, PATH, again, token_for())
        assert (status, answer.count(b'"status":200')) == (200, 1)


async def test_batch__results_come_while_the_client_still_sends(app: FastAPI, token_for: TokenFor) -> None:
    """A client that waits for the first chunk's results before it sends on is served."""
    first = b"".join(line(n) + b"\n" for n in range(1, CHUNK_LINES + 1))
    second = line(CHUNK_LINES + 1) + b"\n"
    async with listening(app) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = request_head(PATH, token_for(), "Connection: close", "Transfer-Encoding: chunked")
        writer.write(head + b"%x\r\n%s\r\n" % (len(first), first))
        answer = b""
        while answer.count(b'"status":201') < CHUNK_LINES:
            answer += await asyncio.wait_for(reader.read(65536), 20)
        writer.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(second), second))
        answer += await asyncio.wait_for(reader.read(), 20)
        writer.close()
    assert answer.count(b'"status":201') == CHUNK_LINES + 1


async def test_batch__a_client_that_goes_leaves_its_whole_chunks(app: FastAPI, token_for: TokenFor) -> None:
    body = b"".join(line(n) + b"\n" for n in range(1, CHUNK_LINES + 11))
    async with listening(app) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request_head(PATH, token_for(), f"Content-Length: {len(body) + 1000}") + body)
        await writer.drain()
        for _ in range(200):
            if await rows(app, COUNT) != [{"n": 0}]:
                break
            await asyncio.sleep(0.05)
        writer.close()
        await asyncio.sleep(0.1)
        status, answer = await send_all_then_read(port, PATH, line(5000), token_for())
        assert (status, answer.count(b'"status":201')) == (200, 1)
    assert await rows(app, COUNT) == [{"n": CHUNK_LINES + 1}]
