"""Every SELECT of the imports, and the writes beside them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text

from shared.db.session import Record, Transaction

_SHOWN = "id, filename, dry_run, state, rows_total, rows_done, created, changed, same, refused, created_at, finished_at"


async def insert(tx: Transaction, row: Record) -> None:
    """Store a file to be imported."""
    await tx.execute(
        text(
            "INSERT INTO imports (id, filename, format, dry_run, state, content, rows_total, "
            "created_by, scope, authority) "
            "VALUES (:id, :filename, :format, :dry_run, 'waiting', :content, :rows_total, "
            ":created_by, :scope, :authority)"
        ),
        row,
    )


async def get(tx: Transaction, import_id: UUID) -> Record | None:
    """One import, without its content."""
    return await tx.record(text(f"SELECT {_SHOWN} FROM imports WHERE id = :id"), {"id": import_id})  # noqa: S608


async def list_errors(tx: Transaction, import_id: UUID, after: int, limit: int) -> list[Record]:
    """Refused rows, in the order of the file."""
    return await tx.records(
        text(
            "SELECT row_number, uscc, problem FROM import_errors "
            "WHERE import_id = :id AND row_number > :after ORDER BY row_number LIMIT :limit"
        ),
        {"id": import_id, "after": after, "limit": limit},
    )


async def next_open(tx: Transaction) -> UUID | None:
    """The oldest import with work left."""
    found: UUID | None = await tx.scalar(
        text("SELECT id FROM imports WHERE state IN ('waiting', 'running') ORDER BY created_at LIMIT 1")
    )
    return found


async def lock_open(tx: Transaction, import_id: UUID, *, content: bool) -> Record | None:
    """The import's row, locked, unless it is finished or another runner has it."""
    columns = f"{_SHOWN}, format, created_by, scope, authority" + (", content" if content else "")
    return await tx.record(
        text(
            f"SELECT {columns} FROM imports WHERE id = :id AND state IN ('waiting', 'running') "  # noqa: S608
            "FOR UPDATE SKIP LOCKED"
        ),
        {"id": import_id},
    )


async def note_progress(tx: Transaction, import_id: UUID, counts: Record) -> None:
    """Add to the counts of an import; it is completed with its last row, and its content goes."""
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
        rows, codes, problems = zip(*errors, strict=True)
        await tx.execute(
            text(
                "INSERT INTO import_errors (import_id, row_number, uscc, problem) "
                "SELECT :id, u.n, u.uscc, CAST(u.problem AS jsonb) "
                "FROM unnest(CAST(:rows AS integer[]), CAST(:codes AS text[]), CAST(:problems AS text[])) "
                "AS u(n, uscc, problem) ON CONFLICT DO NOTHING"
            ),
            {"id": import_id, "rows": list(rows), "codes": list(codes), "problems": list(problems)},
        )


async def fail(tx: Transaction, import_id: UUID) -> None:
    """Give an import up. Its content goes, as that of a completed one: nobody would ever read it again."""
    await tx.execute(
        text("UPDATE imports SET state = 'failed', finished_at = now(), content = NULL WHERE id = :id"),
        {"id": import_id},
    )


def error_record(row: Record) -> dict[str, Any]:
    """A refused row as it is shown."""
    return {"row": row["row_number"], "uscc": row["uscc"], "problem": row["problem"]}
