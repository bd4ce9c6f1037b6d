"""Every list as a file: all of it, under its filters, as a spreadsheet reads it."""

import csv
import io
from typing import Any

import httpx
import orjson
import pytest
import python_calamine
from fastapi import FastAPI

from shared.web.exports import exporting
from shared.web.exports.columns import columns_of
from shared.web.guarded import GuardedRoute
from tests.registry.conftest import app, client, keys_file, registration
from tests.registry.helpers import code, rows
from tests.security.walk import APPS, _routes

__all__ = ["app", "client", "keys_file"]

CODE, NAME = "统一社会信用代码", "名称"


async def register(client: httpx.AsyncClient, count: int, **changes: Any) -> None:
    lines = [
        orjson.dumps({"uscc": code(n), **registration(name=f"示例{n:05d}中心", **changes)}) for n in range(1, count + 1)
    ]
    await client.post("/v1/civil-affairs/registrations:batch", content=b"\n".join(lines))


def read_csv(answer: httpx.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf"), "Excel takes it for another encoding"
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def read_xlsx(answer: httpx.Response) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    book = python_calamine.load_workbook(io.BytesIO(answer.content))
    heading, *found = book.get_sheet_by_index(0).to_python()
    return [dict(zip(map(str, heading), row, strict=True)) for row in found]


async def test_t38_list__is_whole_in_both_formats(client: httpx.AsyncClient) -> None:
    await register(client, 1234)
    for kind, read in (("csv", read_csv), ("xlsx", read_xlsx)):
        answer = await client.get("/v1/organizations", params={"format": kind})
        found = read(answer)
        assert [one[CODE] for one in found] == [code(n) for n in range(1, 1235)]
        assert found[41][NAME] == "示例00042中心"
        assert found[0]["数据截至"] == "2026-03-02 09:00:00"
        assert found[0]["正式党员数"] == (4.0 if kind == "xlsx" else "4")
        assert answer.headers["content-disposition"].endswith(f".{kind}")


async def test_t38_list__keeps_its_filters_and_its_scope(client: httpx.AsyncClient, token_for: Any) -> None:
    await register(client, 3)
    other = registration(name="拱墅区另一中心", division="330105", full_members=9)
    await client.put(f"/v1/civil-affairs/registrations/{code(9)}", json=other)
    found = read_csv(await client.get("/v1/organizations", params={"format": "csv", "division": "330105"}))
    assert [one[NAME] for one in found] == ["拱墅区另一中心"]
    assert len(read_csv(await client.get("/v1/organizations", params={"format": "csv", "q": "示例0"}))) == 3
    district = {"Authorization": f"Bearer {token_for('auditor', ('330105',))}"}
    mine = await client.get("/v1/organizations", params={"format": "csv"}, headers=district)
    assert [one[NAME] for one in read_csv(mine)] == ["拱墅区另一中心"]
    outside = await client.get("/v1/organizations", params={"format": "csv", "division": "330106"}, headers=district)
    assert outside.status_code == 403


async def test_t38_headings__follow_the_language(client: httpx.AsyncClient) -> None:
    await register(client, 1)
    english = await client.get("/v1/organizations", params={"format": "csv"}, headers={"Accept-Language": "en"})
    assert "Unified social credit code (GB 32100), 18 characters" in read_csv(english)[0]


async def test_t38_cells__are_never_formulas_nor_numbers_by_mistake(client: httpx.AsyncClient) -> None:
    for n, name in enumerate(("=1+1", "+86", "-2", "@cmd", "007", "1e5", "123456789012345678"), start=1):
        changes = registration(name="示例中心", address=name)
        answer = await client.put(f"/v1/civil-affairs/registrations/{code(n)}", json=changes)
        assert answer.status_code == 201, answer.text
    found = [one["住所"] for one in read_csv(await client.get("/v1/organizations", params={"format": "csv"}))]
    assert found == ["'=1+1", "'+86", "'-2", "'@cmd", "'007", "'1e5", "'123456789012345678"]
    cells = [one["住所"] for one in read_xlsx(await client.get("/v1/organizations", params={"format": "xlsx"}))]
    assert cells == ["'=1+1", "'+86", "'-2", "'@cmd", "007", "1e5", "123456789012345678"]


async def test_t38_file__shows_one_moment(
    client: httpx.AsyncClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is registered or changed while a file is written is not in it."""
    await register(client, 600)
    pages = exporting._pages

    async def disturbed(*given: Any) -> Any:
        async for items in pages(*given):
            yield items
            await register(client, 610, full_members=4, as_of="2026-03-09T09:00:00+08:00", address="已迁新址")

    monkeypatch.setattr(exporting, "_pages", disturbed)
    found = read_csv(await client.get("/v1/organizations", params={"format": "csv"}))
    assert (len(found), {one["住所"] for one in found}) == (600, {"示例路 1 号"})
    assert len(await rows(app, "SELECT FROM organizations WHERE address = '已迁新址'")) == 610


@pytest.mark.parametrize("query", [{"limit": "5"}, {"cursor": "x"}, {"format": "pdf"}, {"colour": "red"}])
async def test_t38_list__refuses_what_a_file_cannot_do(client: httpx.AsyncClient, query: dict[str, str]) -> None:
    refused = await client.get("/v1/organizations", params={"format": "csv", **query})
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == [f"/query/{next(iter(query))}"]


async def test_t38_list__longer_than_a_sheet_is_refused_as_a_whole(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await register(client, 5)
    monkeypatch.setattr(exporting, "MAX_SHEET_ROWS", 5)
    refused = await client.get("/v1/organizations", params={"format": "xlsx"})
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:shuangfu:problem:too-many-rows")
    assert len(read_csv(await client.get("/v1/organizations", params={"format": "csv"}))) == 5


async def test_t38_list__of_nothing_is_a_file_with_its_headings(client: httpx.AsyncClient) -> None:
    for kind in ("csv", "xlsx"):
        answer = await client.get("/v1/organizations", params={"format": kind})
        assert answer.status_code == 200
        assert answer.content


def test_t38_every_list__has_headings_in_both_languages() -> None:
    items = {
        route.item
        for app in APPS.values()
        for route, _, _ in _routes(app.routes, "", ())
        if isinstance(route, GuardedRoute) and route.item is not None
    }
    assert len(items) >= 17
    missing = {
        f"{item.__name__}.{column.path[-1]}"
        for item in items
        for column in columns_of(item)
        if column.headings["zh"].rpartition("：")[2] == column.path[-1]  # what has no name is headed by its field
    }
    assert missing == set(), "name each field in shared/web/describing/fields.yaml"
    for item in items:
        for language in ("zh", "en"):
            names = [column.headings[language] for column in columns_of(item)]
            assert len(names) == len(set(names)), f"{item.__name__}: one heading twice"
