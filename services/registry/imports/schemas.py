"""An import and its row-level report, as clients see them."""

from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from services.registry.imports.queries import Severity
from services.registry.imports.sentences import NOT_READ, NOTHING_WRITTEN, SKIPPED, WRITTEN
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


class ColumnOut(BaseModel):
    """A column that is read, and the field it holds. `column` is its letters, A for the first."""

    column: str
    heading: str
    field: str


class IgnoredColumnOut(BaseModel):
    """A column that is not read; `like` names the field whose heading is alike."""

    column: str
    heading: str
    like: str | None


class SkippedRowOut(BaseModel):
    """A row that is no record: totals, the form's end, a note."""

    row: int
    why: str


class FaultOut(BaseModel):
    """How many rows have one fault, and its sentence for the first of them."""

    field: str | None
    heading: str | None
    rows: int
    first_row: int
    detail: str


class ImportOut(BaseModel):
    """One import. With `dry_run` nothing is saved, and the counts say what would be: `message` says so."""

    id: UUID
    subject: str
    filename: str
    dry_run: bool
    state: State
    counts: CountsOut
    warned: int
    """Rows that were taken, with something that a person should look at: the report names it."""
    created_at: AwareDatetime
    finished_at: AwareDatetime | None
    message: str | None = None
    """What it did, in a sentence; null until it is completed."""
    problem: dict[str, Any] | None = None
    """Why it failed."""
    as_of: AwareDatetime | None = None
    division: str | None = None
    """What was given for the whole file."""
    datum: str | None = None
    """Of its positions, where a row names none; null: WGS84."""
    sheet: str | None = None
    mapping: dict[str, str | None] = {}
    """What the uploader said of headings: their fields, null of those that are not read."""
    sheets_left_out: list[str] = []
    columns: list[ColumnOut] = []
    ignored_columns: list[IgnoredColumnOut] = []
    warnings: list[str] = []
    skipped: list[SkippedRowOut] = []
    skipped_rows: int = 0
    fields: dict[str, str] | None = None
    """Of one import, not of a list's: the fields that a column may be mapped to, with how they are called."""
    policies: list[str] = []
    """Ids of the policies whose headings and words it was read by."""
    faults: list[FaultOut] | None = None
    """Of one import that is finished, not of a list's: its refused rows by fault."""


class ImportProgressOut(BaseModel):
    """How far an import is."""

    id: UUID
    state: State
    counts: CountsOut
    warned: int
    finished: bool


class CellOut(BaseModel):
    """A value at fault; `cell` as a spreadsheet names it, null in ndjson and where there is none."""

    field: str | None
    cell: str | None
    heading: str | None
    value: str | None
    detail: str


class ImportErrorOut(BaseModel):
    """Why one row was refused, or what to look at in one that was taken; `row` counts as the file's own rows do."""

    row: int
    uscc: str | None
    key: str | None
    """What names the record: the code, or the number of a record that has none."""
    severity: Severity
    problem: dict[str, Any]
    cells: list[CellOut] = []


def progress_out(row: dict[str, Any]) -> ImportProgressOut:
    """How far a stored row is."""
    finished = row["state"] in ("completed", "failed")
    return ImportProgressOut(
        id=row["id"], state=row["state"], counts=_counts(row), warned=row["warned"], finished=finished
    )


def _counts(row: dict[str, Any]) -> CountsOut:
    became = {name: row[name] for name in ("created", "changed", "same", "refused")}
    if row["records"] is None:
        return CountsOut(total=row["rows_total"], done=row["rows_done"], **became)
    return CountsOut(total=row["records"], done=sum(became.values()), **became)


def import_out(
    row: dict[str, Any], language: Language, faults: list[dict[str, Any]] | None = None, *, listed: bool = False
) -> ImportOut:
    """A stored row as clients see it, shorter where it is `listed`. What an older version imported has no report."""
    counts = _counts(row)
    report = dict(row["report"] or {})
    if listed:
        report.pop("fields", None)
    report["skipped"] = [
        {"row": one["row"], "why": SKIPPED[one["why"]].render(language)} for one in report.get("skipped", [])
    ]
    report["warnings"] = [
        NOT_READ.render(language, column=one["column"], heading=one["heading"], known=one["known"])
        for one in report.get("ignored_columns", [])
        if one["like"]
    ]
    shown = {**row, **(row["given"] or {}), **report, "counts": counts}
    if row["state"] == "completed":
        shown["message"] = (NOTHING_WRITTEN if row["dry_run"] else WRITTEN).render(
            language, **{name: row[name] for name in ("created", "changed", "same", "refused")}
        )
    if row["failure"]:
        shown["problem"] = row["failure"][language]
    if faults is not None:
        shown["faults"] = [one | {"detail": one["told"][language]} for one in faults]
    return ImportOut.model_validate(shown)


def import_error_out(row: dict[str, Any], language: Language) -> ImportErrorOut:
    """A row of the report with its problem in the reader's language."""
    cells = [one | {"detail": one["told"][language]} for one in row["cells"] or []]
    return ImportErrorOut(
        row=row["row_number"],
        uscc=row["uscc"],
        key=row["key"] or row["uscc"],
        severity=row["severity"],
        problem=row["problem"][language],
        cells=[CellOut.model_validate(one) for one in cells],
    )
