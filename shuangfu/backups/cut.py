"""One consistent point over several databases.

Events tie the databases together: an outbox row in one, an inbox row in another. A SHARE lock on these tables (a
fence) waits for transactions that are writing events and blocks new ones. Once every database is fenced, no event is
between two of them. Then each database's snapshot is taken and the fences are released: writers wait for
milliseconds, readers not at all.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import asyncpg
import stamina

from shuangfu.backups.digests import list_tables
from shuangfu.backups.places import BUS, BackupError, Place

# In the order in which transactions lock them (a consumer claims, then emits; an append reserves offsets, then
# writes): otherwise a fence and a transaction could deadlock.
_FENCED = {BUS: "bus_topics, bus_log, bus_cursors"}
_FENCED_USUALLY = "inbox, outbox"
ATTEMPTS = 60


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A database at the cut: a transaction that sees it, and the name by which pg_dump sees the same data."""

    place: Place
    connection: asyncpg.Connection
    name: str
    tables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """Snapshots of every database, taken while no event was between two of them."""

    at: datetime
    fenced_seconds: float
    snapshots: tuple[Snapshot, ...]


@asynccontextmanager
async def take_cut(places: Sequence[Place], *, lock_seconds: float) -> AsyncIterator[Cut]:
    """The cut, for as long as the block lasts.

    Where another transaction keeps a fence waiting for longer than `lock_seconds`, all fences are released and taken
    again, up to ATTEMPTS times. Raises BackupError when that does not help, or while a migration runs.
    """
    async with AsyncExitStack() as stack:
        fences = await _connect_all(stack, places)
        readers = await _connect_all(stack, places)
        for place, reader in zip(places, readers, strict=True):
            # Held to the end: a migration waits for this one, instead of queuing for tables that we have locked.
            if not await reader.fetchval("SELECT pg_try_advisory_lock_shared(hashtext('migrate'))"):
                raise BackupError(f"{place.database} is being migrated: back up when that is done")
        try:
            async for attempt in stamina.retry_context(
                on=(asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError),
                attempts=ATTEMPTS,
                timeout=None,
                wait_initial=0.2,
                wait_max=2.0,
            ):
                with attempt:
                    cut = await _fence_and_snapshot(places, fences, readers, lock_seconds)
        except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError) as error:
            raise BackupError(
                f"a transaction kept its events open in each of {ATTEMPTS} attempts of {lock_seconds:g} s; "
                "see pg_stat_activity for a transaction that does not end"
            ) from error
        yield cut


async def _connect_all(stack: AsyncExitStack, places: Sequence[Place]) -> list[asyncpg.Connection]:
    found = []
    for place in places:
        connection = await place.connect()
        stack.push_async_callback(connection.close)
        found.append(connection)
    return found


async def _fence_and_snapshot(
    places: Sequence[Place],
    fences: Sequence[asyncpg.Connection],
    readers: Sequence[asyncpg.Connection],
    lock_seconds: float,
) -> Cut:
    began = time.monotonic()
    try:
        fenced = await asyncio.gather(
            *(_fence(*pair, lock_seconds) for pair in zip(places, fences, strict=True)), return_exceptions=True
        )
        for result in fenced:
            if isinstance(result, BaseException):
                raise result
        snapshots = []
        for place, fence, reader in zip(places, fences, readers, strict=True):
            snapshots.append(await _snapshot(place, fence, reader))
        at = await fences[0].fetchval("SELECT clock_timestamp()")
    except BaseException:
        for reader in readers:
            await reader.execute("ROLLBACK")
        raise
    finally:
        for fence in fences:
            await fence.execute("ROLLBACK")
    return Cut(at, time.monotonic() - began, tuple(snapshots))


async def _fence(place: Place, connection: asyncpg.Connection, lock_seconds: float) -> None:
    await connection.execute(
        f"BEGIN; SET LOCAL lock_timeout = {int(lock_seconds * 1000)}; "
        f"LOCK TABLE {_FENCED.get(place.service, _FENCED_USUALLY)} IN SHARE MODE"
    )


async def _snapshot(place: Place, fence: asyncpg.Connection, reader: asyncpg.Connection) -> Snapshot:
    tables = await list_tables(fence)
    # Locked before the first query, which takes the snapshot: no table that it sees can be dropped before the dump.
    names = ", ".join(f'"{table}"' for table in tables)
    await reader.execute(
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL lock_timeout = '1s'; "
        f"LOCK TABLE ONLY {names} IN ACCESS SHARE MODE"
    )
    name = await reader.fetchval("SELECT pg_export_snapshot()")
    return Snapshot(place, reader, name, tuple(tables))
