"""Files of registrations: read, checked at the door, worked off in chunks that survive a crash."""

import asyncio
import csv
import hashlib
import io
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from services.registry.imports import routes, runner
from services.registry.imports.rules import COLUMNS, REQUIRED, match_columns, to_fields
from shared.field.files import unpacking
from shared.field.files.spreadsheets import write_table
from shared.settings import ServiceSettings
from tests.conftest import SYSTEM
from tests.registry.conftest import registration
from tests.registry.helpers import all_items, code, events, put, rows

Row = dict[str, Any]
NAMES = [name for name in COLUMNS if name not in ("location", "source", "status")]
CHINESE = {name: aliases[0] for name, aliases in COLUMNS.items()}
COUNT = "SELECT count(*) AS n FROM organizations"
LEFT = "SELECT count(content) AS n FROM imports"


def row(number: int, **changes: Any) -> Row:
    return {"uscc": code(number), **registration(**changes)}


def xlsx(made: Sequence[Row], *, columns: Sequence[str] = NAMES) -> bytes:
    return write_table(columns, made)


def as_csv(made: Sequence[Row], encoding: str, *, columns: Sequence[str] = NAMES) -> bytes:
    target = io.StringIO()
    writer = csv.DictWriter(target, [CHINESE[name] for name in columns])
    writer.writeheader()
    writer.writerows({CHINESE[name]: one.get(name) for name in columns} for one in made)
    return target.getvalue().encode(encoding)


def ndjson(made: Sequence[Row | bytes]) -> bytes:
    return b"\n".join(one if isinstance(one, bytes) else orjson.dumps(one) for one in made)


async def post(client: httpx.AsyncClient, content: bytes, filename: str, **form: str) -> httpx.Response:
    return await client.post("/v1/imports", files={"file": (filename, content)}, data=form)


async def step(app: FastAPI, opened: Any = None) -> Any:
    return await runner._step(app.state.worker_database, opened, allow_sample_codes=True)


async def work_off(app: FastAPI) -> None:
    """Take up the next file and work off its chunks."""
    opened = await step(app)
    while opened is not None:
        opened = await step(app, opened)


@asynccontextmanager
async def running(app: FastAPI, **changes: Any) -> AsyncIterator[None]:
    """The background runner, as the worker runs it."""
    settings: ServiceSettings = app.state.settings.model_copy(update=changes)
    task = asyncio.create_task(runner.run_imports(app.state.worker_database, settings))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def finished(client: httpx.AsyncClient, import_id: str, seconds: float = 40) -> Row:
    for _ in range(int(seconds / 0.05)):
        found: Row = (await client.get(f"/v1/imports/{import_id}")).json()
        if found["state"] in ("completed", "failed"):
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(f"still {found['state']}")


async def import_file(app: FastAPI, client: httpx.AsyncClient, content: bytes, filename: str, **form: str) -> Row:
    response = await post(client, content, filename, **form)
    assert response.status_code == 202, response.text
    await work_off(app)
    return await finished(client, response.json()["id"], 1)


def counts(**given: int) -> dict[str, int]:
    found = {"total": 0, "done": 0, "created": 0, "changed": 0, "same": 0, "refused": 0, **given}
    return {**found, "done": given.get("done", found["total"])}


async def test_import__accepted_waits_and_names_its_place(client: httpx.AsyncClient) -> None:
    response = await post(client, xlsx([row(1), row(2)]), "一批.xlsx")
    body = response.json()
    assert (response.status_code, response.headers["location"]) == (202, f"/v1/imports/{body['id']}")
    assert (body["state"], body["filename"], body["dry_run"]) == ("waiting", "一批.xlsx", False)
    assert body["counts"] == counts(total=2, done=0)
    assert (await client.get(f"/v1/imports/{body['id']}")).json() == body
    assert (await client.get(f"/v1/imports/{body['id']}/errors")).json() == {"items": [], "next_cursor": None}


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


