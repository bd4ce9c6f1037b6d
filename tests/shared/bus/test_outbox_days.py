"""The outbox's daily partitions: created ahead, dropped whole, and writing goes on where they were not created."""

from collections.abc import Awaitable, Callable
from uuid import uuid4

import asyncpg
import pytest

from shared.urls import driver_url
from tests.conftest import AsAdmin

EMIT = (
    "INSERT INTO outbox (created_on, id, topic, key, type, subject, sequence, occurred_at, data, published_at) "
    "VALUES ($1::text::date, $2, 't', 'k', 'type', $3, 1, now(), '{}', CASE WHEN $4 THEN now() END)"
)


@pytest.fixture
async def registry(database_url: Callable[[str], Awaitable[str]]) -> str:
    """A migrated database of a service."""
    return await database_url("registry")


@pytest.fixture
async def relay_side(registry: str):  # type: ignore[no-untyped-def]
    """A connection as the relay has it: the runtime role, with the system's scope."""
    connection = await asyncpg.connect(driver_url(registry), server_settings={"shuangfu.scope": "%"})
    yield connection
    await connection.close()


async def where(connection: asyncpg.Connection, subject: str) -> str | None:
    """The partition that holds an event."""
    found: str | None = await connection.fetchval(
        "SELECT tableoid::regclass::text FROM outbox WHERE subject = $1", subject
    )
    return found


async def test_outbox__goes_on_where_rows_came_before_their_partition(relay_side: asyncpg.Connection) -> None:
    """No worker ran for longer than the partitions reach; the API went on writing."""
    early = str(uuid4())
    await relay_side.execute(EMIT, "2031-01-02", uuid4(), early, False)
    await relay_side.execute("SELECT outbox_prepare('2031-01-01', 3)")
    assert await where(relay_side, early) == "outbox_default"
    for day in ("2031-01-01", "2031-01-02", "2031-01-03"):
        await relay_side.execute(EMIT, day, uuid4(), f"{day} {early}", False)
    found = [await where(relay_side, f"{day} {early}") for day in ("2031-01-01", "2031-01-02", "2031-01-03")]
    assert found == ["outbox_20310101", "outbox_default", "outbox_20310103"]
    await relay_side.execute("SELECT outbox_prepare('2031-01-01', 3)")


async def test_outbox__days_leave_when_all_of_their_events_are_published(
    relay_side: asyncpg.Connection, registry: str, as_admin: AsAdmin
) -> None:
    for day in ("2001-01-01", "2001-01-02"):
        await relay_side.execute("SELECT outbox_prepare($1::text::date, 1)", day)
    rows = [
        ("2001-01-01", "gone", True),
        ("2001-01-02", "kept with the other", True),
        ("2001-01-02", "waits", False),
        ("2001-01-05", "gone from the default partition", True),
        ("2001-01-05", "waits in the default partition", False),
        ("2001-01-08", "younger", True),
    ]
    for day, subject, published in rows:
        await relay_side.execute(EMIT, day, uuid4(), subject, published)
    assert await relay_side.fetchval("SELECT outbox_drop_before('2001-01-07')") == 1
    left = {row["subject"] for row in await as_admin.rows(registry, "SELECT subject FROM outbox")}
    assert left == {"kept with the other", "waits", "waits in the default partition", "younger"}
    assert await relay_side.fetchval("SELECT to_regclass('outbox_20010101') IS NULL")
