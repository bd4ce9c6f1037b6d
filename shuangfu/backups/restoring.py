"""Restores a backup into new databases, which are compared and adjusted before any name changes."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from shared.schema.migrate import create_databases, let_policies_use_indexes
from shared.schema.roles import ensure_roles
from shared.schema.security import OWNER, RUNTIME
from shuangfu.backups.adjusting import adjust
from shuangfu.backups.checking import Target, check_restore
from shuangfu.backups.digests import differences, digest_tables, list_tables
from shuangfu.backups.manifest import Manifest
from shuangfu.backups.places import BUS, BackupError, Place
from shuangfu.backups.programs import Programs
from shuangfu.backups.swapping import swap
from shuangfu.backups.topics import check_nobody_reads, empty_topics

RESTORING = "_restoring"
"""Suffix of a database that is being filled; one that an interrupted run left behind is created again."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was done."""

    rows: int
    republished: int
    """How many events the relays publish again: those that the outboxes hold, where the bus starts empty."""
    renamed: dict[str, str]
    """The former databases, and what each is called now."""
    messages_gone: int
    """How many messages were deleted from Kafka's topics."""


async def restore(source: Path, target: Target, *, pg_bin: Path | None = None) -> Restored:
    """Restore a backup. The last step renames databases; until then nothing existing is changed, except that Kafka's
    topics are emptied just before it.

    Raises BackupError; the message says so where the topics had been emptied already.
    """
    checked = await check_restore(source, target, pg_bin=pg_bin)
    manifest = checked.manifest
    drafts = [place.named(place.database + RESTORING) for place in target.places]
    try:
        for draft in drafts:
            await _create_empty(draft, target)
        for draft in drafts:
            await _fill(source, manifest, checked.programs, draft)
        empty_bus = target.broker is not None or BUS not in manifest.databases
        republished = await adjust(drafts, manifest, empty_bus=empty_bus)
        messages, renamed = await _change_over(target, drafts)
    except BaseException:
        for draft in drafts:
            with suppress(BackupError):  # the first error is the one to report
                await drop(draft)
        raise
    rows = sum(table.rows for dumped in manifest.databases.values() for table in dumped.tables.values())
    return Restored(rows, republished, renamed, messages)


async def _change_over(target: Target, drafts: Sequence[Place]) -> tuple[int, dict[str, str]]:
    """Put the restored databases in place; returns (messages deleted from Kafka, renamed former databases)."""
    if target.broker is None:
        return 0, await swap(target.places, drafts, force=target.force)
    await check_nobody_reads(target.broker)
    try:
        messages = await empty_topics(target.broker)
        return messages, await swap(target.places, drafts, force=target.force)
    except (BackupError, OSError) as error:
        # The former databases stay in use; what they had published and nobody had handled is on no topic any more.
        raise BackupError(
            f"{error}. Kafka's topics were emptied: run `shuangfu republish` before starting workers"
        ) from error


async def _create_empty(draft: Place, target: Target) -> None:
    server = await draft.connect_server()
    try:
        roles = {row["rolname"] for row in await server.fetch("SELECT rolname FROM pg_roles")}
        if RUNTIME not in roles:
            assert target.runtime_password is not None
            await ensure_roles(draft.server_url, runtime_password=target.runtime_password)
        elif OWNER not in roles:
            await server.execute(f"CREATE ROLE {OWNER} NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB")
    finally:
        await server.close()
    await drop(draft)
    await create_databases(draft.server_url, [draft.database], owner=OWNER)
    # This is stored in the server's catalog, which no dump contains.
    await let_policies_use_indexes(draft.url)


async def _fill(source: Path, manifest: Manifest, programs: Programs, draft: Place) -> None:
    dumped = manifest.databases.get(draft.service)
    if dumped is None:
        return
    connection = await draft.connect()
    try:
        for extension in dumped.extensions:
            # A dump does not record an extension's owner. It is the tables' owner, as after a migration.
            await connection.execute(f'SET ROLE {OWNER}; CREATE EXTENSION IF NOT EXISTS "{extension}"; RESET ROLE')
        await programs.restore(draft, source / dumped.file)
        found = await digest_tables(connection, await list_tables(connection))
        wrong = differences(dumped.tables, found)
        if wrong:
            raise BackupError(f"{draft.service} is not what was backed up: {'; '.join(wrong[:5])}")
        await connection.execute("ANALYZE")
    finally:
        await connection.close()


async def drop(draft: Place) -> None:
    """Drop a database that this module created, if it exists. Raises BackupError."""
    server = await draft.connect_server()
    try:
        await server.execute(f'DROP DATABASE IF EXISTS "{draft.database}" WITH (FORCE)')
    except asyncpg.PostgresError as error:
        raise BackupError(f"{draft.database} cannot be dropped: {error}") from error
    finally:
        await server.close()
