"""Rows go in and change by lists: one statement, whatever their number."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import BigInteger, Column, DateTime, MetaData, Numeric, Table, Text, select, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from shared.db.base import columns_of, insert_list, to_json, update_list
from shared.db.fast_path import insert_row
from shared.db.session import Database, Transaction
from tests.conftest import AsAdmin

things = Table(
    "things",
    MetaData(),
    Column("division", Text),
    Column("number", BigInteger),
    Column("order", Text),
    Column("amount", Numeric(7, 2)),
    Column("at", DateTime(timezone=True)),
    Column("content", JSONB),
    Column("version", BigInteger),
    Column("words", ARRAY(Text)),
)
CREATE = (
    'CREATE TABLE things (division text, number bigint, "order" text, amount numeric(7, 2), at timestamptz, '
    "content jsonb, version bigint NOT NULL DEFAULT 1, words text[], PRIMARY KEY (division, number))"
)
NEW = ("division", "number", "order", "amount", "at", "content")
NOON = datetime(2026, 2, 28, 12, tzinfo=UTC)


def row(number: int, division: str = "330106", **other: object) -> dict[str, object]:
    plain = {"order": "甲", "amount": Decimal("5.25"), "at": NOON, "content": to_json({"a": [number, None]})}
    return {"division": division, "number": number, **plain, **other}


def columns(*rows: dict[str, object], names: tuple[str, ...] = NEW) -> dict[str, list[object]]:
    return columns_of(rows, names)


@pytest.fixture
async def tx(database_for: Callable[[str], Awaitable[Database]], as_admin: AsAdmin) -> AsyncIterator[Transaction]:
    database = await database_for("registry")
    await as_admin(database.url, CREATE)
    async with database.transaction() as opened:
        yield opened


async def numbers(tx: Transaction, column: str) -> dict[int, object]:
    """The column's value by the row's number."""
    rows = await tx.rows(select(things.c.number, things.c[column]).order_by(things.c.number))
    return {one.number: one[1] for one in rows}


async def test_insert_list__writes_every_row_as_its_column_takes_it(tx: Transaction) -> None:
    nothing = row(2, order=None, amount=None, at=None, content=None)
    assert await tx.execute(insert_list(things, NEW), columns(row(1), nothing)) == 2
    found = await tx.records(select(*(things.c[name] for name in NEW)).order_by(things.c.number))
    assert found == [row(1, content={"a": [1, None]}), nothing]


async def test_insert_list__of_no_rows_writes_none(tx: Transaction) -> None:
    assert await tx.execute(insert_list(things, NEW), columns()) == 0


async def test_insert_list__ends_with_its_tail(tx: Transaction) -> None:
    statement = insert_list(things, NEW, "ON CONFLICT DO NOTHING RETURNING number")
    assert [found.number for found in await tx.rows(statement, columns(row(1)))] == [1]
    assert [found.number for found in await tx.rows(statement, columns(row(1), row(2)))] == [2]


async def test_insert_row__means_the_same(tx: Transaction) -> None:
    statement = insert_row(things, NEW, "ON CONFLICT DO NOTHING RETURNING number")
    assert await tx.scalar(statement, row(1)) == 1
    assert await tx.scalar(statement, row(1)) is None
    await tx.execute(insert_list(things, NEW), columns(row(2)))
    first, second = await tx.records(select(things).order_by(things.c.number))
    assert first | {"number": 2, "content": {"a": [2, None]}} == second


async def test_update_list__gives_each_row_its_own_values(tx: Transaction) -> None:
    await tx.execute(insert_list(things, NEW), columns(row(1), row(2), row(3)))
    statement = update_list(things, ("division", "number"), ("order", "amount", "content"))
    changed = [
        row(1, order="乙", amount=None, content=to_json(["x"])),
        row(3, order=None, amount=Decimal("7.00"), content=None),
        row(4),
    ]
    names = ("division", "number", "order", "amount", "content")
    assert await tx.execute(statement, columns(*changed, names=names)) == 2
    assert await numbers(tx, "order") == {1: "乙", 2: "甲", 3: None}
    assert await numbers(tx, "amount") == {1: None, 2: Decimal("5.25"), 3: Decimal("7.00")}
    assert await numbers(tx, "content") == {1: ["x"], 2: {"a": [2, None]}, 3: None}
    assert await numbers(tx, "version") == {1: 1, 2: 1, 3: 1}


async def test_update_list__finds_a_row_by_all_of_its_keys(tx: Transaction) -> None:
    await tx.execute(insert_list(things, NEW), columns(row(1, "330106"), row(2, "330108")))
    statement = update_list(things, ("division", "number"), ("order",))
    changed = [row(1, "330108", order="乙"), row(2, "330106", order="乙")]
    assert await tx.execute(statement, columns(*changed, names=("division", "number", "order"))) == 0


async def test_update_list__further_columns_conditions_and_tail(tx: Transaction) -> None:
    await tx.execute(insert_list(things, NEW), columns(row(1), row(2)))
    statement = update_list(
        things,
        ("number",),
        ("at",),
        also="version = t.version + 1, amount = CAST(:amount AS numeric)",
        where="t.number < CAST(:below AS bigint)",
        tail="RETURNING t.number, t.version",
    )
    later = NOON.replace(hour=13)
    found = await tx.rows(statement, {"number": [1, 2], "at": [later, later], "amount": Decimal(9), "below": 2})
    assert [tuple(one) for one in found] == [(1, 2)]
    assert await numbers(tx, "at") == {1: later, 2: NOON}
    assert await numbers(tx, "amount") == {1: Decimal(9), 2: Decimal("5.25")}


async def test_update_list__may_set_only_what_does_not_come_with_the_list(tx: Transaction) -> None:
    await tx.execute(insert_list(things, NEW), columns(row(1), row(2)))
    statement = update_list(things, ("number",), (), also="version = t.version + 1")
    assert await tx.execute(statement, {"number": [2, 3]}) == 1
    assert await numbers(tx, "version") == {1: 1, 2: 2}


async def test_lists__of_arrays_are_refused(tx: Transaction) -> None:
    """PostgreSQL's `unnest` takes an array of arrays apart down to its elements."""
    taken_apart = text("SELECT count(*) FROM unnest(CAST(:words AS text[][]))")
    assert await tx.scalar(taken_apart, {"words": [["a", "b"], ["c", "d"]]}) == 4
    with pytest.raises(TypeError, match=r"things\.words"):
        insert_list(things, ("number", "words"))
    with pytest.raises(TypeError, match=r"things\.words"):
        update_list(things, ("number",), ("words",))
    statement = insert_row(things, ("division", "number", "words"), "RETURNING words")
    assert await tx.scalar(statement, {"division": "33", "number": 1, "words": ["a", "b"]}) == ["a", "b"]
