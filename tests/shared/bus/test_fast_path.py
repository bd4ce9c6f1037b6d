"""The shortcuts of the outbox's fast path write what `emit` writes of a list."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import text

from shared.bus.context import Cause, current_cause
from shared.bus.sending.fast_path import insert_and_emit, with_event
from shared.bus.sending.outbox import NewEvent, emit
from shared.contracts.registry import OrganizationDeregistered
from shared.db.base import new_id, utc_now
from shared.db.session import Database, Record, Transaction
from tests.conftest import AsAdmin

CAUSE = Cause("correlation", "causation", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
EVENTS = text(
    "SELECT topic, key, type, subject, sequence, occurred_at, division, correlation_id, causation_id, traceparent, "
    "CAST(data AS text) AS data FROM outbox ORDER BY seq"
)
INSERT = with_event(text("INSERT INTO things (name) VALUES (:name) ON CONFLICT DO NOTHING RETURNING name"))


@pytest.fixture
async def database(database_for: Callable[[str], Awaitable[Database]], as_admin: AsAdmin) -> Database:
    found = await database_for("registry")
    await as_admin(found.url, "CREATE TABLE things (name text PRIMARY KEY)")
    return found


def event(**changes: Any) -> NewEvent:
    subject = new_id()
    data = OrganizationDeregistered(id=subject, uscc="X", division="330106", as_of=utc_now())
    return NewEvent(subject, 3, data, "330106", utc_now(), **changes)


async def of_a_list(tx: Transaction, one: NewEvent) -> None:
    await emit(tx, [one, event()])


async def alone(tx: Transaction, one: NewEvent) -> None:
    await emit(tx, [one])


async def with_its_row(tx: Transaction, one: NewEvent) -> None:
    [row] = await insert_and_emit(tx, INSERT, {"name": "new"}, one)
    assert row.name == "new"


async def written(database: Database, write: Callable[[Transaction, NewEvent], Awaitable[None]], one: NewEvent) -> Any:
    """The event's row, and who is woken; nothing stays."""
    rows: list[Record] = []
    with suppress(ZeroDivisionError):
        async with database.transaction() as tx:
            await write(tx, one)
            rows, woken = await tx.records(EVENTS), set(tx.channels)
            raise ZeroDivisionError
    return rows[0], woken


async def test_fast_path__writes_what_a_list_writes(database: Database) -> None:
    token = current_cause.set(CAUSE)
    try:
        for one in (event(), event(key=new_id(), topic="another", cause=Cause("its own", "and", "all"))):
            row, woken = await written(database, of_a_list, one)
            assert (row["subject"], woken) == (str(one.subject), {"outbox"})
            assert await written(database, alone, one) == (row, woken)
            assert await written(database, with_its_row, one) == (row, woken)
    finally:
        current_cause.reset(token)


async def test_insert_and_emit__without_a_row_there_is_no_event(database: Database, as_admin: AsAdmin) -> None:
    await as_admin(database.url, "INSERT INTO things VALUES ('there')")
    async with database.transaction() as tx:
        assert await insert_and_emit(tx, INSERT, {"name": "there"}, event()) == []
        assert tx.channels == set()
        assert await tx.rows(EVENTS) == []
