"""A division's writers do not wait for each other's commits: it has a chain for each of up to eight (T57)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from services.registry.app import create_app
from shared.audit.rows import verify_rows
from shared.audit.trail import export_rows, verify_chain
from shared.db.session import Database, Transaction
from shared.settings import ServiceSettings
from tests.conftest import SYSTEM, AsAdmin, Hands
from tests.registry.conftest import registration
from tests.registry.helpers import code
from tests.running.databases import WAITING

XIHU, GONGSHU = "330106", "330105"
MOST = 8


@pytest.fixture
async def app(settings_for: Callable[[str], Awaitable[ServiceSettings]]) -> AsyncIterator[FastAPI]:
    settings = (await settings_for("registry")).model_copy(update={"pool_size": MOST + 3, "lock_seconds": 5})
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
def database(app: FastAPI) -> Database:
    found: Database = app.state.database
    return found


async def write(tx: Transaction, number: int, *divisions: str) -> None:
    """Record that codes are wrong: an audited row for each division, in one statement."""
    await tx.execute(
        text(
            "INSERT INTO code_exceptions SELECT :code || '-' || d, d, 'x', 'x', 'x', now() "
            "FROM unnest(CAST(:d AS text[])) AS d"
        ),
        {"code": code(number), "d": list(divisions)},
    )


async def chains(database: Database, column: str = "number") -> dict[str, Any]:
    async with database.transaction(SYSTEM) as tx:
        found = await tx.rows(text(f"SELECT division, {column} AS value FROM audit_heads ORDER BY division"))
    return {row.division: row.value for row in found}


async def assert_holds(database: Database, rows: int) -> None:
    async with database.transaction(SYSTEM) as tx:
        assert await verify_chain(tx) == []
        assert await verify_rows(tx, ["code_exceptions", "organizations"]) == []
        assert await tx.scalar(text("SELECT count(*) FROM audit_log")) == rows


async def test_t57_writers_of_one_division_do_not_wait_for_each_other(database: Database) -> None:
    async with AsyncExitStack() as stack:
        for number in range(1, MOST + 1):
            tx = await stack.enter_async_context(database.transaction(SYSTEM))
            async with asyncio.timeout(2):  # far below the lock's five seconds; every other transaction is still open
                await write(tx, number, XIHU)
            await write(tx, number + 100, XIHU)
    assert await chains(database) == {XIHU: 2, **{f"{XIHU}~{lane}": 2 for lane in range(1, MOST)}}
    await assert_holds(database, 2 * MOST)


async def test_t57_one_after_the_other__there_is_one_chain(database: Database) -> None:
    for number in range(1, 6):
        async with database.transaction(SYSTEM) as tx:
            await write(tx, number, GONGSHU, XIHU)
    assert await chains(database) == {GONGSHU: 5, XIHU: 5}


async def test_t57_all_chains_taken__the_next_writer_waits_for_one(database: Database, as_admin: AsAdmin) -> None:
    async def late() -> None:
        async with database.transaction(SYSTEM) as tx:
            await write(tx, 90, XIHU)

    async with AsyncExitStack() as stack:
        for number in range(1, MOST + 1):
            await write(await stack.enter_async_context(database.transaction(SYSTEM)), number, XIHU)
        waiting = asyncio.create_task(late())
        async with asyncio.timeout(5):
            while not (await as_admin.rows(database.url, WAITING)):  # noqa: ASYNC110 - it lies in the database
                await asyncio.sleep(0.01)
        assert not waiting.done()
    await waiting
    assert sum((await chains(database)).values()) == MOST + 1
    await assert_holds(database, MOST + 1)


async def test_t57_a_chain_is_given_back__by_a_rollback_too(database: Database) -> None:
    async with database.transaction(SYSTEM) as tx:
        await write(tx, 1, XIHU)
        with suppress(ZeroDivisionError):
            async with database.transaction(SYSTEM) as other:
                await write(other, 2, XIHU)
                raise ZeroDivisionError
    async with database.transaction(SYSTEM) as tx:
        await write(tx, 3, XIHU)
    assert await chains(database) == {XIHU: 2}
    await assert_holds(database, 2)


async def test_t57_two_changes_of_one_row__in_two_chains_keep_their_order(
    database: Database, app: FastAPI, hands: Hands
) -> None:
    """The second change takes a chain that comes first by name, and was let go meanwhile."""
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://registry", auth=hands) as client:
        path = f"/v1/civil-affairs/registrations/{code(1)}"
        assert (await client.put(path, json=registration(division=XIHU))).status_code == 201
    change = text("UPDATE organizations SET name = :name")
    async with AsyncExitStack() as stack:
        await write(await stack.enter_async_context(database.transaction(SYSTEM)), 1, XIHU)
        async with database.transaction(SYSTEM) as tx:
            await tx.execute(change, {"name": "一"})
            await stack.aclose()
            await tx.execute(change, {"name": "二"})
    assert await chains(database) == {XIHU: 3, f"{XIHU}~1": 1}
    await assert_holds(database, 4)


async def test_t57_many_at_once__every_change_is_in_a_chain_that_holds(database: Database) -> None:
    async def work(worker: int) -> None:
        for number in range(10):
            async with database.transaction(SYSTEM) as tx:
                await write(tx, 100 + worker * 10 + number, *((GONGSHU, XIHU) if number % 2 else (XIHU,)))

    async with asyncio.TaskGroup() as group:
        for worker in range(MOST + 2):
            group.create_task(work(worker))
    found = await chains(database)
    assert sum(found.values()) == (MOST + 2) * 15
    assert {chain.partition("~")[0] for chain in found} == {GONGSHU, XIHU}
    await assert_holds(database, (MOST + 2) * 15)


async def test_t57_export__names_division_and_chain(database: Database) -> None:
    async with database.transaction(SYSTEM) as tx:
        await write(tx, 1, XIHU)
        async with database.transaction(SYSTEM) as other:
            await write(other, 2, XIHU)
    database.access = SYSTEM
    lines = [orjson.loads(line) async for line in export_rows(database, division=XIHU, since=None, until=None)]
    assert [(one["division"], one["chain"], one["number"]) for one in lines] == [
        (XIHU, XIHU, 1),
        (XIHU, f"{XIHU}~1", 1),
    ]


@pytest.mark.parametrize(
    ("tampering", "kind", "number"),
    [
        ("UPDATE audit_log SET actor = 'x' WHERE division = '330106~1' AND number = 1", "edited", 1),
        ("DELETE FROM audit_log WHERE division = '330106~1' AND number = 1", "deleted", 1),
        ("DELETE FROM audit_log WHERE division = '330106~1' AND number = 2", "truncated", 2),
        (
            "UPDATE audit_log SET division = '330106', number = 3 WHERE division = '330106~1' AND number = 2",
            "edited",
            3,
        ),
    ],
    ids=["edited", "deleted", "truncated", "put into another chain"],
)
async def test_t57_tampering_with_a_further_chain_is_found(
    database: Database, as_admin: AsAdmin, tampering: str, kind: str, number: int
) -> None:
    async with database.transaction(SYSTEM) as tx:
        await write(tx, 1, XIHU)
        async with database.transaction(SYSTEM) as other:
            await write(other, 2, XIHU)
            await write(other, 3, XIHU)
        await write(tx, 4, XIHU)
    await as_admin(database.url, "SET session_replication_role = replica; " + tampering)
    async with database.transaction(SYSTEM) as tx:
        found = await verify_chain(tx)
    assert (kind, number) in {(one.kind, one.number) for one in found}


async def test_t57_single_registrations_take_a_free_chain_as_lists_do(
    database: Database, app: FastAPI, hands: Hands
) -> None:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://registry", auth=hands) as client:
        for number in (1, 2):
            async with database.transaction(SYSTEM) as tx:
                await write(tx, 100 + number, XIHU)
                path = f"/v1/civil-affairs/registrations/{code(number)}"
                # Of one name and address the second would be a possible duplicate, which is audited as well.
                body = registration(division=XIHU, name=f"示例公益服务中心{number}")
                assert (await client.put(path, json=body)).status_code == 201
    assert await chains(database) == {XIHU: 2, f"{XIHU}~1": 2}
    await assert_holds(database, 4)
