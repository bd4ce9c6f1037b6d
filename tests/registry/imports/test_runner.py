"""Files are worked off in chunks, each in one transaction, that survive a crash."""

import asyncio
import hashlib

import httpx
import pytest
from fastapi import FastAPI

from services.registry.imports import runner
from tests.registry.conftest import registration
from tests.registry.helpers import code, events, put, rows
from tests.registry.imports.helpers import (
    as_csv,
    counts,
    finished,
    import_file,
    ndjson,
    post,
    row,
    running,
    step,
    work_off,
    xlsx,
)

COUNT = "SELECT count(*) AS n FROM organizations"


@pytest.mark.parametrize(
    ("filename", "content"),
    [
        ("a.xlsx", xlsx([row(n) for n in range(1, 4)])),
        ("a.csv", as_csv([row(n) for n in range(1, 4)], "utf-8-sig")),
        ("a.csv", as_csv([row(n) for n in range(1, 4)], "gb18030")),
        ("A.CSV", as_csv([row(n) for n in range(1, 4)], "utf-8")),
        ("a.ndjson", ndjson([row(n) for n in range(1, 4)])),
        ("csv", as_csv([row(n) for n in range(1, 4)], "utf-8")),
    ],
    ids=["xlsx", "csv with BOM", "csv in GB18030", "csv", "ndjson", "a name that is a format"],
)
async def test_import__each_format(app: FastAPI, client: httpx.AsyncClient, filename: str, content: bytes) -> None:
    found = await import_file(app, client, content, filename)
    assert (found["state"], found["counts"]) == ("completed", counts(total=3, created=3))
    assert found["finished_at"] is not None
    shown = (await client.get(f"/v1/organizations/{code(2)}")).json()
    sent = registration()
    assert {name: shown[name] for name in sent if name != "as_of"} == {n: v for n, v in sent.items() if n != "as_of"}
    assert shown["as_of"] == "2026-03-02T01:00:00Z"
    assert await events(app) == [("organization.registered.v1", 1)] * 3
    assert await rows(app, "SELECT content FROM imports") == [{"content": None}], "the file goes when it is done"


LATER = "2026-03-03T00:00:00+08:00"


async def test_import__dry_run_saves_nothing_and_counts_right(app: FastAPI, client: httpx.AsyncClient) -> None:
    await put(client, code(1))
    await put(client, code(2))
    await put(client, code(6))
    before = await rows(app, "SELECT * FROM organizations ORDER BY id")
    made = [
        row(1),
        row(2, full_members=9, as_of=LATER),
        row(3),
        row(4),
        row(5, kind="?"),
        row(6, as_of="2020-01-01T00:00:00Z"),
    ]
    dry = await import_file(app, client, xlsx(made), "a.xlsx", dry_run="true")
    expected = counts(total=6, created=2, changed=1, same=1, refused=2)
    assert (dry["dry_run"], dry["counts"]) == (True, expected)
    assert await rows(app, "SELECT * FROM organizations ORDER BY id") == before
    assert len(await events(app)) == 3
    errors = (await client.get(f"/v1/imports/{dry['id']}/errors")).json()["items"]
    assert [error["row"] for error in errors] == [6, 7]
    real = await import_file(app, client, xlsx(made), "a.xlsx")
    assert (real["dry_run"], real["counts"]) == (False, expected)
    assert await rows(app, COUNT) == [{"n": 5}]


async def test_import__the_trail_says_who_uploaded_what_but_not_its_content(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    content = xlsx([row(1, kind="?")])
    one = await import_file(app, client, content, "张三的名单.xlsx", dry_run="true")
    [audited] = await rows(app, "SELECT * FROM audit_log WHERE object_type = 'imports'")
    assert (audited["operation"], audited["object_id"], audited["actor"]) == ("insert", one["id"], "tester")
    told = audited["diff"]["after"]
    assert told["content"] == hashlib.sha256(content).hexdigest()
    assert (told["format"], told["dry_run"], told["rows_total"], told["created_by"]) == ("xlsx", True, 1, "tester")
    assert "filename" not in told
    assert "张三" not in str(audited)


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "CHUNK_ROWS", 10)


async def test_import__resumes_after_a_crash_between_chunks(
    app: FastAPI, client: httpx.AsyncClient, small_chunks: None
) -> None:
    made = [row(n) if n % 10 else row(n, kind="?") for n in range(1, 36)]
    posted = (await post(client, xlsx(made), "a.xlsx")).json()
    opened = await step(app, await step(app))
    assert opened is not None
    del opened  # the process ends here
    midway = (await client.get(f"/v1/imports/{posted['id']}")).json()
    assert (midway["state"], midway["counts"]) == ("running", counts(total=35, done=10, created=9, refused=1))
    assert await rows(app, COUNT) == [{"n": 9}]
    await work_off(app)  # another one takes the file up
    found = (await client.get(f"/v1/imports/{posted['id']}")).json()
    assert (found["state"], found["counts"]) == ("completed", counts(total=35, created=32, refused=3))
    assert await rows(app, COUNT) == [{"n": 32}]
    assert await rows(app, "SELECT count(*) AS n FROM outbox") == [{"n": 32}]
    errors = (await client.get(f"/v1/imports/{posted['id']}/errors")).json()["items"]
    assert [error["row"] for error in errors] == [11, 21, 31]
    assert await step(app) is None


async def test_import__a_crash_inside_a_chunk_takes_the_whole_chunk_back(
    app: FastAPI, client: httpx.AsyncClient, small_chunks: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    posted = (await post(client, xlsx([row(n) for n in range(1, 26)]), "a.xlsx")).json()
    opened = await step(app, await step(app))

    async def crash(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(runner.queries, "note_progress", crash)
        with pytest.raises(KeyboardInterrupt):
            await step(app, opened)
    assert await rows(app, COUNT) == [{"n": 10}]
    await work_off(app)
    found = (await client.get(f"/v1/imports/{posted['id']}")).json()
    assert (found["state"], found["counts"]) == ("completed", counts(total=25, created=25))
    assert await rows(app, "SELECT count(*) AS n FROM outbox") == [{"n": 25}]


async def test_import__two_runners_never_take_one_chunk_twice(
    app: FastAPI, client: httpx.AsyncClient, small_chunks: None
) -> None:
    posted = (await post(client, xlsx([row(n) for n in range(1, 56)]), "a.xlsx")).json()
    async with running(app), running(app):
        found = await finished(client, posted["id"])
    assert (found["state"], found["counts"]) == ("completed", counts(total=55, created=55))
    assert await rows(app, "SELECT count(*) AS n FROM outbox") == [{"n": 55}]


async def test_import__more_than_one_chunk_in_the_background(app: FastAPI, client: httpx.AsyncClient) -> None:
    made = [row(n) for n in range(1, 2 * runner.CHUNK_ROWS + 101)]
    async with running(app, poll_seconds=60):
        await asyncio.sleep(0.2)  # it waits by now: only the wake-up of the POST can start it in time
        posted = (await post(client, ndjson(made), "a.ndjson")).json()
        found = await finished(client, posted["id"])
    assert (found["state"], found["counts"]) == ("completed", counts(total=2100, created=2100))
    assert await rows(app, COUNT) == [{"n": 2100}]
