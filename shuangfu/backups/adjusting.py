"""What must be otherwise in a restored database than it was at the cut, done before it gets its name."""

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
"""The feed's positions go on at the second of the restore times this: beyond any that was given out before, in
whichever life of the database. So a district system's cursor misses nothing that is published from now on."""


async def adjust(drafts: Sequence[Place], manifest: Manifest, *, empty_bus: bool) -> int:
    """Adjust every database; returns how many events are to be published again.

    Where the bus starts empty, that is all the published events that the outboxes still have: what a consumer had
    taken before the cut, its inbox drops.
    """
    republished = 0
    for draft in drafts:
        if draft.service == BUS:
            # The log's tables, for a backup that was made on Kafka.
            await migrate_log(draft.url, owner=OWNER, runtime=RUNTIME)
        else:
            republished += await _adjust_service(draft, manifest, empty_bus=empty_bus)
    return republished


async def _adjust_service(draft: Place, manifest: Manifest, *, empty_bus: bool) -> int:
    connection, now = await draft.connect(), datetime.now(UTC)
    try:
        republished = 0
        async with connection.transaction():
            # A position stays what it was: the feed does not tell an event twice.
            if empty_bus:
                done = await connection.execute("UPDATE outbox SET published_at = NULL WHERE published_at IS NOT NULL")
                republished = int(done.split()[-1])
            if await connection.fetchval("SELECT to_regclass('outbox_position') IS NOT NULL"):
                await connection.execute(
                    "SELECT setval('outbox_position', greatest(last_value, $1)) FROM outbox_position",
                    int(now.timestamp()) * POSITIONS_A_SECOND,
                )
            # Days have gone by since the cut: today's events find their partition.
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