def test_import__chinese_headings_and_values_are_understood() -> None:
    matched, missing = match_columns([f" {aliases[-1]} " for aliases in COLUMNS.values()] + ["备注"])
    assert set(matched.values()) == set(COLUMNS)
    assert missing == []
    cells = {
        " 组织类型 ": "社会服务机构",
        " 状态 ": "注销",
        " 截至 ": "2026-03-02",
        " 经纬度 ": "120.1,30.2",
        " 区划 ": 330106,
        " 正式党员数 ": "4",
        " 楼宇 ": None,
        "备注": "甲",
    }
    matched, _ = match_columns(list(cells))
    assert to_fields(cells, matched) == {
        "kind": "social_service_institution",
        "status": "deregistered",
        "as_of": "2026-03-02T00:00:00+08:00",
        "location": {"lon": 120.1, "lat": 30.2},
        "division": "330106",
        "full_members": 4,
    }


def test_import__what_cannot_be_read_is_left_to_be_refused() -> None:
    cells: Row = {"kind": ["social_group"], "status": {"a": 1}, "as_of": "昨天", "full_members": "四", "lon": "东"}
    matched, _ = match_columns(list(cells))
    assert to_fields(cells, matched) == {
        **{name: value for name, value in cells.items() if name != "lon"},
        "location": {"lon": "东"},
    }


async def test_import__missing_columns_are_named(app: FastAPI, client: httpx.AsyncClient) -> None:
    lacking = [name for name in NAMES if name not in ("street", "as_of")]
    response = await post(client, xlsx([row(1)], columns=lacking), "a.xlsx")
    assert response.status_code == 422
    document = response.json()
    assert document["type"] == "urn:shuangfu:problem:missing-columns"
    assert document["columns"] == "street, as_of"
    assert [error["pointer"] for error in document["errors"]] == ["/columns/street", "/columns/as_of"]
    everything = await post(client, ndjson([{"甲": 1}]), "a.ndjson")
    assert everything.json()["columns"] == ", ".join(REQUIRED)
    assert await rows(app, "SELECT id FROM imports") == []


@pytest.mark.parametrize(
    ("filename", "content"),
    [
        ("a.xlsx", b"PK\x03\x04 no workbook"),
        ("a.xlsx", b""),
        ("a.csv", b""),
        ("a.csv", b"\xff\xfe\x00"),
        ("a.pdf", b"%PDF"),
        ("noname", b"uscc\n1"),
        ("a.ndjson", b"\n\n"),
        ("a.csv", "统一社会信用代码,统一社会信用代码\n1,2".encode()),
    ],
)
async def test_import__a_file_that_is_no_table_is_refused_at_once(
    app: FastAPI, client: httpx.AsyncClient, filename: str, content: bytes
) -> None:
    response = await post(client, content, filename)
    assert (response.status_code, response.json()["type"]) == (422, "urn:shuangfu:problem:unreadable-file")
    assert response.json()["filename"] == filename
    assert await rows(app, "SELECT id FROM imports") == []


async def test_import__without_a_file_and_unknown_id(client: httpx.AsyncClient) -> None:
    response = await client.post("/v1/imports", data={"dry_run": "true"})
    assert (response.status_code, response.json()["errors"][0]["pointer"]) == (422, "/file")
    unknown = "/v1/imports/01900000-0000-7000-8000-000000000000"
    for path in (unknown, f"{unknown}/errors"):
        assert (await client.get(path)).status_code == 404
    assert (await client.get("/v1/imports/1")).status_code == 422


async def test_import__a_long_name_keeps_its_ending(app: FastAPI, client: httpx.AsyncClient) -> None:
    found = await import_file(app, client, xlsx([row(1)]), "长" * 300 + ".xlsx")
    assert (found["state"], found["counts"]["created"]) == ("completed", 1)
    assert found["filename"].endswith("长.xlsx")


