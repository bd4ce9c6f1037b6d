"""Every SELECT of the imports, and the writes beside them."""

from collections.abc import Sequence
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, func, insert, or_, select, text, update

from services.registry.tables import import_errors, imports
from shared.db.base import columns_of, insert_list
from shared.db.paging import page_by_id
from shared.db.session import Record, Transaction

_SHOWN: tuple[ColumnElement[Any], ...] = (
    imports.c.id,
    imports.c.subject,
    imports.c.filename,
    imports.c.dry_run,
    imports.c.state,
    imports.c.rows_total,
    imports.c.rows_done,
    imports.c.records,
    imports.c.created,
    imports.c.changed,
    imports.c.same,
    imports.c.refused,
    imports.c.warned,
    imports.c.created_at,
    imports.c.finished_at,
    imports.c.given,
    imports.c.report,
    imports.c.failure,
)
_RUN = (*_SHOWN, imports.c.format, imports.c.created_by, imports.c.scope, imports.c.authority, imports.c.attempts)
Severity = Literal["refused", "warning"]
Reported = tuple[int, str | None, str, str, Severity]
"""Row, its key, problem document and cells (both as JSON), and whether the row was refused."""
_OPEN = or_(imports.c.state == "waiting", imports.c.state == "running")
_ERROR_COLUMNS = ("import_id", "row_number", "key", "problem", "cells", "severity", "uscc")
_INSERT_ERRORS = insert_list(import_errors, _ERROR_COLUMNS, "ON CONFLICT DO NOTHING")
ATTEMPT_SECONDS = 300
"""How long others leave an import alone that a runner has opened and not yet saved a chunk of."""


async def insert_waiting(tx: Transaction, row: Record) -> None:
    """Store a file to be imported."""
    await tx.execute(insert(imports).values(row | {"state": "waiting"}))


async def get(tx: Transaction, import_id: UUID) -> Record | None:
    """One import, without its content."""
    return await tx.record(select(*_SHOWN).where(imports.c.id == import_id))


async def get_file(tx: Transaction, import_id: UUID) -> Record | None:
    """One import with its content, None where that is deleted, and whose it is."""
    return await tx.record(select(*_RUN, imports.c.content).where(imports.c.id == import_id))


async def list_of(tx: Transaction, actor: str, after: str | None, limit: int) -> list[Record]:
    """A page of an uploader's imports, the newest first."""
    return await tx.records(
        page_by_id(select(*_SHOWN).where(imports.c.created_by == actor), imports.c.id, after, limit, newest_first=True)
    )


async def list_errors(tx: Transaction, import_id: UUID, after: int, limit: int | None) -> list[Record]:
    """Refused rows and those with warnings, in the order of the file.

    `limit` of them, and one that says whether there are more.
    """
    statement = (
        select(*(import_errors.c[name] for name in _ERROR_COLUMNS if name != "import_id"))
        .where(import_errors.c.import_id == import_id, import_errors.c.row_number > after)
        .order_by(import_errors.c.row_number)
    )
    return await tx.records(statement if limit is None else statement.limit(limit + 1))


async def sum_faults(tx: Transaction, import_id: UUID) -> list[Record]:
    """How many refused rows have each fault, the most frequent first, with the first row and its sentence."""
    return await tx.records(
        text(
            "SELECT cell->>'field' AS field, cell->>'heading' AS heading, cell->>'fault' AS fault, "
            "count(*) AS rows, min(e.row_number) AS first_row, "
            "(array_agg(cell->'told' ORDER BY e.row_number))[1] AS told "
            "FROM import_errors e, jsonb_array_elements(e.cells) AS cell "
            "WHERE e.import_id = :id AND e.severity = 'refused' "
            "GROUP BY 1, 2, 3 ORDER BY count(*) DESC, min(e.row_number) LIMIT 100"
        ),
        {"id": import_id},
    )


async def next_open(tx: Transaction) -> UUID | None:
    """The oldest import with work left of those that were tried least, and that nobody has just opened."""
    found: UUID | None = await tx.scalar(
        text(
            "SELECT id FROM imports WHERE state IN ('waiting', 'running') AND (attempted_at IS NULL "
            "OR attempted_at < now() - make_interval(secs => :seconds)) ORDER BY attempts, created_at LIMIT 1"
        ),
        {"seconds": ATTEMPT_SECONDS},
    )
    return found


async def lock_open(tx: Transaction, import_id: UUID, *, content: bool) -> Record | None:
    """The import's row, locked, unless it is finished or another runner has it."""
    columns = (*_RUN, imports.c.content) if content else _RUN
    statement = select(*columns).where(imports.c.id == import_id, _OPEN)
    return await tx.record(statement.with_for_update(skip_locked=True))


async def count_attempt(tx: Transaction, import_id: UUID, attempts: int) -> None:
    """Before the file is opened: whatever ends the process then, the attempt is counted. The next chunk clears it."""
    await tx.execute(
        text("UPDATE imports SET attempts = :attempts, attempted_at = now() WHERE id = :id"),
        {"id": import_id, "attempts": attempts},
    )


async def return_attempt(tx: Transaction, import_id: UUID) -> None:
    """The attempt failed for no fault of the file."""
    await tx.execute(
        text("UPDATE imports SET attempts = greatest(attempts - 1, 0), attempted_at = NULL WHERE id = :id"),
        {"id": import_id},
    )


async def note_progress(tx: Transaction, import_id: UUID, counts: Record) -> None:
    """Add to the counts of an import. Its last row completes it; its content stays where rows were refused."""
    await tx.execute(
        text(
            "UPDATE imports SET state = CASE WHEN rows_done + :done >= rows_total THEN 'completed' ELSE 'running' END, "
            "finished_at = CASE WHEN rows_done + :done >= rows_total THEN now() END, "
            "content = CASE WHEN rows_done + :done >= rows_total AND refused + :refused = 0 THEN NULL "
            "ELSE content END, attempts = 0, attempted_at = NULL, "
            "rows_done = rows_done + :done, created = created + :created, changed = changed + :changed, "
            "same = same + :same, refused = refused + :refused, warned = warned + :warned WHERE id = :id"
        ),
        {"id": import_id, **counts},
    )


async def insert_errors(tx: Transaction, import_id: UUID, errors: Sequence[Reported], *, codes: bool) -> None:
    """Keep why rows were refused, or what to look at in those that were taken. `codes`: their keys are codes."""
    if errors:
        rows: list[dict[str, object]] = [
            dict(zip(_ERROR_COLUMNS, (import_id, *error, error[1] if codes else None), strict=True)) for error in errors
        ]
        await tx.execute(_INSERT_ERRORS, columns_of(rows, _ERROR_COLUMNS))


async def fail(tx: Transaction, import_id: UUID, failure: object = None) -> None:
    """Mark an import as failed, with its problem in both languages. Its content is deleted: nothing reads it."""
    values = {"state": "failed", "content": None, "failure": failure, "finished_at": func.now()}
    await tx.execute(update(imports).where(imports.c.id == import_id).values(values))


async def forget_files(tx: Transaction, days: int) -> None:
    """Delete the files of imports that were finished that many days ago."""
    await tx.execute(
        text(
            "UPDATE imports SET content = NULL WHERE content IS NOT NULL AND state IN ('completed', 'failed') "
            "AND finished_at < now() - make_interval(days => :days)"
        ),
        {"days": days},
    )
