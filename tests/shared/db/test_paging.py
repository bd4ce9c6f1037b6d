"""Lists a page at a time, on PostgreSQL: every row once, in order, whatever the page's size."""

from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import UUID

import orjson
import pytest
from pydantic import BaseModel
from sqlalchemy import Boolean, Column, Integer, MetaData, Table, Uuid, insert, select

from shared.db.base import new_id
from shared.db.paging import page_by_id, where_given
from shared.db.session import Database, Record, Transaction
from shared.web.routes import decode_id_cursor, page
from tests.conftest import AsAdmin

things = Table(
    "things", MetaData(), Column("id", Uuid, primary_key=True), Column("year", Integer), Column("good", Boolean)
)
YEARS = [2024, 2025, 2025, 0, 2024]


class ThingOut(BaseModel):
    id: UUID
    year: int


@pytest.fixture
async def tx(database_for: Callable[[str], Awaitable[Database]], as_admin: AsAdmin) -> AsyncIterator[Transaction]:
    database = await database_for("registry")
    await as_admin(database.url, "CREATE TABLE things (id uuid PRIMARY KEY, year integer, good boolean)")
    async with database.transaction() as opened:
        for year in YEARS:
            await opened.execute(insert(things).values(id=new_id(), year=year, good=year > 2024))
        yield opened


async def years(tx: Transaction, **filters: object) -> list[int]:
    statement = where_given(select(things).order_by(things.c.id), {things.c[name]: v for name, v in filters.items()})
    return [row["year"] for row in await tx.records(statement)]


async def test_filters__none_stands_for_any(tx: Transaction) -> None:
    assert await years(tx) == await years(tx, year=None, good=None) == YEARS
    assert await years(tx, year=2025, good=None) == [2025, 2025]
    assert await years(tx, year=2025, good=False) == []


async def test_filters__what_is_given_counts_even_if_it_is_empty(tx: Transaction) -> None:
    assert await years(tx, year=0) == [0]
    assert await years(tx, good=False) == [2024, 0, 2024]


def show(row: Record) -> ThingOut:
    return ThingOut(id=row["id"], year=row["year"])


@pytest.mark.parametrize("newest_first", [False, True], ids=["oldest first", "newest first"])
@pytest.mark.parametrize("limit", [1, 2, 4, 5, 6])
async def test_page__every_row_once_in_the_order_of_ids(tx: Transaction, limit: int, newest_first: bool) -> None:
    found, cursor, pages = [], None, 0
    while cursor is not None or not pages:
        assert pages < len(YEARS)
        after = decode_id_cursor(cursor)
        rows = await tx.records(page_by_id(select(things), things.c.id, after, limit, newest_first=newest_first))
        assert len(rows) <= limit + 1
        body = orjson.loads(page(rows, limit, show).body)
        assert set(body) == {"items", "next_cursor"}
        assert all(set(item) == {"id", "year"} for item in body["items"])
        assert 0 < len(body["items"]) <= limit
        found += body["items"]
        cursor, pages = body["next_cursor"], pages + 1
    assert pages == -(-len(YEARS) // limit)
    assert [item["year"] for item in found] == (YEARS[::-1] if newest_first else YEARS)
    assert [item["id"] for item in found] == sorted({item["id"] for item in found}, reverse=newest_first)


def test_page__of_nothing_is_the_last() -> None:
    answered = page([], 5, show)
    assert orjson.loads(answered.body) == {"items": [], "next_cursor": None}
    assert (answered.status_code, answered.headers["content-type"]) == (200, "application/json")