async def test_import__dry_run_saves_nothing_and_counts_right(app: FastAPI, client: httpx.AsyncClient) -> None:
    await put(client, code(1))
    await put(client, code(2))
    before = await rows(app, "SELECT * FROM organizations ORDER BY id")
    made = [row(1), row(2, full_members=9), row(3), row(4), row(5, kind="?"), row(2, as_of="2020-01-01T00:00:00Z")]
    dry = await import_file(app, client, xlsx(made), "a.xlsx", dry_run="true")
    expected = counts(total=6, created=2, changed=1, same=1, refused=2)
    assert (dry["dry_run"], dry["counts"]) == (True, expected)
    assert await rows(app, "SELECT * FROM organizations ORDER BY id") == before
    assert len(await events(app)) == 2
    errors = (await client.get(f"/v1/imports/{dry['id']}/errors")).json()["items"]
    assert [error["row"] for error in errors] == [6, 7]
    real = await import_file(app, client, xlsx(made), "a.xlsx")
    assert (real["dry_run"], real["counts"]) == (False, expected)
    assert await rows(app, COUNT) == [{"n": 4}]


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


async def test_import__the_report_names_rows_and_reasons_page_by_page(app: FastAPI, client: httpx.AsyncClient) -> None:
    made: list[Row | bytes] = [
        row(1),
        row(2, division="330103"),
        b"{broken",
        b"",
        row(3, full_members=1),
        b"[1]",
        {**row(4), "uscc": "51330100PDY00001X0"},
        row(5, kind=["foundation"]),
        {**row(6), "uscc": "a\0b", "name": "a\0b"},
        row(7, as_of="9999-12-31T23:59:59-08:00"),
        row(1, as_of="2020-01-01T00:00:00Z", name="旧名"),
        row(8),
        {**row(9), "uscc": code(9)[:-1] + "\0"},
    ]
    found = await import_file(app, client, ndjson(made), "a.ndjson")
    assert (found["state"], found["counts"]) == ("completed", counts(total=13, created=2, refused=10))
    report = f"/v1/imports/{found['id']}/errors"
    errors = await all_items(client, report, 2, {"Accept-Language": "en"})
    assert [error["row"] for error in errors] == [2, 3, 5, 6, 7, 8, 9, 10, 11, 13]
    pointers = [[one["pointer"] for one in error["problem"]["errors"]] for error in errors]
    assert pointers == [
        ["/division"],
        [""],
        ["/full_members_full_time"],
        [""],
        ["/uscc"],
        ["/kind"],
        ["/name"],
        ["/as_of"],
        [],
        ["/uscc"],
    ]
    assert [errors[n]["uscc"] for n in (0, 1, 8, 9)] == [code(2), None, code(1), code(9)[:-1] + "\ufffd"]
    assert errors[8]["problem"]["type"] == "urn:shuangfu:problem:stale-registration"
    assert errors[0]["problem"]["title"] == "Invalid input"
    chinese = await client.get(f"/v1/imports/{found['id']}/errors", headers={"Accept-Language": "zh"})
    assert chinese.json()["items"][0]["problem"]["title"] == "输入有误"


