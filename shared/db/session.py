"""The one commit: a transaction is opened for a request or a batch, and committed before the answer is sent."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import asyncpg
import orjson
from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from shared.db.access import NOBODY, SYSTEM_PATTERNS, Access
from shared.db.base import to_json
from shared.db.scope import PLAN_LISTS, SET_SCOPE, SET_SCOPE_AND_UNITS, begin
from shared.db.statements import Row, Statement, bind, rows_touched
from shared.db.wake import Notifier
from shared.settings import ServiceSettings
from shared.urls import engine_url

Record = dict[str, Any]
Parameters = Mapping[str, Any] | None


class Transaction:
    """One unit of work. Actions read and write through it; none of them commits."""

    __slots__ = ("_sees_all", "access", "channels", "driver")

    def __init__(self, driver: asyncpg.Connection, access: Access) -> None:
        self.driver = driver
        self.access = access
        self.channels: set[str] = set()
        """NOTIFY channels whose listeners are woken after the commit."""
        self._sees_all = False

    async def execute(self, statement: Statement, parameters: Parameters = None) -> int:
        """Run a statement and return how many rows it touched.

        This and the methods below raise what `bind` and the driver raise (asyncpg.PostgresError, InterfaceError).
        """
        sql, arguments = bind(statement, parameters)
        return rows_touched(await self.driver.execute(sql, *arguments))

    async def rows(self, statement: Statement, parameters: Parameters = None) -> Sequence[Any]:
        """Every row of a query; columns are attributes."""
        sql, arguments = bind(statement, parameters)
        found: list[Any] = await self.driver.fetch(sql, *arguments, record_class=Row)
        return found

    async def row(self, statement: Statement, parameters: Parameters = None) -> Any:
        """The first row of a query, or None."""
        rows = await self.rows(statement, parameters)
        return rows[0] if rows else None

    async def records(self, statement: Statement, parameters: Parameters = None) -> list[Record]:
        """Every row of a query, as a mapping by column."""
        return [dict(row) for row in await self.rows(statement, parameters)]

    async def record(self, statement: Statement, parameters: Parameters = None) -> Record | None:
        """The first row of a query as a mapping, or None."""
        records = await self.records(statement, parameters)
        return records[0] if records else None

    async def scalar(self, statement: Statement, parameters: Parameters = None) -> Any:
        """The first column of the first row, or None."""
        row = await self.row(statement, parameters)
        return None if row is None else row[0]

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """A part that can be rolled back alone: an exception inside undoes only the part, and is raised again."""
        await self.driver.execute("SAVEPOINT part")
        try:
            yield
        except BaseException:
            await self.driver.execute("ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part")
            raise
        await self.driver.execute("RELEASE SAVEPOINT part")

    @asynccontextmanager
    async def system_scope(self) -> AsyncIterator[None]:
        """A part that sees every division and unit, to follow references beyond the caller's.

        Whether the caller may do this is decided before; the audit still names the caller. One within another leaves
        the scope to the outer.
        """
        if self._sees_all:
            yield
            return
        await self._set_scope(SYSTEM_PATTERNS, "")
        self._sees_all = True
        try:
            yield
        finally:
            self._sees_all = False
        # Not after an error: rolling back the transaction or the savepoint around this also restores the setting.
        await self._set_scope(self.access.patterns(), self.access.narrowing())

    async def name_cause(self, cause: str) -> None:
        """Set the request id of the audit's rows that follow in this transaction."""
        self.access = replace(self.access, request_id=cause)
        await self.driver.execute("SELECT set_config('shuangfu.context', $1, true)", self.access.context())

    async def _set_scope(self, patterns: str, units: str) -> None:
        if self.access.units is None:
            await self.driver.execute(SET_SCOPE, patterns)
        else:
            await self.driver.execute(SET_SCOPE_AND_UNITS, patterns, units)


class NotCommitted(RuntimeError):  # noqa: N818
    """A statement had failed and its error was swallowed, so PostgreSQL answered COMMIT with a rollback."""


def _check_open(connection: Any, *_: object) -> None:
    """Drop a pooled connection that the server has closed: the driver knows, so no round trip is needed to ask."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError


class Database:
    """A service's own database: a pool of at most `pool_size` connections, and the wake-up of its listeners.

    `access` applies to transactions that name none: nobody's in an API process, the system's in a worker.
    `lock_seconds` limits the wait for a lock, `idle_seconds` the time that a transaction may be idle.
    """

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 20,
        access: Access = NOBODY,
        lock_seconds: float = 10.0,
        idle_seconds: float = 60.0,
    ) -> None:
        self.url = url
        self.access = access
        self.engine: AsyncEngine = create_async_engine(
            engine_url(url),
            # Transactions are begun and ended here, through the driver: SQLAlchemy must not begin its own.
            isolation_level="AUTOCOMMIT",
            pool_size=pool_size,
            # An overflow connection is closed when it is returned: under load every other request would open a new
            # one (measured: a fifth fewer registrations per second).
            max_overflow=0,
            pool_timeout=10,
            json_serializer=to_json,
            json_deserializer=orjson.loads,
            connect_args={
                "timeout": 10,
                "server_settings": {
                    "timezone": "UTC",
                    # `scope.py` quotes for this setting (the server's default).
                    "standard_conforming_strings": "on",
                    # A transaction that waits for a lock holds a connection and perhaps other locks; an idle one
                    # holds locks too (a division's audit head). PostgreSQL ends both, and the work is retried.
                    "lock_timeout": f"{lock_seconds * 1000:.0f}ms",
                    "idle_in_transaction_session_timeout": f"{idle_seconds * 1000:.0f}ms",
                },
            },
        )
        event.listen(self.engine.sync_engine, "checkout", _check_open)
        self.notifier = Notifier(url)

    @asynccontextmanager
    async def transaction(self, access: Access | None = None, *, lists: bool = False) -> AsyncIterator[Transaction]:
        """Commits when the block ends, rolls back when it raises; wakes the listeners of `channels` after the commit.

        Its first statement sets the scope for this transaction only: the scope ends with it, so that a pooled
        connection never carries it to the next caller. One that `lists` plans by values. Raises NotCommitted,
        sqlalchemy.exc.TimeoutError when no connection is free, what connecting raises, and whatever the block raises.
        """
        whose = access or self.access
        async with self.engine.connect() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            assert isinstance(driver, asyncpg.Connection)
            clean = False
            try:
                await driver.execute(f"{self.begin(whose)}; {PLAN_LISTS}" if lists else self.begin(whose))
                tx = Transaction(driver, whose)
                try:
                    yield tx
                except BaseException:
                    if not driver.is_closed():
                        await driver.execute("ROLLBACK")
                        clean = True
                    raise
                status = await driver.execute("COMMIT")
                clean = True
                if status != "COMMIT":
                    raise NotCommitted(status)
            finally:
                # BEGIN or COMMIT may have failed, or been cancelled: closing ends the transaction, and its scope.
                if not clean:
                    await connection.invalidate()
        if tx.channels:
            self.notifier.wake(tx.channels)

    def begin(self, access: Access) -> str:
        """The SQL that opens a transaction: BEGIN and, first, the scope."""
        return begin(access)

    async def close(self) -> None:
        """Close the notifier and every pooled connection."""
        await self.notifier.close()
        await self.engine.dispose()


def open_database(settings: ServiceSettings, access: Access = NOBODY) -> Database:
    """A service's database, configured by its settings."""
    return Database(
        settings.database_url,
        pool_size=settings.pool_size,
        access=access,
        lock_seconds=settings.lock_seconds,
        idle_seconds=settings.idle_transaction_seconds,
    )
