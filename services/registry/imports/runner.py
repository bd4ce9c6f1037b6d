"""Runs imports chunk by chunk: each chunk's rows, report and progress are one transaction, so a crash resumes."""

import asyncio
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog

from services.registry.batches.taking import Checked, Outcome
from services.registry.import_words import WordBook
from services.registry.imports import queries
from services.registry.imports.errors import UnreadableFile, both_languages
from services.registry.imports.faults import ReportedRow, read_row
from services.registry.imports.given import Given
from services.registry.imports.mapping.rules import with_mapping
from services.registry.imports.opening import OpenTable, open_table
from services.registry.imports.subjects.known import SUBJECTS
from services.registry.imports.subjects.subject import Subject
from services.registry.organizations.terms import Terms
from services.registry.policies import RegistrationPolicies
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
from shared.telemetry.error_text import describe_error
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
    subject: Subject[Any]
    table: OpenTable
    access: Access
    """The uploader's: an import reaches as far as its uploader does, and the audit names that user."""
    traceparent: str = field(default_factory=new_traceparent)
    """Of its events: a new trace each time a runner opens the file."""


async def run_imports(database: Database, settings: Settings, words: WordBook, policies: RegistrationPolicies) -> None:
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
                terms = Terms(policies, utc_now(), settings.allow_sample_codes)
                opened = await _step(database, opened, terms, words=words)
            except Exception as error:
                log.error("import_step_failed", error=describe_error(error))
                if opened is not None:
                    broken, unlucky = (None, opened.id) if is_transient(error) else (opened.id, None)
                opened = None
                await asyncio.sleep(1)
                continue
            if opened is None:
                await listener.wait(settings.poll_seconds)
    finally:
        await listener.close()


async def _step(database: Database, opened: _File | None, terms: Terms, *, words: WordBook) -> _File | None:
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
        counts, errors = await _take_in(tx, opened, start, terms, dry_run=row["dry_run"])
        codes = opened.subject.form.key == "uscc"
        await queries.insert_errors(tx, opened.id, errors, codes=codes)
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
        log.error("import_unreadable", import_id=str(import_id), error=describe_error(error))
        problem = error if isinstance(error, Problem) else None
        if isinstance(error, TableError):
            problem = UnreadableFile(row["filename"], error)
        async with database.transaction() as tx:
            await queries.fail(tx, import_id, both_languages(problem) if problem else None)
        return None
    return _File(import_id, SUBJECTS[row["subject"]], table, _access(row))


async def open_stored(row: Record, words: WordBook) -> OpenTable:
    """The table of a stored import, understood as when it was uploaded. Raises TableError, Problem."""
    sheets = await read_file(bytes(row["content"]), row["format"])
    stored = row["given"] or {}
    scope = _access(row).scope
    as_of = datetime.fromisoformat(stored["as_of"]) if stored.get("as_of") else None
    given = Given(as_of, stored.get("division"), scope, stored.get("datum"), stored.get("data_source"))
    today = china_day(row["created_at"])
    known, _ = words.words(given.division or next(iter(scope), ""), today, row["subject"])
    found = with_mapping(known, stored.get("mapping") or {})
    return await asyncio.to_thread(
        open_table, sheets, row["filename"], row["format"], found, given, sheet=stored.get("sheet"), today=today
    )


def _access(row: Record) -> Access:
    scope = tuple(prefix for prefix in row["scope"].split(",") if prefix)
    return Access(row["created_by"], scope, authority=row["authority"], door=f"import {row['id']}")


async def _take_in(
    tx: Transaction, file: _File, start: int, terms: Terms, *, dry_run: bool
) -> tuple[dict[str, int], list[queries.Reported]]:
    subject, rows, errors = file.subject, list[ReportedRow](), list[queries.Reported]()
    taken: list[Checked[Any]] = []
    chunk = list(file.table.rows(start, start + CHUNK_ROWS))
    named = [key for _, cells in chunk if (key := file.table.reader.name(cells)) is not None]
    terms = await subject.prepare(tx, named, terms)
    for number, cells in chunk:
        row = ReportedRow(number, cells, file.table.reader)
        read = read_row(row, file.table, tx.access, subject, terms)
        if isinstance(read, Checked):
            taken.append(read)
            rows.append(row)
        else:
            errors.append(read)
    outcomes: list[Outcome] = []
    try:
        async with tx.savepoint():
            if taken:
                outcomes = await subject.take_in(tx, [one.item for one in taken], terms, saved=not dry_run)
            if dry_run:
                raise _RollBack
    except _RollBack:
        tx.channels.clear()
    effects = Counter(outcome.effect for outcome in outcomes)
    refused_rows = len(errors) + effects["refused"]
    for row, checked, outcome in zip(rows, taken, outcomes, strict=True):
        if outcome.problem is not None:
            errors.append(row.by_problem(checked.key, outcome.problem))
        elif checked.warnings or outcome.warnings or row.number in file.table.unheaded:
            warnings = (*checked.warnings, *outcome.warnings)
            errors.append(row.by_warnings(checked.key, warnings, file.table.unheaded.get(row.number)))
    counts = {
        "created": effects["created"],
        "changed": effects["changed"],
        "same": effects["same"],
        "refused": refused_rows,
        "warned": len(errors) - refused_rows,
    }
    return counts, errors
