"""Rebuilds a projection from the bus beside the live one, and swaps in the difference while the service goes on.

The side copy is a set of temporary tables with the live tables' names. In a session they hide the live ones, so the
projecting handlers fill them unchanged; and while they run, nothing else can be reached, so a handler that decides or
emits fails instead of doing it again. A crash leaves nothing behind: temporary tables end with their session. The
consumer's inbox is read, never written; its offsets are not used.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import asyncpg
import asyncpg.transaction

from shared.bus.handlers import Handlers
from shared.bus.projections import Projection
from shared.bus.replaying.replay_checks import check_completeness, check_order
from shared.bus.replaying.replay_events import ReplayEvents, ReplayRefused
from shared.bus.replaying.replay_tables import SideTables, TableDifference
from shared.bus.transports.history import History
from shared.db.session import Database, Transaction

_LOCK_TRIES_SECONDS = 120.0
_ENOUGH_LEFT = 500
"""Events left over that are few enough to be applied while writers wait."""
_CATCH_UPS = 20


@dataclass(slots=True)
class ReplayReport:
    """What a replay read, and what it changed (or would change) in each table."""

    projection: str
    events_read: int = 0
    events_applied: int = 0
    events_unreadable: int = 0
    events_waiting: int = 0
    """Read, but not yet handled by the live consumer: they are left to it."""
    locked_seconds: float = 0.0
    tables: dict[str, TableDifference] = field(default_factory=dict)

    @property
    def changes(self) -> int:
        """Rows added, removed and changed in all tables."""
        return sum(table.added + table.removed + table.changed for table in self.tables.values())

    def figures(self) -> dict[str, Any]:
        """For the record and for JSON."""
        return asdict(self)


Finish = Callable[[Transaction, ReplayReport], Awaitable[object]]
"""Called in the swap's own transaction (not in a dry run), to record it."""


async def replay(
    database: Database,
    consumer: str,
    projection: Projection,
    history: History,
    *,
    since: datetime | None = None,
    live: Handlers | None = None,
    dry_run: bool = False,
    finish: Finish | None = None,
) -> ReplayReport:
    """Rebuild, then compare with the live tables and make them equal, in one transaction.

    Only events that the live `consumer` has handled count: those in its inbox, but not in its dead letters. Since an
    instant: only those later ones, on a copy of the live tables. `live` are the consumer's handlers, and `history` is
    then of all their topics: what the inbox has and the log has not was lost, whichever projection it belongs to.

    Raises ReplayRefused, HistoryUnreadable, and the driver's errors.
    """
    async with _session(database) as driver:
        tables = SideTables(driver, projection)
        events = ReplayEvents(driver, database.access, projection, consumer, history, whole=live is not None)
        if since is None and (lost := await history.lost_beginnings()):
            places = ", ".join(f"{topic}/{partition}" for topic, partition in lost)
            raise ReplayRefused(f"the log's beginning is gone ({places}): replay --from a date that it reaches back to")
        await tables.create(copied=since is not None)
        await events.create(since)
        await _catch_up(events, tables, reopened=since is not None)
        await check_order(driver, consumer)
        if since is None and live is not None:
            await check_completeness(driver, consumer, events.began)
        await tables.analyze()
        report = ReplayReport(projection.name)
        async with _writers_held(driver, tables, keep=not dry_run) as started:
            await events.read()
            await events.place()
            await events.apply()
            await tables.complete()
            report.events_read, report.events_unreadable = events.read_count, events.unreadable
            report.events_applied, report.events_waiting = events.applied, await events.count_waiting()
            for table in projection.tables:
                report.tables[table] = await tables.compare(table)
            if report.changes and not dry_run:
                await tables.swap()
            report.locked_seconds = round(time.monotonic() - started, 3)
            if finish is not None and not dry_run:
                await finish(Transaction(driver, database.access), report)
        return report


async def _catch_up(events: ReplayEvents, tables: SideTables, *, reopened: bool) -> None:
    """Apply what is there, repeatedly, until a turn finds fewer than `_ENOUGH_LEFT` events."""
    for turn in range(_CATCH_UPS):
        await events.read()
        placed = await events.place()
        if turn == 0 and reopened:
            await tables.reopen()
        await events.apply()
        if placed < _ENOUGH_LEFT:
            return


@asynccontextmanager
async def _session(database: Database) -> AsyncIterator[asyncpg.Connection]:
    """One connection for the whole replay, ended with it: its temporary tables go too."""
    async with database.engine.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert isinstance(driver, asyncpg.Connection)
        try:
            if not await driver.fetchval("SELECT pg_try_advisory_lock(hashtext('replay'))"):
                raise ReplayRefused("another replay is at work in this database")
            await driver.execute(
                "SELECT set_config('shuangfu.scope', $1, false), set_config('shuangfu.context', $2, false)",
                database.access.patterns(),
                database.access.context(),
            )
            yield driver
        finally:
            await connection.invalidate()


@asynccontextmanager
async def _writers_held(driver: asyncpg.Connection, tables: SideTables, *, keep: bool) -> AsyncIterator[float]:
    """The swap's transaction: writers of the projection wait for it, readers do not. Rolled back unless `keep`."""
    transaction = await _lock(driver, tables)
    try:
        yield time.monotonic()
        if keep:
            await transaction.commit()
        else:
            await transaction.rollback()
    except BaseException:
        # A commit that failed has ended the transaction; a lost connection has ended everything.
        if not driver.is_closed() and driver.is_in_transaction():
            await transaction.rollback()
        raise


async def _lock(driver: asyncpg.Connection, tables: SideTables) -> asyncpg.transaction.Transaction:
    deadline = time.monotonic() + _LOCK_TRIES_SECONDS
    while True:
        transaction = driver.transaction()
        await transaction.start()
        try:
            # Shorter than deadlock_timeout: in a deadlock with a batch we give way, not the batch.
            await driver.execute("SET LOCAL lock_timeout = '500ms'")
            await tables.lock()
            await driver.execute("SET LOCAL lock_timeout = 0")
        except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError) as error:
            await transaction.rollback()
            if time.monotonic() > deadline:
                raise ReplayRefused("writers never let go of the projection's tables; try again") from error
            await asyncio.sleep(0.2)
        except BaseException:
            await transaction.rollback()
            raise
        else:
            return transaction
