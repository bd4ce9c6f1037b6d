"""POST of a file, its progress, its report by row."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from services.registry.import_forms import ORGANIZATIONS
from services.registry.imports import routes
from services.registry.imports.subjects.known import SUBJECTS
from shared.web.identity.permissions import Permission
from tests.conftest import SYSTEM, TokenFor
from tests.registry.helpers import all_items, code, rows
from tests.registry.imports.helpers import NAMES, Row, as_csv, counts, import_file, ndjson, post, row, xlsx


async def test_import__accepted_waits_and_names_its_place(client: httpx.AsyncClient) -> None:
    response = await post(client, xlsx([row(1), row(2)]), "一批.xlsx")
    body = response.json()
    assert (response.status_code, response.headers["location"]) == (202, f"/v1/imports/{body['id']}")
    assert (body["state"], body["filename"], body["dry_run"]) == ("waiting", "一批.xlsx", False)
    assert body["counts"] == counts(total=2, done=0)
    assert (await client.get(f"/v1/imports/{body['id']}")).json() == body
    assert (await client.get(f"/v1/imports/{body['id']}/errors")).json() == {"items": [], "next_cursor": None}


async def test_import__missing_columns_are_named(app: FastAPI, client: httpx.AsyncClient) -> None:
    lacking = [name for name in NAMES if name not in ("street", "as_of")]
    response = await post(client, xlsx([row(1)], columns=lacking), "a.xlsx")
    assert response.status_code == 422
    document = response.json()
    assert document["type"] == "urn:shuangfu:problem:missing-columns"
    assert document["columns"] == "street, as_of"
    assert [error["pointer"] for error in document["errors"]] == ["/columns/street", "/columns/as_of"]
    everything = await post(client, ndjson([{"甲": 1}]), "a.ndjson")
    assert everything.json()["columns"] == ", ".join(ORGANIZATIONS.required)
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
        row(1, as_of="2026-03-01T00:00:00Z", name="旧名"),
        row(8),
        {**row(9), "uscc": code(9)[:-1] + "\0"},
    ]
    found = await import_file(app, client, ndjson(made), "a.ndjson")
    assert (found["state"], found["counts"]) == ("completed", counts(total=12, created=1, refused=11))
    report = f"/v1/imports/{found['id']}/errors"
    errors = await all_items(client, report, 2, {"Accept-Language": "en"})
    assert [error["row"] for error in errors] == [1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 13]
    pointers = [[one["pointer"] for one in error["problem"]["errors"]] for error in errors]
    assert pointers == [
        ["/uscc"],
        ["/division"],
        [""],
        ["/full_members_full_time"],
        [""],
        ["/uscc"],
        ["/kind"],
        ["/name", "/uscc"],
        ["/as_of"],
        ["/uscc"],
        ["/uscc"],
    ]
    assert [errors[n]["uscc"] for n in (1, 2, 9, 10)] == [code(2), None, code(1), code(9)[:-1] + "\ufffd"]
    assert errors[0]["problem"]["title"] == "Invalid input"
    chinese = await client.get(f"/v1/imports/{found['id']}/errors", headers={"Accept-Language": "zh"})
    assert chinese.json()["items"][1]["problem"]["title"] == "输入有误"


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


async def test_import__a_file_is_read_before_a_transaction(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    read = routes.read_file

    async def watched(content: bytes, filename: str) -> Any:
        seen.append(app.state.database.engine.sync_engine.pool.checkedout())
        return await read(content, filename)

    monkeypatch.setattr(routes, "read_file", watched)
    assert (await post(client, xlsx([row(1)]), "a.xlsx")).status_code == 202
    assert seen == [0]


async def test_import__organizations_are_the_subject_unless_another_is_named(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    silent = await import_file(app, client, xlsx([row(1)]), "a.xlsx")
    named = await import_file(app, client, xlsx([row(2, kind="?")]), "a.xlsx", subject="organizations")
    assert (silent["subject"], named["subject"]) == ("organizations", "organizations")
    [error] = (await client.get(f"/v1/imports/{named['id']}/errors")).json()["items"]
    assert (error["uscc"], error["key"]) == (code(2), code(2))
    refused = await post(client, xlsx([row(3)]), "a.xlsx", subject="persons")
    assert refused.status_code == 422
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/subject"]
    assert len(await rows(app, "SELECT id FROM imports")) == 2


async def test_import__a_report_from_before_there_were_subjects_names_its_codes(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    found = await import_file(app, client, xlsx([row(1, kind="?")]), "a.xlsx")
    async with app.state.database.transaction(SYSTEM) as tx:
        await tx.execute(text("UPDATE import_errors SET key = NULL"))
    [error] = (await client.get(f"/v1/imports/{found['id']}/errors")).json()["items"]
    assert (error["uscc"], error["key"]) == (code(1), code(1))


async def test_import__its_subject_asks_for_its_own_permission(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, token_for: TokenFor
) -> None:
    subject = SUBJECTS["organizations"]
    monkeypatch.setattr(type(subject), "permission", Permission.LEDGER_READ)
    registrar = {"Authorization": f"Bearer {token_for('registrar', ['330106'])}"}
    files = {"file": ("a.xlsx", xlsx([row(1)]))}
    refused = await client.post("/v1/imports", files=files, headers=registrar)
    assert (refused.status_code, refused.json()["permission"]) == (403, "ledger.read")
