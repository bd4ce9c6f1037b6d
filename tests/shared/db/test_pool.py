"""The pool of a service's database: how many connections it makes, and that it keeps them."""

import asyncio

from sqlalchemy import event, text

from shared.db.session import Database
from tests.conftest import SYSTEM, NewDatabase

SIZE, CALLERS, WAVES = 3, 8, 4


async def test_pool__keeps_what_it_made_however_many_callers_come_at_once(database_url: NewDatabase) -> None:
    database = Database(await database_url("registry"), pool_size=SIZE, access=SYSTEM)
    made: list[object] = []
    event.listen(database.engine.sync_engine, "connect", lambda connection, _: made.append(connection))

    async def call() -> None:
        async with database.transaction() as tx:
            await tx.scalar(text("SELECT pg_sleep(0.02)"))

    for _ in range(WAVES):
        await asyncio.gather(*(call() for _ in range(CALLERS)))
    assert len(made) == SIZE
    await database.close()
