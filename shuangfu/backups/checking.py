"""Checks everything that a restore needs before it begins."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from alembic.util import CommandError

from shared.schema.migrate import scripts_of
from shared.schema.security import RUNTIME
from shuangfu.backups.digests import list_tables
from shuangfu.backups.manifest import Bus, Manifest, read_manifest
from shuangfu.backups.places import BUS, BackupError, Place
from shuangfu.backups.programs import Programs, find_programs
from shuangfu.backups.topics import Broker, check_nobody_reads


@dataclass(frozen=True, slots=True)
class Target:
    """Where a backup goes: the databases, and the broker where Kafka is the bus."""

    places: Sequence[Place]
    broker: Broker | None = None
    runtime_password: str | None = None
    """Of the role that services log in as; needed only where the server lacks the role."""
    replace: bool = False
    """Keep existing databases that hold tables under another name, instead of refusing."""
    force: bool = False
    """End other sessions in them, instead of refusing."""

    @property
    def bus(self) -> Bus:
        """Which bus it uses."""
        return "kafka" if self.broker is not None else "log"


@dataclass(frozen=True, slots=True)
class Checked:
    """What `check_restore` found: everything that a restore needs."""

    manifest: Manifest
    programs: Programs
    occupied: tuple[str, ...]
    """Existing databases, which would be kept under another name."""
    messages: int
    """How many messages would be deleted from Kafka's topics."""


async def check_restore(source: Path, target: Target, *, pg_bin: Path | None = None) -> Checked:
    """Check everything that a restore needs; changes nothing. Raises BackupError."""
    manifest = await asyncio.to_thread(read_manifest, source)
    for service, dumped in manifest.databases.items():
        if service != BUS:
            _check_revision(service, dumped.revision)
    programs = await find_programs(max(dumped.server_major for dumped in manifest.databases.values()), pg_bin)
    occupied: list[str] = []
    for place in target.places:
        occupied += await _check_place(place, manifest, target)
    messages = await check_nobody_reads(target.broker) if target.broker is not None else 0
    return Checked(manifest, programs, tuple(occupied), messages)


def _check_revision(service: str, revision: str | None) -> None:
    try:
        scripts_of(service).get_revision(revision or "")
    except CommandError as error:
        raise BackupError(
            f"the backup's {service} is at revision {revision}, which this version does not have: "
            "restore with the version that wrote it, or a later one"
        ) from error


async def _check_place(place: Place, manifest: Manifest, target: Target) -> list[str]:
    server = await place.connect_server()
    try:
        may = await server.fetchrow("SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user")
        assert may is not None
        if not may["rolsuper"]:
            raise BackupError(f"{place.database}: a restore needs a superuser's login")
        dumped = manifest.databases.get(place.service)
        major = server.get_server_version().major
        if dumped is not None and major < dumped.server_major:
            raise BackupError(
                f"the server of {place.database} is PostgreSQL {major}, the backup is of {dumped.server_major}"
            )
        roles = {row["rolname"] for row in await server.fetch("SELECT rolname FROM pg_roles")}
        if RUNTIME not in roles and target.runtime_password is None:
            raise BackupError(f"the server of {place.database} has no role {RUNTIME}: give its password, to create it")
        if not await server.fetchval("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", place.database):
            return []
        # PostgreSQL's own workers (autovacuum) end by themselves.
        clients = "SELECT count(*) FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend'"
        users = await server.fetchval(clients, place.database)
    finally:
        await server.close()
    if users and not target.force:
        raise BackupError(f"{users} sessions are connected to {place.database}: stop what uses it, or --force")
    connection = await place.connect()
    try:
        tables = await list_tables(connection)
    finally:
        await connection.close()
    if tables and not target.replace:
        raise BackupError(
            f"{place.database} exists and holds {len(tables)} tables: --replace keeps it under another name"
        )
    return [place.database] if tables else []
