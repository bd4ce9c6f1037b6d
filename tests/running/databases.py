"""Databases of the run: a template for each service, migrated once, and copies of it for whoever asks."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from uuid import uuid4

import asyncpg
from sqlalchemy import make_url

from shared.bus.transports.postgres_log import migrate_log
from shared.schema.migrate import create_databases, let_policies_use_indexes, migrate
from shared.schema.roles import ensure_roles
from shared.schema.security import OWNER, RUNTIME
from shared.urls import driver_url, engine_url, with_database, with_login
from shuangfu.embedded.postgres import EmbeddedPostgres
from shuangfu.embedded.postgres_directory import SUPERUSER
from tests.running.servers import Servers, once

RUNTIME_PASSWORD = "of-the-tests"
# A session is counted when it ends, at the latest, and is seen as long as it goes on.
NEVER_OPENED = (
    "SELECT sessions = 0 AND NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = $1) "
    "FROM pg_stat_database WHERE datname = $1"
)
NewDatabase = Callable[[str], Awaitable[str]]
WAITING = (
    "SELECT pid FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE datname = current_database() AND NOT granted"
)
"""Who waits for a lock in this database: the server has those of other tests too."""


class Templates:
    """What is made once a run, by the worker that needs it first."""

    def __init__(self, servers: Servers) -> None:
        self._servers = servers
        self._known: set[str] = set()
        self.untouched: dict[str, list[str]] = {}
        """Copies by template that were made for a test and never opened: as good as new."""

    async def ensure_roles(self) -> None:
        """The owner and the runtime role. Two that alter a role at once would fail, so no test does on this server."""
        await self.keep("roles", self._make_roles)

    async def ensure(self, service: str) -> str:
        """The name of a service's migrated database, to be copied."""
        await self.ensure_roles()
        name = f"template_{service}"
        await self.keep(name, lambda: self._migrate(service, name))
        return name

    async def copy(self, url: str, name: str) -> None:
        """Keep a database that nobody uses any more under a name, to be copied; what an attempt left is dropped."""
        admin = await asyncpg.connect(driver_url(self._servers.postgres().url()))
        try:
            await admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            await copy_database(admin, str(make_url(url).database), name)
        finally:
            await admin.close()

    async def keep(self, what: str, make: Callable[[], Awaitable[None]]) -> None:
        """Make something once a run; the other workers wait for it."""
        if what in self._known:
            return
        turn = once(self._servers, what)
        to_do = await asyncio.to_thread(turn.__enter__)
        try:
            if to_do:
                await make()
        except BaseException as error:
            turn.__exit__(type(error), error, error.__traceback__)
            raise
        turn.__exit__(None, None, None)
        self._known.add(what)

    async def _make_roles(self) -> None:
        server = self._servers.postgres()
        await ensure_roles(server.url(), runtime_password=RUNTIME_PASSWORD)
        admin = await asyncpg.connect(driver_url(server.url()))
        try:
            # Of the usual 4,096, each of the run's many connections would compute for more than a millisecond.
            await admin.execute("SET scram_iterations = 1")
            for role, password in ((RUNTIME, RUNTIME_PASSWORD), (SUPERUSER, server.password)):
                await admin.execute(f"ALTER ROLE {role} PASSWORD '{password}'")
        finally:
            await admin.close()

    async def _migrate(self, service: str, name: str) -> None:
        server = self._servers.postgres()
        await create_databases(server.url(), [name], owner=OWNER)
        url = server.url(name)
        if service == "bus":
            await migrate_log(url, owner=OWNER, runtime=RUNTIME)
        else:
            await let_policies_use_indexes(url)
            await migrate(service, url, role=OWNER)


async def copy_database(admin: asyncpg.Connection, template: str, name: str) -> None:
    """By its files: the fastest way for databases of this size.

    With its drop, it takes about 25 ms of a processor. To empty a used one and to prove it unaltered took no less.
    """
    await admin.execute(f'CREATE DATABASE "{name}" OWNER {OWNER} TEMPLATE "{template}" STRATEGY FILE_COPY')


@asynccontextmanager
async def fresh_databases(
    server: EmbeddedPostgres, templates: Templates, of: Callable[[str], str | None] = lambda _: None
) -> AsyncIterator[NewDatabase]:
    """`await make("registry")` makes a migrated database of a service; all of them are gone in the end.

    `of` names what is copied instead for a service (see `Templates.copy`), if anything.
    """
    admin = await asyncpg.connect(driver_url(server.url()))
    made: list[tuple[str, str]] = []

    async def make(service: str) -> str:
        template = of(service) or await templates.ensure(service)
        ready = templates.untouched.setdefault(template, [])
        if ready:
            name = ready.pop()
        else:
            name = f"{service}_{uuid4().hex[:12]}"
            await copy_database(admin, template, name)
        made.append((template, name))
        return engine_url(with_login(with_database(server.url(), name), RUNTIME, RUNTIME_PASSWORD))

    try:
        yield make
    finally:
        for template, name in made:
            if await admin.fetchval(NEVER_OPENED, name):
                templates.untouched[template].append(name)
            else:
                with suppress(asyncpg.PostgresError):
                    await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        await admin.close()


class AsAdmin:
    """What the runtime role may not do, in the database that a URL names. Tables made so are the runtime's to use."""

    def __init__(self, server: EmbeddedPostgres) -> None:
        self._server = server

    async def __call__(self, url: str, *statements: str) -> None:
        """Run each statement in turn."""
        async with self.connected(url) as connection:
            await connection.execute(f"ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO {RUNTIME}")
            for statement in statements:
                await connection.execute(statement)

    async def rows(self, url: str, statement: str, *parameters: object) -> list[asyncpg.Record]:
        """What a superuser sees."""
        async with self.connected(url) as connection:
            found: list[asyncpg.Record] = await connection.fetch(statement, *parameters)
            return found

    @asynccontextmanager
    async def connected(self, url: str) -> AsyncIterator[asyncpg.Connection]:
        """A connection of the administrator to it."""
        name = make_url(url).database
        assert name is not None
        connection = await asyncpg.connect(driver_url(with_database(self._server.url(), name)))
        try:
            yield connection
        finally:
            await connection.close()


def hold_chains(division: str) -> str:
    """SQL that holds every chain of audit of a division, begun or not: whoever writes to it waits for the rollback."""
    return (
        "WITH begun AS (INSERT INTO audit_heads SELECT chain, 0, ''::bytea "
        f"FROM unnest(audit_chains('{division}')) AS chain ON CONFLICT DO NOTHING) "
        f"SELECT FROM audit_heads WHERE division = ANY(audit_chains('{division}')) FOR UPDATE"
    )
