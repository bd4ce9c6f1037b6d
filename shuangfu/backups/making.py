"""Makes a backup: takes the cut, dumps each database at it, writes a manifest."""

import asyncio
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shared.audit.operations import operator_access, record_action
from shared.db.session import Database
from shared.urls import engine_url
from shuangfu import __version__
from shuangfu.backups.cut import Snapshot, take_cut
from shuangfu.backups.digests import digest_tables
from shuangfu.backups.evidence import check_store, copy_evidence, find_missing
from shuangfu.backups.manifest import ANCHORS, Bus, DumpedDatabase, Manifest, write_manifest
from shuangfu.backups.places import BUS, BackupError, Place
from shuangfu.backups.programs import Programs, find_programs

DUMPS_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Source:
    """What is backed up: the databases, which bus they use, the folders of the audit's anchors and of evidence."""

    places: Sequence[Place]
    bus: Bus
    anchors: Path | None = None
    evidence: Path | None = None
    evidence_may_lack: bool = False
    """Whether the folder of evidence may not be there: that of a data directory comes with the first file."""

    @property
    def evidence_store(self) -> Path | None:
        """The folder of evidence, unless it is not there and need not be."""
        lacks = self.evidence_may_lack and self.evidence is not None and not self.evidence.is_dir()
        return None if lacks else self.evidence


@dataclass(frozen=True, slots=True)
class Planned:
    """What `check_source` found: sizes in bytes by database, and the programs to dump with."""

    bytes_by_database: dict[str, int]
    programs: Programs


async def check_source(source: Source, pg_bin: Path | None) -> Planned:
    """Check everything that a backup needs. Raises BackupError."""
    check_store(source.evidence_store)
    sizes: dict[str, int] = {}
    majors = []
    for place in source.places:
        connection = await place.connect()
        try:
            sizes[place.database] = await connection.fetchval("SELECT pg_database_size(current_database())")
            majors.append(connection.get_server_version().major)
            everything = await connection.fetchval(
                "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
            )
            if not everything:
                # Row-level security applies to the owner of the tables too.
                raise BackupError(f"{place.database}: a backup needs a login that is superuser or has BYPASSRLS")
            table = "bus_log" if place.service == BUS else "outbox"
            if await connection.fetchval("SELECT to_regclass($1) IS NULL", table):
                raise BackupError(f"{place.database} has no table {table}: it is not the {place.service}'s database")
        finally:
            await connection.close()
    return Planned(sizes, await find_programs(max(majors), pg_bin))


def check_target(target: Path) -> None:
    """Check that the folder is free. Raises BackupError."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BackupError(f"{target} exists and is not empty")


async def make_backup(
    source: Source, target: Path, *, pg_bin: Path | None = None, lock_seconds: float = 1.0
) -> Manifest:
    """Write a backup into a folder that does not exist or is empty; it appears complete or not at all.

    Raises BackupError.
    """
    check_target(target)
    planned = await check_source(source, pg_bin)
    draft = target.with_name(f".{target.name}.unfinished")
    try:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700, parents=True)
        manifest = await _write(source, draft, planned, lock_seconds)
        _publish(draft, target)
    except OSError as error:
        raise BackupError(f"{target} cannot be written: {error}") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    await _record(source, manifest)
    return manifest


async def _write(source: Source, draft: Path, planned: Planned, lock_seconds: float) -> Manifest:
    # Before the cut: a later anchor could name heads that the backup does not have.
    anchors = _copy_anchors(source.anchors, draft)
    async with take_cut(source.places, lock_seconds=lock_seconds) as cut:
        dumped = await _dump_all(cut.snapshots, draft, planned)
        by_service = {snapshot.place.service: snapshot for snapshot in cut.snapshots}
        evaluation = by_service["evaluation"]
        evidence = await asyncio.to_thread(copy_evidence, source.evidence_store, draft)
        manifest = Manifest(
            product_version=__version__,
            at=cut.at,
            fenced_milliseconds=round(cut.fenced_seconds * 1000),
            bus=source.bus,
            databases=dumped,
            field_keys=await _key_names(by_service["registry"], "contacts", "key_id"),
            account_keys=await _key_names(by_service["funding"], "payees", "key_id"),
            talk_keys=await _key_names(evaluation, "consequences", "talk->>'key_id'"),
            anchors=anchors,
            evidence=evidence,
            evidence_missing=await find_missing(evaluation.connection, evaluation.tables, evidence),
        )
    write_manifest(draft, manifest)
    return manifest


async def _dump_all(snapshots: Sequence[Snapshot], draft: Path, planned: Planned) -> dict[str, DumpedDatabase]:
    turn = asyncio.Semaphore(DUMPS_AT_ONCE)

    async def dump(snapshot: Snapshot) -> tuple[str, DumpedDatabase]:
        async with turn:
            return snapshot.place.service, await _dump(snapshot, draft, planned)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(dump(snapshot)) for snapshot in snapshots]
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None
    return dict(task.result() for task in tasks)


async def _dump(snapshot: Snapshot, draft: Path, planned: Planned) -> DumpedDatabase:
    name = f"{snapshot.place.service}.dump"
    revision = None
    if snapshot.place.service != BUS:
        revision = await snapshot.connection.fetchval("SELECT version_num FROM alembic_version")
    tables, _ = await asyncio.gather(
        digest_tables(snapshot.connection, snapshot.tables),
        planned.programs.dump(snapshot.place, snapshot.name, draft / name),
    )
    rows = await snapshot.connection.fetch("SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1")
    return DumpedDatabase(
        file=name,
        revision=revision,
        server_major=snapshot.connection.get_server_version().major,
        extensions=[row["extname"] for row in rows],
        tables=tables,
    )


async def _key_names(snapshot: Snapshot, table: str, name: str) -> list[str]:
    """The keys that a table's values were sealed with; none where the database is older than the table."""
    if table not in snapshot.tables:
        return []
    rows = await snapshot.connection.fetch(f"SELECT DISTINCT {name} AS key_id FROM {table} ORDER BY 1")  # noqa: S608
    return [row["key_id"] for row in rows if row["key_id"] is not None]


def _copy_anchors(source: Path | None, draft: Path) -> list[str]:
    """Copy the signed lines and the public key. Private keys are never copied."""
    if source is None or not source.is_dir():
        return []
    found = sorted([*source.glob("*.anchors"), *source.glob("anchor-key.pub.pem")])
    if found:
        (draft / ANCHORS).mkdir(mode=0o700)
    for path in found:
        shutil.copyfile(path, draft / ANCHORS / path.name)
    return [path.name for path in found]


def _publish(draft: Path, target: Path) -> None:
    """Flush everything to disk, then rename: the name says that the backup is complete."""
    for path in [*draft.rglob("*"), draft]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    if target.exists():
        target.rmdir()
    draft.rename(target)


async def _record(source: Source, manifest: Manifest) -> None:
    for place in source.places:
        # A database of an older revision may lack the table.
        if "operator_actions" not in manifest.databases[place.service].tables:
            continue
        database = Database(engine_url(place.url), pool_size=1, access=operator_access(place.service))
        dumped = manifest.databases[place.service]
        try:
            async with database.transaction() as tx:
                rows = sum(table.rows for table in dumped.tables.values())
                figures = {"at": manifest.at.isoformat(), "tables": len(dumped.tables), "rows": rows}
                await record_action(tx, "backup", arguments={"bus": manifest.bus}, figures=figures)
        finally:
            await database.close()
