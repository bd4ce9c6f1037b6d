"""The last step of a restore: renames the databases, all of them or none."""

from collections.abc import Sequence
from datetime import UTC, datetime

import asyncpg

from shuangfu.backups.places import BackupError, Place


async def swap(places: Sequence[Place], drafts: Sequence[Place], *, force: bool) -> dict[str, str]:
    """Give each draft the name of its place; returns the new names of the databases that had these names.

    Those accept no connections any more. Raises BackupError after undoing what was renamed.
    """
    suffix = f"_before_{datetime.now(UTC):%Y%m%d%H%M%S}"
    renamed: dict[str, str] = {}
    done: list[tuple[Place, str, str]] = []
    try:
        for place, draft in zip(places, drafts, strict=True):
            if await _exists(place):
                kept = place.database + suffix
                await _rename(place, place.database, kept, force=force, close=True)
                done.append((place, place.database, kept))
                renamed[place.database] = kept
            await _rename(place, draft.database, place.database, force=True)
            done.append((place, draft.database, place.database))
    except BackupError:
        for place, was, now in reversed(done):
            await _rename(place, now, was, force=True)
        raise
    return renamed


async def _exists(place: Place) -> bool:
    server = await place.connect_server()
    try:
        found: bool = await server.fetchval(
            "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", place.database
        )
        return found
    finally:
        await server.close()


async def _rename(place: Place, was: str, now: str, *, force: bool, close: bool = False) -> None:
    server = await place.connect_server()
    try:
        await server.execute(f'ALTER DATABASE "{was}" ALLOW_CONNECTIONS false')
        try:
            if force:
                await server.execute(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1", was
                )
            await server.execute(f'ALTER DATABASE "{was}" RENAME TO "{now}"')
        except asyncpg.PostgresError:
            await server.execute(f'ALTER DATABASE "{was}" ALLOW_CONNECTIONS true')
            raise
        if not close:
            await server.execute(f'ALTER DATABASE "{now}" ALLOW_CONNECTIONS true')
    except asyncpg.PostgresError as error:
        raise BackupError(f"{was} cannot be renamed to {now}: {error}") from error
    finally:
        await server.close()
