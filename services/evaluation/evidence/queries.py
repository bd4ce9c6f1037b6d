"""Every SELECT of the evidence files, and the writes beside them."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.types import Uuid

from services.evaluation.tables import evidence_files
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction

_FILES = evidence_files.c
_SAME = (_FILES.evaluation_id, _FILES.stage, _FILES.code, _FILES.sha256)


async def file(tx: Transaction, row: Record) -> tuple[Record, bool]:
    """Record a file, unless the same content is at the same place; returns the row, and whether it is new."""
    statement = insert(evidence_files).values(row)
    statement = statement.on_conflict_do_nothing(index_elements=_SAME, index_where=text("withdrawn_at IS NULL"))
    inserted = await tx.rows(statement.returning(_FILES.id))
    if inserted:
        return row, True
    same = [column == row[column.name] for column in _SAME]
    found = await tx.record(select(evidence_files).where(*same, _FILES.withdrawn_at.is_(None)))
    assert found is not None
    return found, False


async def get(tx: Transaction, file_id: UUID) -> Record | None:
    """A file that was not withdrawn."""
    return await tx.record(select(evidence_files).where(_FILES.id == file_id, _FILES.withdrawn_at.is_(None)))


async def withdraw(tx: Transaction, file_id: UUID, values: Mapping[str, Any]) -> None:
    """Write that a file was withdrawn."""
    await tx.execute(update(evidence_files).where(_FILES.id == file_id).values(**values))


async def known_files(
    tx: Transaction, evaluation_id: UUID, stage: str | None, file_ids: Collection[UUID]
) -> set[tuple[str, UUID]]:
    """Which of these were filed for a stage of an evaluation, or for any of it, each with its indicator's code."""
    statement = where_given(select(_FILES.id, _FILES.code), {_FILES.stage: stage}).where(
        _FILES.evaluation_id == evaluation_id,
        _FILES.withdrawn_at.is_(None),
        _FILES.id == bindparam("ids", type_=ARRAY(Uuid)).any_(),
    )
    return {(row.code, row.id) for row in await tx.rows(statement, {"ids": sorted(file_ids)})}


async def list_files(
    tx: Transaction,
    *,
    evaluation: UUID | None,
    stage: str | None,
    code: str | None,
    division: str | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page by id, and one row more where there is another page; `division` is a prefix."""
    statement = where_given(
        select(evidence_files).where(_FILES.withdrawn_at.is_(None)),
        {_FILES.evaluation_id: evaluation, _FILES.stage: stage, _FILES.code: code},
    )
    statement = where_within(statement, _FILES.division, division)
    return await tx.records(page_by_id(statement, _FILES.id, after, limit))