async def test_import__rows_of_a_sheet_are_numbered_as_the_sheet_numbers_them(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    content = as_csv([row(1), row(2, kind="?")], "utf-8")
    with_blank = content.replace(b"\r\n", b"\r\n\r\n", 1) + b",,,\r\n"
    found = await import_file(app, client, with_blank, "a.csv")
    assert found["counts"]["refused"] == 1
    [error] = (await client.get(f"/v1/imports/{found['id']}/errors")).json()["items"]
    assert (error["row"], error["uscc"]) == (4, code(2))


async def test_import__errors_take_only_their_own_cursors(app: FastAPI, client: httpx.AsyncClient) -> None:
    found = await import_file(app, client, xlsx([row(1, kind="?")]), "a.xlsx")
    for cursor in ("WyJhIl0", "WyI5OTk5OTk5OTk5OTkiXQ", "WyItMSIsIjIiXQ", "??"):
        response = await client.get(f"/v1/imports/{found['id']}/errors", params={"cursor": cursor})
        assert (response.status_code, response.json()["type"]) == (422, "urn:shuangfu:problem:bad-cursor"), cursor


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


async def test_import__one_that_breaks_fails_and_the_next_goes_on(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = runner.actions.register

    async def register(tx: Any, registrations: Any, now: Any) -> Any:
        if registrations[0].uscc == code(1):
            await tx.execute(text("SELECT 1/0"))
        return await real(tx, registrations, now)

    monkeypatch.setattr(runner.actions, "register", register)
    broken = (await post(client, xlsx([row(1)]), "a.xlsx")).json()
    good = (await post(client, xlsx([row(2)]), "b.xlsx")).json()
    async with running(app):
        assert (await finished(client, broken["id"]))["state"] == "failed"
        assert (await finished(client, good["id"]))["state"] == "completed"
    assert await rows(app, COUNT) == [{"n": 1}]
    assert await rows(app, LEFT) == [{"n": 0}], "the file goes"


async def test_import__one_that_breaks_while_the_database_is_away_is_given_up_later(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its giving up fails too: that once ended the worker, relay and consumer with it."""
    fail, away = runner.queries.fail, [ConnectionResetError("away"), ConnectionResetError("still away")]

    async def fail_later(tx: Any, import_id: Any) -> None:
        if away:
            raise away.pop()
        await fail(tx, import_id)

    async def broken_register(tx: Any, *_: Any) -> Any:
        await tx.execute(text("SELECT 1/0"))

    monkeypatch.setattr(runner.queries, "fail", fail_later)
    monkeypatch.setattr(runner.actions, "register", broken_register)
    posted = (await post(client, xlsx([row(1)]), "a.xlsx")).json()
    async with running(app):
        assert (await finished(client, posted["id"]))["state"] == "failed"
    assert not away


async def test_import__content_that_cannot_be_read_any_more_fails_and_the_next_goes_on(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    broken = (await post(client, xlsx([row(1)]), "a.xlsx")).json()
    async with app.state.database.transaction(SYSTEM) as tx:
        await tx.execute(text("UPDATE imports SET content = 'no workbook'"))
    good = (await post(client, xlsx([row(2)]), "b.xlsx")).json()
    async with running(app):
        assert (await finished(client, broken["id"]))["state"] == "failed"
        assert (await finished(client, good["id"]))["state"] == "completed"
    assert await rows(app, LEFT) == [{"n": 0}], "the file goes"


async def test_import__sample_codes_are_refused_where_they_are_barred(
    app: FastAPI, client: httpx.AsyncClient, settings_for: Callable[[str], Awaitable[ServiceSettings]]
) -> None:
    posted = (await post(client, xlsx([row(1)]), "a.xlsx")).json()
    async with running(app, allow_sample_codes=False):
        found = await finished(client, posted["id"])
    assert found["counts"] == counts(total=1, refused=1)


async def test_import__a_file_is_read_beside_the_loop_and_before_a_transaction(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[bool, int]] = []
    read = routes.read_table

    def watched(content: bytes, filename: str) -> Any:
        in_loop = threading.current_thread() is threading.main_thread()
        seen.append((in_loop, app.state.database.engine.sync_engine.pool.checkedout()))
        return read(content, filename)

    monkeypatch.setattr(routes, "read_table", watched)
    assert (await post(client, xlsx([row(1)]), "a.xlsx")).status_code == 202
    assert seen == [(False, 0)]


async def test_import__the_runner_has_the_same_bounds(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    posted = (await post(client, xlsx([row(1)]), "a.xlsx")).json()
    monkeypatch.setattr(unpacking, "MAX_CELLS", 5)
    assert await step(app) is None
    assert (await finished(client, posted["id"], 1))["state"] == "failed"
    refused = await post(client, xlsx([row(1)]), "a.xlsx")
    assert (refused.status_code, refused.json()["reason"]) == (422, "file_too_large")
