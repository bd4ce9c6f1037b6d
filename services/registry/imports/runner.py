"""Runs imports chunk by chunk: each chunk's rows, report and progress are one transaction, so a crash resumes."""

import asyncio
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import structlog

from services.registry.civil_affairs import registering as actions
from services.registry.imports import queries
from services.registry.imports.errors import UnreadableFile
from services.registry.imports.faults import RefusedRow, Stored, both_languages, read_row
from services.registry.imports.opening import OpenTable, open_table
from services.registry.imports.rules import Given
from services.registry.organizations.rules import Effect
from services.registry.organizations.schemas import Registration
from services.registry.policies import WordBook
from services.registry.settings import Settings
from shared.bus.context import Cause, current_cause
from shared.db.access import Access
from shared.db.base import utc_now
from shared.db.errors import is_transient
from shared.db.session import Database, Record, Transaction
from shared.db.wake import Listener
from shared.field.calendar import china_day
from shared.field.files.process import read_file
from shared.field.files.tables import TableError
from shared.problems.problems import Problem
from shared.telemetry.traces import new_traceparent

log = structlog.get_logger(__name__)

CHUNK_ROWS = 1000
MAX_ATTEMPTS = 3
CHANNEL = "imports"


class _RollBack(Exception):  # noqa: N818
    """Rolls back the writes of a dry run."""


@dataclass(frozen=True, slots=True)
class _File:
    """A file being imported: read once, processed in chunks."""

    id: UUID
    table: OpenTable
    access: Access
    """The uploader's: an import reaches as far as its uploader does, and the audit names that user."""
    traceparent: str = field(default_factory=new_traceparent)
    """Of its events: a new trace each time a runner opens the file."""


async def run_imports(database: Database, settings: Settings, words: WordBook) -> None:
    """Run waiting imports until cancelled. Polling is the fallback for lost wake-ups."""
    listener = Listener(database.url, CHANNEL)
    opened: _File | None = None
    broken: UUID | None = None
    unlucky: UUID | None = None
    try:
        while True:
            try:
                if broken is not None:
                    async with database.transaction() as tx:
                        await queries.fail(tx, broken)
                    broken = None
                if unlucky is not None:
                    async with database.transaction() as tx:
                        await queries.return_attempt(tx, unlucky)
                    unlucky = None
                opened = await _step(database, opened, words=words, allow_sample_codes=settings.allow_sample_codes)
            except Exception as error:
                log.error("import_step_failed", error=repr(error)[:300])
                if opened is not None:
                    broken, unlucky = (None, opened.id) if is_transient(error) else (opened.id, None)
                opened = None
                await asyncio.sleep(1)
                continue
            if opened is None:
                await listener.wait(settings.poll_seconds)
    finally:
        await listener.close()


async def _step(database: Database, opened: _File | None, *, words: WordBook, allow_sample_codes: bool) -> _File | None:
    """Process one chunk of the opened file, or open the next file; None when there is nothing to do."""
    if opened is None:
        return await _open_next(database, words)
    # All events of a file have one correlation id, whichever chunk they come from.
    current_cause.set(Cause(str(opened.id), str(opened.id), opened.traceparent))
    async with database.transaction(opened.access) as tx:
        row = await queries.lock_open(tx, opened.id, content=False)
        if row is None:
            return None
        table, done = opened.table, int(row["rows_done"])
        # Progress is counted in rows of the file below its heading, as it was before notes and totals were skipped.
        start = bisect_left(table.numbers, table.first_row + done)
        numbers = table.numbers[start : start + CHUNK_ROWS]
        ended = start + len(numbers) >= len(table.numbers)
        reached = int(row["rows_total"]) if ended else numbers[-1] + 1 - table.first_row
        counts, errors = await _take_in(
            tx, opened, start, dry_run=row["dry_run"], allow_sample_codes=allow_sample_codes
        )
        await queries.insert_errors(tx, opened.id, errors)
        await queries.note_progress(tx, opened.id, {"done": reached - done, **counts})
    return None if ended else opened


async def _open_next(database: Database, words: WordBook) -> _File | None:
    async with database.transaction() as tx:
        import_id = await queries.next_open(tx)
        row = await queries.lock_open(tx, import_id, content=True) if import_id else None
        if row is None or import_id is None:
            return None
        attempts = int(row["attempts"]) + 1
        if attempts > MAX_ATTEMPTS:
            log.error("import_given_up", import_id=str(import_id), attempts=MAX_ATTEMPTS)
            given_up = UnreadableFile(row["filename"], TableError("file_given_up", {"attempts": MAX_ATTEMPTS}))
            await queries.fail(tx, import_id, both_languages(given_up))
            return None
        await queries.count_attempt(tx, import_id, attempts)
    try:
        table = await open_stored(row, words)
    except Exception as error:
        # It was readable when it was uploaded. Retrying would block every import after it.
        log.error("import_unreadable", import_id=str(import_id), error=repr(error)[:300])
        problem = error if isinstance(error, Problem) else None
        if isinstance(error, TableError):
            problem = UnreadableFile(row["filename"], error)
        async with database.transaction() as tx:
            await queries.fail(tx, import_id, both_languages(problem) if problem else None)
        return None
    return _File(import_id, table, _access(row))


async def open_stored(row: Record, words: WordBook) -> OpenTable:
    """The table of a stored import, understood as when it was uploaded. Raises TableError, Problem."""
    sheets = await read_file(bytes(row["content"]), row["format"])
    stored = row["given"] or {}
    scope = _access(row).scope
    as_of = datetime.fromisoformat(stored["as_of"]) if stored.get("as_of") else None
    given = Given(as_of, stored.get("division"), scope)
    today = china_day(row["created_at"])
    found, _ = words.words(given.division or next(iter(scope), ""), today)
    return await asyncio.to_thread(
        open_table, sheets, row["filename"], row["format"], found, given, sheet=stored.get("sheet"), today=today
    )


def _access(row: Record) -> Access:
    scope = tuple(prefix for prefix in row["scope"].split(",") if prefix)
    return Access(row["created_by"], scope, authority=row["authority"], door=f"import {row['id']}")


async def _take_in(
    tx: Transaction, file: _File, start: int, *, dry_run: bool, allow_sample_codes: bool
) -> tuple[dict[str, int], list[Stored]]:
    rows, registrations = [], []
    errors: list[Stored] = []
    for number, cells in file.table.rows(start, start + CHUNK_ROWS):
        refused = RefusedRow(number, cells, file.table.reader)
        read = read_row(refused, file.table, tx.access, allow_sample_codes=allow_sample_codes)
        if isinstance(read, Registration):
            registrations.append(read)
            rows.append(refused)
        else:
            errors.append(read)
    results: list[actions.Registered] = []
    try:
        async with tx.savepoint():
            results = await actions.register(tx, registrations, utc_now()) if registrations else []
            if dry_run:
                raise _RollBack
    except _RollBack:
        tx.channels.clear()
    effects = Counter(result.effect for result in results)
    for row, registration, result in zip(rows, registrations, results, strict=True):
        refusal = actions.refusal_of(registration, result)
        if refusal is not None:
            errors.append(row.by_problem(registration.uscc, refusal))
    counts = {
        "created": effects[Effect.NEW],
        "changed": effects[Effect.CHANGED],
        "same": effects[Effect.SAME],
        "refused": len(errors),
    }
    return counts, errors
