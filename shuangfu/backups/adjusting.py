"""Changes a restored database where it must differ from the cut, before it gets its name."""

from collections.abc import Sequence
from datetime import UTC, datetime

from shared.audit.operations import operator_access, record_action
from shared.bus.transports.postgres_log import migrate_log
from shared.db.session import Database
from shared.schema.security import OWNER, RUNTIME
from shared.urls import engine_url
from shuangfu.backups.manifest import Manifest
from shuangfu.backups.places import BUS, Place

POSITIONS_A_SECOND = 10**8
"""After a restore the feed's positions continue at the Unix time times this. That is beyond any position given out
before, also by a database that was replaced, so a district system's cursor misses nothing published from now on."""


async def adjust(drafts: Sequence[Place], manifest: Manifest, *, empty_bus: bool) -> int:
    """Adjust every database; returns how many events are to be published again.

    Where the bus starts empty, these are all published events that the outboxes still hold. An inbox drops those
    that its consumer had handled before the cut.
    """
    republished = 0
    for draft in drafts:
        if draft.service == BUS:
            # A backup taken on Kafka has no tables of the log.
            await migrate_log(draft.url, owner=OWNER, runtime=RUNTIME)
        else:
            republished += await _adjust_service(draft, manifest, empty_bus=empty_bus)
    return republished


async def _adjust_service(draft: Place, manifest: Manifest, *, empty_bus: bool) -> int:
    connection, now = await draft.connect(), datetime.now(UTC)
    try:
        republished = 0
        async with connection.transaction():
            # Positions stay: the feed must not repeat an event.
            if empty_bus:
                done = await connection.execute("UPDATE outbox SET published_at = NULL WHERE published_at IS NOT NULL")
                republished = int(done.split()[-1])
            if await connection.fetchval("SELECT to_regclass('outbox_position') IS NOT NULL"):
                await connection.execute(
                    "SELECT setval('outbox_position', greatest(last_value, $1)) FROM outbox_position",
                    int(now.timestamp()) * POSITIONS_A_SECOND,
                )
            # Days may have passed since the cut: today's events need their partition.
            await connection.execute("SELECT outbox_prepare($1, 3)", now.date())
        recorded = await connection.fetchval("SELECT to_regclass('operator_actions') IS NOT NULL")
    finally:
        await connection.close()
    if recorded:
        await _record(draft, manifest, republished)
    return republished


async def _record(draft: Place, manifest: Manifest, republished: int) -> None:
    dumped = manifest.databases[draft.service]
    figures = {"rows": sum(table.rows for table in dumped.tables.values()), "republished": republished}
    database = Database(engine_url(draft.url), pool_size=1, access=operator_access(draft.service))
    try:
        async with database.transaction() as tx:
            await record_action(tx, "restore", arguments={"at": manifest.at.isoformat()}, figures=figures)
    finally:
        await database.close()
