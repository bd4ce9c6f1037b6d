"""Databases that a run keeps to be copied."""

from uuid import uuid4

import asyncpg

from shared.urls import driver_url, with_database
from shuangfu.embedded.postgres import EmbeddedPostgres
from tests.conftest import NewDatabase
from tests.running.databases import AsAdmin, Templates


async def test_copy__takes_the_place_of_what_a_failed_attempt_left(
    database_url: NewDatabase, templates: Templates, as_admin: AsAdmin, postgres_server: EmbeddedPostgres
) -> None:
    name = f"kept_{uuid4().hex[:12]}"
    left, made = await database_url("registry"), await database_url("registry")
    await as_admin(made, "CREATE TABLE made ()")
    await templates.copy(left, name)
    await templates.copy(made, name)
    kept = with_database(postgres_server.url(), name)
    assert len(await as_admin.rows(kept, "SELECT FROM pg_tables WHERE tablename = 'made'")) == 1
    admin = await asyncpg.connect(driver_url(postgres_server.url()))
    await admin.execute(f'DROP DATABASE "{name}"')
    await admin.close()
