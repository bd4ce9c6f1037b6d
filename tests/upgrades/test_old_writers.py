"""The version before runs on while the schema goes ahead of it: what it ran, it can run at every later revision."""

import asyncio
from contextlib import suppress
from typing import Any

import asyncpg
import pytest

from shared.schema import migrate as migrations
from shared.schema.migrate import LocksNotFree, migrate
from shared.schema.security import OWNER, RUNTIME
from shared.urls import driver_url, with_login
from shuangfu.services import SERVICES
from tests.conftest import RUNTIME_PASSWORD
from tests.operations.backup.deployments import execute, fetch
from tests.upgrades.frozen import thaw
from tests.upgrades.released import VERSIONS, statements_of
from tests.upgrades.test_migrations_are_safe import revisions

AS_THE_SYSTEM = "SELECT set_config('shuangfu.scope', '%', true)"


class OldVersion:
    """Runs what a released version ran, again and again, as the role that it logs in as."""

    def __init__(self, url: str, statements: list[dict[str, Any]]) -> None:
        self._url = driver_url(with_login(url, RUNTIME, RUNTIME_PASSWORD))
        self._statements = [(one["sql"], [thaw(arg) for arg in one["args"]]) for one in statements]
        self.rounds = 0

    async def run_once(self) -> None:
        """Everything in one transaction, which is taken back: the next round finds nothing of it."""
        connection = await asyncpg.connect(self._url)
        try:
            await self._round(connection)
        finally:
            await connection.close()

    async def run(self) -> None:
        """For ever, on one connection: its prepared statements outlive the migrations."""
        connection = await asyncpg.connect(self._url)
        try:
            while True:
                await self._round(connection)
        finally:
            await connection.close()

    async def _round(self, connection: asyncpg.Connection) -> None:
        with suppress(_TakenBack):
            async with connection.transaction():
                await connection.execute(AS_THE_SYSTEM)
                for sql, args in self._statements:
                    await connection.fetch(sql, *args)
                await connection.execute("SET CONSTRAINTS ALL IMMEDIATE")  # as its commit would
                raise _TakenBack
        self.rounds += 1


class _TakenBack(Exception):  # noqa: N818
    pass


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("service", SERVICES)
async def test_old_statements__run_at_every_later_revision_and_while_it_is_migrated(
    service: str, version: str, databases: dict[str, str]
) -> None:
    url, statements = databases[service], statements_of(version, service)
    written = {one["sql"].split()[2] for one in statements if one["sql"].startswith("INSERT")}
    assert len(written) > 5
    known = revisions(service)
    start = known.index(f"{service}_{VERSIONS[version][service]}")
    await migrate(service, url, known[start], role=OWNER)
    old = OldVersion(url, statements)
    await old.run_once()
    load = asyncio.create_task(old.run())
    try:
        for revision in known[start + 1 :]:
            before = old.rounds
            await migrate(service, url, revision, role=OWNER)
            async with asyncio.timeout(120):
                while old.rounds < before + 2 and not load.done():  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
            assert not load.done(), load.exception()
            await old.run_once()
    finally:
        load.cancel()
        await asyncio.gather(load, return_exceptions=True)
    assert (await fetch(url, "SELECT version_num FROM alembic_version"))[0][0] == known[-1]


async def test_old_statements__notice_what_would_break_them(databases: dict[str, str]) -> None:
    url = databases["registry"]
    await migrate("registry", url, "registry_0003", role=OWNER)
    old = OldVersion(url, statements_of("0.1.0", "registry"))
    await old.run_once()
    for change, undo in (
        ("ALTER TABLE organizations ADD COLUMN more text NOT NULL", "ALTER TABLE organizations DROP COLUMN more"),
        ("ALTER TABLE imports RENAME COLUMN scope TO reach", "ALTER TABLE imports RENAME COLUMN reach TO scope"),
        ("REVOKE INSERT ON coverages FROM shuangfu_runtime", "GRANT INSERT ON coverages TO shuangfu_runtime"),
    ):
        await execute(url, change)
        with pytest.raises(asyncpg.PostgresError):
            await old.run_once()
        await execute(url, undo)
        await old.run_once()


async def test_migration__steps_back_from_a_long_transaction_instead_of_blocking_everybody(
    databases: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "LOCK_SECONDS", 1)
    monkeypatch.setattr(migrations, "LOCK_ATTEMPTS", 2)
    url = databases["registry"]
    await migrate("registry", url, "registry_0001", role=OWNER)
    reader, writer = [await asyncpg.connect(driver_url(url)) for _ in range(2)]
    try:
        await reader.execute("BEGIN")
        await reader.fetch("SELECT FROM coverages")  # which the second migration alters
        slowest = 0.0
        loop = asyncio.get_running_loop()
        migrating = asyncio.create_task(migrate("registry", url, role=OWNER))
        while not migrating.done():
            began = loop.time()
            await writer.fetch("SELECT FROM coverages", timeout=8)
            slowest = max(slowest, loop.time() - began)
            await asyncio.sleep(0.02)
        with pytest.raises(LocksNotFree, match="migration registry_0002 did not get its locks in 2 attempts of 1 s"):
            await migrating
        assert slowest < 6, "it would have been for as long as the reader reads"
        assert await writer.fetchval("SELECT version_num FROM alembic_version") == "registry_0001"
        assert await writer.fetchval("SELECT to_regclass('audit_log') IS NULL"), "nothing of it was done"
        again = asyncio.create_task(migrate("registry", url, role=OWNER))
        await asyncio.sleep(0.3)
        await reader.execute("COMMIT")
        await again
        assert await writer.fetchval("SELECT version_num FROM alembic_version") == revisions("registry")[-1]
    finally:
        await reader.close()
        await writer.close()


async def test_migration__two_at_once_and_one_that_is_done_before(databases: dict[str, str]) -> None:
    url = databases["funding"]
    await asyncio.gather(*(migrate("funding", url, role=OWNER) for _ in range(3)))
    assert (await fetch(url, "SELECT version_num FROM alembic_version"))[0][0] == revisions("funding")[-1]
    await migrate("funding", url, "funding_0001", role=OWNER)  # forward only: nothing happens
    assert (await fetch(url, "SELECT version_num FROM alembic_version"))[0][0] == revisions("funding")[-1]
