"""Every SELECT of the imports, and the writes beside them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, insert, or_, select, text

from services.registry.tables import import_errors, imports
from shared.db.base import columns_of, insert_list
from shared.db.session import Record, Transaction

_SHOWN: tuple[ColumnElement[Any], ...] = (
    imports.c.id,
    imports.c.filename,
    imports.c.dry_run,
    imports.c.state,
    imports.c.rows_total,
    imports.c.rows_done,
    imports.c.created,
    imports.c.changed,
    imports.c.same,
    imports.c.refused,
    imports.c.created_at,
    imports.c.finished_at,
)
_RUN = (*_SHOWN, imports.c.format, imports.c.created_by, imports.c.scope, imports.c.authority)
_OPEN = or_(imports.c.state == "waiting", imports.c.state == "running")
_ERROR_COLUMNS = ("import_id", "row_number", "uscc", "problem")
_INSERT_ERRORS = insert_list(import_errors, _ERROR_COLUMNS, "ON CONFLICT DO NOTHING")


async def insert_waiting(tx: Transaction, row: Record) -> None:
    """Store a file to be imported."""
    await tx.execute(insert(imports).values(row | {"state": "waiting"}))


async def get(tx: Transaction, import_id: UUID) -> Record | None:
    """One import, without its content."""
    return await tx.record(select(*_SHOWN).where(imports.c.id == import_id))


async def list_errors(tx: Transaction, import_id: UUID, after: int, limit: int) -> list[Record]:
    """Refused rows, in the order of the file: `limit` of them, and one that says whether there are more."""
    return await tx.records(
        select(import_errors.c.row_number, import_errors.c.uscc, import_errors.c.problem)
        .where(import_errors.c.import_id == import_id, import_errors.c.row_number > after)
        .order_by(import_errors.c.row_number)
        .limit(limit + 1)
    )


async def next_open(tx: Transaction) -> UUID | None:
    """The oldest import with work left."""
    found: UUID | None = await tx.scalar(select(imports.c.id).where(_OPEN).order_by(imports.c.created_at).limit(1))
    return found


async def lock_open(tx: Transaction, import_id: UUID, *, content: bool) -> Record | None:
    """The import's row, locked, unless it is finished or another runner has it."""
    columns = (*_RUN, imports.c.content) if content else _RUN
    statement = select(*columns).where(imports.c.id == import_id, _OPEN)
    return await tx.record(statement.with_for_update(skip_locked=True))


async def note_progress(tx: Transaction, import_id: UUID, counts: Record) -> None:
    """Add to the counts of an import. Its last row completes it and deletes its content."""
    await tx.execute(
        text(
            "UPDATE imports SET state = CASE WHEN rows_done + :done >= rows_total THEN 'completed' ELSE 'running' END, "
            "finished_at = CASE WHEN rows_done + :done >= rows_total THEN now() END, "
            "content = CASE WHEN rows_done + :done >= rows_total THEN NULL ELSE content END, "
            "rows_done = rows_done + :done, created = created + :created, changed = changed + :changed, "
            "same = same + :same, refused = refused + :refused WHERE id = :id"
        ),
        {"id": import_id, **counts},
    )


async def insert_errors(tx: Transaction, import_id: UUID, errors: Sequence[tuple[int, str | None, str]]) -> None:
    """Keep why rows were refused: (row, code, problem document as JSON)."""
    if errors:
        rows: list[dict[str, object]] = [
            dict(zip(_ERROR_COLUMNS, (import_id, *error), strict=True)) for error in errors
        ]
        await tx.execute(_INSERT_ERRORS, columns_of(rows, _ERROR_COLUMNS))


async def fail(tx: Transaction, import_id: UUID) -> None:
    """Mark an import as failed. Its content is deleted, as a completed one's is: nothing reads it any more."""
    await tx.execute(
        text("UPDATE imports SET state = 'failed', finished_at = now(), content = NULL WHERE id = :id"),
        {"id": import_id},
    )
