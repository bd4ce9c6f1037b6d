"""Every SELECT of the pairs, and the writes beside them."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, text

from services.registry.duplicates.rules import DuplicateKind, DuplicateState, Verdict
from services.registry.tables import duplicates
from shared.db.paging import page_by_id, where_given
from shared.db.session import Record, Transaction

_RESOLVE = text(
    "UPDATE duplicates SET state = 'resolved', verdict = :verdict, kept_id = :kept_id, succession_id = :succession_id, "
    "reason = :reason, reasons = CAST(:reasons AS jsonb), resolved_by = :resolved_by, resolved_at = :resolved_at, "
    "version = version + 1 WHERE id = :id RETURNING *"
)
_PROPOSE = text("SELECT propose_duplicates(ARRAY(SELECT id FROM organizations WHERE division LIKE :scope ORDER BY id))")


async def get(tx: Transaction, duplicate_id: UUID) -> Record | None:
    """One pair."""
    return await tx.record(select(duplicates).where(duplicates.c.id == duplicate_id))


async def lock(tx: Transaction, duplicate_id: UUID) -> Record | None:
    """One pair, locked."""
    return await tx.record(select(duplicates).where(duplicates.c.id == duplicate_id).with_for_update())


async def lock_open(tx: Transaction, one: UUID, other: UUID) -> Record | None:
    """The pair of two organizations, locked, while it is open."""
    pair = or_(
        (duplicates.c.organization_id == one) & (duplicates.c.other_id == other),
        (duplicates.c.organization_id == other) & (duplicates.c.other_id == one),
    )
    return await tx.record(select(duplicates).where(pair, duplicates.c.state == "open").with_for_update())


async def list_duplicates(
    tx: Transaction,
    *,
    division: str | None,
    state: DuplicateState | None,
    kind: DuplicateKind | None,
    verdict: Verdict | None,
    organization_id: UUID | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page by id; `division` holds either side."""
    column = duplicates.c
    given: dict[ColumnElement[Any], object] = {column.state: state, column.kind: kind, column.verdict: verdict}
    statement = where_given(select(duplicates), given)
    if division is not None:
        sides = (duplicates.c.division, duplicates.c.other_division)
        statement = statement.where(or_(*(side.startswith(division, autoescape=True) for side in sides)))
    if organization_id is not None:
        sides_of = (duplicates.c.organization_id, duplicates.c.other_id)
        statement = statement.where(or_(*(side == organization_id for side in sides_of)))
    return await tx.records(page_by_id(statement, duplicates.c.id, after, limit))


async def resolve(tx: Transaction, values: dict[str, Any]) -> Record:
    """Note what a pair is, and who said so; returns the row."""
    row = await tx.record(_RESOLVE, values)
    assert row is not None
    return row


async def propose_in(tx: Transaction, prefix: str) -> int:
    """Propose the pairs of what is stored within a prefix of divisions; how many were not proposed before."""
    return int(await tx.scalar(_PROPOSE, {"scope": f"{prefix}%"}))
