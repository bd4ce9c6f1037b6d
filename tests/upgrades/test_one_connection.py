"""A new database is migrated on one connection: with one for each step, the first start takes twice as long."""

import asyncio

from shared.schema.migrate import migrate, revisions
from shared.schema.security import OWNER
from shared.urls import with_database
from shuangfu.embedded.postgres import EmbeddedPostgres
from tests.operations.backup.deployments import fetch

SESSIONS = "SELECT sessions FROM pg_stat_database WHERE datname = $1"


async def test_migrate__takes_all_steps_on_one_connection(
    databases: dict[str, str], postgres_server: EmbeddedPostgres
) -> None:
    url = databases["evaluation"]
    name = url.rpartition("/")[2].partition("?")[0]

    async def opened() -> int:
        await asyncio.sleep(0.2)  # a session is counted when it ends, at the latest
        found: int = (await fetch(with_database(postgres_server.url(), "postgres"), SESSIONS, name))[0][0]
        return found

    before = await opened()
    assert await migrate("evaluation", url, role=OWNER) == revisions("evaluation")
    # Another asks for the revision that there is.
    assert await opened() - before <= 3 < len(revisions("evaluation"))
