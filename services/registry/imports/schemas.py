"""An import and its row-level report, as clients see them."""

from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from shared.problems.language import Language

State = Literal["waiting", "running", "completed", "failed"]


class CountsOut(BaseModel):
    """Rows by what became of them; `same` changed nothing."""

    total: int
    done: int
    created: int
    changed: int
    same: int
    refused: int


class ImportOut(BaseModel):
    """One import. With `dry_run` nothing is saved, and the counts say what would be."""

    id: UUID
    filename: str
    dry_run: bool
    state: State
    counts: CountsOut
    created_at: AwareDatetime
    finished_at: AwareDatetime | None


class ImportErrorOut(BaseModel):
    """Why one row was refused; `row` counts as the file's own rows do."""

    row: int
    uscc: str | None
    problem: dict[str, Any]


def import_out(row: dict[str, Any]) -> ImportOut:
    """A stored row as clients see it."""
    counts = {
        "total": row["rows_total"],
        "done": row["rows_done"],
        **{name: row[name] for name in ("created", "changed", "same", "refused")},
    }
    return ImportOut.model_validate({**row, "counts": counts})


def import_error_out(row: dict[str, Any], language: Language) -> ImportErrorOut:
    """A refused row with its problem in the reader's language."""
    return ImportErrorOut(row=row["row_number"], uscc=row["uscc"], problem=row["problem"][language])
