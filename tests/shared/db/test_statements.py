"""One executor for all SQL: what Core and text statements become, and that PostgreSQL takes both alike."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    MetaData,
    Numeric,
    Table,
    Text,
    Uuid,
    bindparam,
    func,
    insert,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.dialects.postgresql import insert as upsert

from shared.db.base import to_json
from shared.db.session import Database, Transaction
from shared.db.statements import bind, prepare, prepare_text, rows_touched
from tests.conftest import AsAdmin

METADATA = MetaData()
things = Table(
    "things",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("number", BigInteger),
    Column("amount", Numeric(7, 2)),
    Column("good", Boolean),
    Column("day", Date),
    Column("at", DateTime(timezone=True)),
    Column("words", ARRAY(Text)),
    Column("content", JSONB),
)
CREATE = (
    "CREATE TABLE things (id uuid PRIMARY KEY, name text NOT NULL, number bigint, amount numeric(7, 2), good boolean, "
    "day date, at timestamptz, words text[], content jsonb)"
)
ID, OTHER = UUID("01a223a5-c205-7544-bf97-eac4898f27c1"), UUID("01a223a5-c205-7544-bf97-eac4898f27c2")
ROW = {
    "id": ID,
    "name": "示例 %s 100 % :name $1",
    "number": 2**40,
    "amount": Decimal("5.25"),
    "good": False,
    "day": date(2026, 2, 28),
    "at": datetime(2026, 2, 28, 12, 30, tzinfo=UTC),
    "words": ["甲", "b"],
    "content": {"a": [1, None], "示例": {"id": "x"}},
}
NAMED = bindparam("names", type_=ARRAY(Text))


@pytest.fixture
async def database(database_for: Callable[[str], Awaitable[Database]], as_admin: AsAdmin) -> Database:
    made = await database_for("registry")
    await as_admin(made.url, CREATE)
    return made


@pytest.fixture
async def tx(database: Database) -> AsyncIterator[Transaction]:
    async with database.transaction() as opened:
        yield opened


def test_text__names_become_numbers_in_the_order_of_their_first_place() -> None:
    prepared = prepare_text("SELECT :b, CAST(:a AS text[]), :b + 1, x::date, t[1:2], '12:30'")
    assert prepared.sql == "SELECT $1, CAST($2 AS text[]), $1 + 1, x::date, t[1:2], '12:30'"
    assert prepared.names == ("b", "a")
    assert prepared.arguments({"a": ["x"], "b": 1, "unused": 0}) == [1, ["x"]]


def test_text__an_escaped_colon_is_a_colon() -> None:
    assert bind(text(r"SELECT '\:a', :b"), {"b": 1}) == ("SELECT ':a', $1", [1])


@pytest.mark.parametrize("parameters", [None, {}, {"b": 1}])
@pytest.mark.parametrize("statement", [text("SELECT :a, :b"), select(bindparam("a", type_=Text), literal(1))])
def test_bind__names_a_parameter_that_is_missing(statement: object, parameters: dict[str, object] | None) -> None:
    with pytest.raises(KeyError, match="a"):
        bind(statement, parameters)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "parameter",
    [
        bindparam("a", 5),
        bindparam("a", None),
        bindparam("a", type_=JSONB),
        bindparam("a", expanding=True),
    ],
)
def test_text__refuses_bindparams_that_it_would_drop(parameter: object) -> None:
    with pytest.raises(ValueError, match="bindparams"):
        bind(text("SELECT :a").bindparams(parameter), {"a": 1})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "statement",
    [
        select(things.c.id).where(things.c.name.in_(["a", "b"])),
        select(things.c.id).where(things.c.name.in_(bindparam("names", expanding=True))),
        select(things.c.id).limit(bindparam("n", 5, Integer, literal_execute=True)),
    ],
)
def test_core__refuses_what_is_written_only_when_it_runs(statement: object) -> None:
    for _ in range(2):
        with pytest.raises(ValueError, match="ANY"):
            bind(statement, {"names": ["a"]})  # type: ignore[arg-type]


def test_core__refuses_a_default_in_python() -> None:
    table = Table("with_default", MetaData(), Column("id", Integer), Column("name", Text, default=lambda: "x"))
    with pytest.raises(ValueError, match="name"):
        bind(insert(table).values(id=1), None)


def test_core__values_stand_in_the_statement_or_come_with_the_call() -> None:
    statement = update(things).where(things.c.name == NAMED.any_()).values(number=7, good=None)
    sql, arguments = bind(statement, {"names": ["a"]})
    assert sql == "UPDATE things SET number=$1::BIGINT, good=$2::BOOLEAN WHERE things.name = ANY ($3::TEXT[])"
    assert arguments == [7, None, ["a"]]


def test_core__statements_of_one_form_keep_their_own_values() -> None:
    def of(name: str, limit: int) -> object:
        return bind(select(things.c.id).where(things.c.name == name).limit(limit), None)

    first, second = of("a", 1), of("b", 2)
    assert first[0] is second[0]  # type: ignore[index]
    assert (first[1], second[1]) == (["a", 1], ["b", 2])  # type: ignore[index]


def test_core__a_parameter_with_a_value_and_one_without_are_told_apart() -> None:
    assert bind(select(bindparam("one", 5, Integer)), None)[1] == [5]
    with pytest.raises(KeyError, match="one"):
        bind(select(bindparam("one", type_=Integer)), None)
    assert bind(select(bindparam("one", None, Integer)), None)[1] == [None]
    assert bind(select(bindparam("one", 5, Integer)), {"one": 6})[1] == [6]
    assert bind(select(bindparam("one", type_=Integer)).params(one=7), None)[1] == [7]
    assert bind(select(bindparam("one", callable_=lambda: 8, type_=Integer)), None)[1] == [8]


def test_prepare__is_for_statements_without_values() -> None:
    prepared = prepare(select(things.c.id).where(things.c.name == NAMED.any_()))
    assert bind(prepared, {"names": ["a"]}) == (prepared.sql, [["a"]])
    with pytest.raises(KeyError, match="names"):
        bind(prepared, None)
    with pytest.raises(ValueError, match="name_1"):
        prepare(select(things.c.id).where(things.c.name == "a"))
    with pytest.raises(ValueError, match="param_1"):
        prepare(select(things.c.id).limit(5))


@pytest.mark.parametrize(
    ("status", "count"), [("UPDATE 5", 5), ("INSERT 0 12", 12), ("SELECT 0", 0), ("CREATE TABLE", 0), ("", 0)]
)
def test_rows_touched(status: str, count: int) -> None:
    assert rows_touched(status) == count


async def test_both__write_and_read_the_same(tx: Transaction) -> None:
    assert await tx.execute(insert(things).values(ROW)) == 1
    names = ", ".join(ROW)
    values = ", ".join("CAST(:content AS jsonb)" if name == "content" else f":{name}" for name in ROW)
    row = {**ROW, "id": OTHER, "content": to_json(ROW["content"])}
    assert await tx.execute(text(f"INSERT INTO things ({names}) VALUES ({values})"), row) == 1
    by_core = await tx.records(select(things).order_by(things.c.id))
    assert by_core == await tx.records(text("SELECT * FROM things ORDER BY id"))
    assert by_core == [ROW, {**ROW, "id": OTHER}]
    for name, value in ROW.items():
        assert await tx.record(select(things.c.id).where(things.c[name] == value).order_by(things.c.id)) == {"id": ID}


async def test_core__json_is_written_as_json(tx: Transaction) -> None:
    content = {"id": ID, "amount": Decimal("1.50"), "day": date(2026, 1, 2)}
    await tx.execute(insert(things).values(id=ID, name="a", content=content))
    assert await tx.scalar(select(things.c.content)) == {"id": str(ID), "amount": "1.50", "day": "2026-01-02"}
    statement = upsert(things).values(id=ID, name="b", content=["x"])
    replaced = {"content": statement.excluded.content}
    assert await tx.execute(statement.on_conflict_do_update(index_elements=["id"], set_=replaced)) == 1
    assert await tx.record(select(things.c.name, things.c.content)) == {"name": "a", "content": ["x"]}
    await tx.execute(update(things).values(content=bindparam("content", type_=JSONB)), {"content": "text"})
    assert await tx.scalar(select(things.c.content)) == "text"
    await tx.execute(update(things).values(content=None))
    assert await tx.scalar(text("SELECT content = 'null' FROM things"))


async def test_rows__columns_are_attributes(tx: Transaction) -> None:
    await tx.execute(insert(things).values(id=ID, name="a"))
    row = await tx.row(select(things.c.name, func.count(), things.c.number.label("n")).group_by(things.c.id))
    assert (row.name, row.count_1, row["n"]) == ("a", 1, None)
    assert tuple(row) == ("a", 1, None)
    with pytest.raises(AttributeError, match="number"):
        _ = row.number


async def test_rows__of_nothing(tx: Transaction) -> None:
    assert await tx.rows(select(things)) == []
    assert await tx.row(select(things)) is None
    assert await tx.record(select(things)) is None
    assert await tx.scalar(select(things.c.id)) is None
    assert await tx.execute(update(things).values(number=1)) == 0


async def test_errors__are_the_drivers_own(tx: Transaction) -> None:
    await tx.execute(insert(things).values(id=ID, name="a"))
    for statement in (
        insert(things).values(id=ID, name="b"),
        text(f"INSERT INTO things (id, name) VALUES ('{ID}', 'b')"),
    ):
        with pytest.raises(asyncpg.UniqueViolationError):
            async with tx.savepoint():
                await tx.execute(statement)
