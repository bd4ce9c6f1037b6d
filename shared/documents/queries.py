"""Every SELECT of the documents, and the writes beside them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import cast, exists, insert, select, text
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction
from shared.documents.rules import DocumentState, DocumentStep
from shared.documents.tables import document_scans, documents

_SCANNED = exists().where(document_scans.c.document_id == documents.c.id).label("scanned")
_DOCUMENT = select(documents, _SCANNED)
_TAKEN: Mapping[DocumentStep, str] = {"check": "checked", "issue": "issued", "withdrawal": "withdrawn"}
_NEXT_NUMBER = text(
    "INSERT INTO document_series AS s (division, series, year, last) VALUES (:division, :series, :year, 1) "
    "ON CONFLICT (division, series, year) DO UPDATE SET last = s.last + 1 RETURNING last"
)
_SCAN = select(*(one for one in document_scans.c if one.name != "content"))


async def insert_one(tx: Transaction, row: Record) -> None:
    """Keep what was drafted."""
    await tx.execute(insert(documents).values(row))


async def get(tx: Transaction, document_id: UUID) -> Record | None:
    """One document."""
    return await tx.record(_DOCUMENT.where(documents.c.id == document_id))


async def lock(tx: Transaction, document_id: UUID) -> Record | None:
    """The same, its row locked."""
    return await tx.record(select(documents).where(documents.c.id == document_id).with_for_update())


async def list_documents(
    tx: Transaction,
    *,
    division: str | None,
    kind: str | None,
    state: DocumentState | None,
    subject: str | None,
    year: int | None,
    without: Sequence[str],
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page by id, `without` these kinds."""
    columns = documents.c
    statement = where_given(
        _DOCUMENT, {columns.kind: kind, columns.state: state, columns.subject: subject, columns.year: year}
    )
    statement = where_within(statement, columns.division, division)
    statement = statement.where(*(columns.kind != one for one in without))
    return await tx.records(page_by_id(statement, columns.id, after, limit))


async def take_number(tx: Transaction, division: str, series: str, year: int) -> int:
    """The next number of a series in a year. Whoever else wants one waits until this transaction has ended."""
    async with tx.system_scope():  # the series is its issuer's, who may sit above the document's division
        number: int = await tx.scalar(_NEXT_NUMBER, {"division": division, "series": series, "year": year})
    return number


async def take_step(
    tx: Transaction,
    document_id: UUID,
    step: DocumentStep,
    *,
    state: DocumentState,
    note: str | None,
    now: datetime,
    issued: tuple[date, int | None] | None = None,
) -> None:
    """Move a locked document on; `issued` are the day and the number that it gets."""
    done = _TAKEN[step]
    notes = {} if note is None else {step: note}
    values: dict[str, Any] = {"state": state, f"{done}_by": tx.access.actor, f"{done}_at": now}
    values["notes"] = documents.c.notes.concat(cast(notes, JSONB))
    if issued is not None:
        day, number = issued
        values |= {"issued_on": day, "year": day.year, "number": number}
    changing = documents.update().where(documents.c.id == document_id)
    await tx.execute(changing.values(**values, version=documents.c.version + 1))


async def last_scan(tx: Transaction, document_id: UUID, *, content: bool = False) -> Record | None:
    """The scan that counts, and its `content` where that is wanted."""
    statement = select(document_scans) if content else _SCAN
    newest = statement.where(document_scans.c.document_id == document_id).order_by(document_scans.c.version.desc())
    return await tx.record(newest.limit(1))


async def file_scan(tx: Transaction, row: Record) -> None:
    """Keep a scan beside the earlier ones."""
    await tx.execute(insert(document_scans).values(row))
