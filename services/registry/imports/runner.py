"""Runs imports chunk by chunk: each chunk's rows, report and progress are one transaction, so a crash resumes."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
import structlog

from services.registry.civil_affairs import registering as actions
from services.registry.civil_affairs.reading import read_registration
from services.registry.imports import queries
from services.registry.imports.rules import match_columns, to_fields
from services.registry.organizations.rules import Effect
from services.registry.settings import Settings
from shared.bus.context import Cause, current_cause
from shared.db.access import Access
from shared.db.base import utc_now
from shared.db.errors import is_transient
from shared.db.session import Database, Transaction
from shared.db.wake import Listener
from shared.field.files.spreadsheets import Table, read_table
from shared.problems.access import OutsideScope, check_reach
from shared.problems.language import Text
from shared.problems.problems import FieldError, InvalidInput, Problem
from shared.telemetry.traces import new_traceparent

log = structlog.get_logger(__name__)

CHUNK_ROWS = 1000
CHANNEL = "imports"
_BROKEN_ROW = Text(zh="该行无法读取（{reason}）。", en="The row cannot be read ({reason}).")


class _RollBack(Exception):  # noqa: N818
    """Rolls back the writes of a dry run."""


@dataclass(frozen=True, slots=True)
class _File:
    """A file being imported: read once, processed in chunks."""

    id: UUID
    table: Table
    matched: dict[str, str]
    access: Access
    """The uploader's: an import reaches as far as its uploader does, and the audit names that user."""
    traceparent: str = field(default_factory=new_traceparent)
    """Of its events: a new trace each time a runner opens the file."""


async def run_imports(database: Database, settings: Settings) -> None:
    """Run waiting imports until cancelled. Polling is the fallback for lost wake-ups."""
    listener = Listener(database.url, CHANNEL)
    opened: _File | None = None
    broken: UUID | None = None
    try:
        while True:
            try:
                if broken is not None:
                    async with database.transaction() as tx:
                        await queries.fail(tx, broken)
                    broken = None
                opened = await _step(database, opened, allow_sample_codes=settings.allow_sample_codes)
            except Exception as error:
                log.error("import_step_failed", error=repr(error)[:300])
                if opened is not None and not is_transient(error):
                    broken = opened.id
                opened = None
                await asyncio.sleep(1)
                continue
            if opened is None:
                await listener.wait(settings.poll_seconds)
    finally:
        await listener.close()


async def _step(database: Database, opened: _File | None, *, allow_sample_codes: bool) -> _File | None:
    """Process one chunk of the opened file, or open the next file; None when there is nothing to do."""
    if opened is None:
        async with database.transaction() as tx:
            import_id = await queries.next_open(tx)
            row = await queries.lock_open(tx, import_id, content=True) if import_id else None
        if row is None or import_id is None:
            return None
        try:
            table = await asyncio.to_thread(read_table, bytes(row["content"]), row["format"])
        except Exception as error:
            # It was readable when it was uploaded. Retrying would block every import after it.
            log.error("import_unreadable", import_id=str(import_id), error=repr(error)[:300])
            async with database.transaction() as tx:
                await queries.fail(tx, import_id)
            return None
        scope = tuple(prefix for prefix in row["scope"].split(",") if prefix)
        access = Access(row["created_by"], scope, authority=row["authority"], door=f"import {import_id}")
        return _File(import_id, table, match_columns(table.columns)[0], access)
    # All events of a file have one correlation id, whichever chunk they come from.
    current_cause.set(Cause(str(opened.id), str(opened.id), opened.traceparent))
    async with database.transaction(opened.access) as tx:
        row = await queries.lock_open(tx, opened.id, content=False)
        if row is None:
            return None
        done = int(row["rows_done"])
        rows = opened.table.rows[done : done + CHUNK_ROWS]
        counts, errors = await _take_in(
            tx, opened, done, rows, dry_run=row["dry_run"], allow_sample_codes=allow_sample_codes
        )
        await queries.insert_errors(tx, opened.id, errors)
        await queries.note_progress(tx, opened.id, {"done": len(rows), **counts})
    return opened if done + len(rows) < row["rows_total"] else None


async def _take_in(
    tx: Transaction, file: _File, done: int, rows: Sequence[dict[str, Any]], *, dry_run: bool, allow_sample_codes: bool
) -> tuple[dict[str, int], list[tuple[int, str | None, str]]]:
    numbers, registrations = [], []
    errors: list[tuple[int, str | None, str]] = []
    for place, cells in enumerate(rows):
        number = file.table.first_row_number + done + place
        broken = file.table.row_errors.get(number)
        if broken is not None:
            problem: Problem = InvalidInput([FieldError("", _BROKEN_ROW, (("reason", broken.reason),))])
            errors.append((number, None, _document(problem)))
            continue
        if not cells:
            continue
        fields = to_fields(cells, file.matched)
        try:
            registration = read_registration(fields, allow_sample_codes=allow_sample_codes)
            check_reach(tx.access, registration.division)
            registrations.append(registration)
            numbers.append(number)
        except (InvalidInput, OutsideScope) as refused:
            code = fields.get("uscc")
            errors.append((number, _storable(code) if isinstance(code, str) else None, _document(refused)))
    results: list[actions.Registered] = []
    try:
        async with tx.savepoint():
            results = await actions.register(tx, registrations, utc_now()) if registrations else []
            if dry_run:
                raise _RollBack
    except _RollBack:
        tx.channels.clear()
    effects = Counter(result.effect for result in results)
    for number, registration, result in zip(numbers, registrations, results, strict=True):
        refusal = actions.refusal_of(registration, result)
        if refusal is not None:
            errors.append((number, registration.uscc, _document(refusal)))
    counts = {
        "created": effects[Effect.NEW],
        "changed": effects[Effect.CHANGED],
        "same": effects[Effect.SAME],
        "refused": len(errors),
    }
    return counts, errors


def _document(problem: Problem) -> str:
    """In both languages: the reader of the report is not known yet."""
    both = _storable({"zh": problem.document("zh"), "en": problem.document("en")})
    return orjson.dumps(both, default=str).decode()


def _storable(value: Any) -> Any:
    """A refused row may hold NUL, which PostgreSQL cannot store: its report shows U+FFFD."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if isinstance(value, dict):
        return {name: _storable(item) for name, item in value.items()}
    return [_storable(item) for item in value] if isinstance(value, list) else value
