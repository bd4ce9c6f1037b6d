"""Every SELECT of the conflicts, and the writes beside them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select, text

from services.registry.conflicts.rules import Conflict, ConflictKind, ConflictState, Contradiction, Queued, Side
from services.registry.organizations.organization import Organization
from services.registry.tables import conflicts
from shared.db.base import columns_of, insert_list, new_id, to_json
from shared.db.paging import page_by_id, where_given
from shared.db.session import Record, Transaction

_COLUMNS = (
    "id",
    "kind",
    "organization_id",
    "uscc",
    "division",
    "stored_division",
    "stored",
    "stored_as_of",
    "incoming",
    "as_of",
    "fingerprint",
    "sent_by",
    "created_at",
    "data_source",
    "disputed",
)
# A registration that is sent again finds its conflict, decided or not.
_INSERT = insert_list(
    conflicts,
    _COLUMNS,
    "ON CONFLICT (uscc, fingerprint) DO UPDATE SET fingerprint = excluded.fingerprint "
    "RETURNING id, uscc, fingerprint, state",
)
_RESOLVE = text(
    "UPDATE conflicts SET state = :state, taken = :taken, reason = :reason, resolved_by = :resolved_by, "
    "resolved_at = :now, version = version + 1 WHERE id = :id RETURNING *"
)


async def enqueue(tx: Transaction, found: Sequence[Contradiction], now: datetime) -> list[Queued]:
    """The conflict of each contradiction, in their order; one that was there before keeps its id."""
    rows: dict[tuple[str, str], Record] = {
        (one.stored.uscc, one.fingerprint): {
            "id": new_id(),
            "kind": one.kind,
            "organization_id": one.stored.id,
            "uscc": one.stored.uscc,
            "division": one.incoming.division,
            "stored_division": one.stored.content.division,
            "stored": to_json(one.stored.content.columns()),
            "stored_as_of": one.stored.as_of,
            "incoming": to_json(one.incoming.columns()),
            "as_of": one.as_of,
            "fingerprint": one.fingerprint,
            "sent_by": tx.access.actor,
            "created_at": now,
            "data_source": one.data_source,
            "disputed": to_json(list(one.disputed)) if one.disputed else None,
        }
        for one in found
    }
    ordered = [rows[key] for key in sorted(rows)]
    stored = await tx.rows(_INSERT, columns_of(ordered, _COLUMNS)) if ordered else []
    ids = {(row.uscc, row.fingerprint): Queued(row.id, row.state == "resolved") for row in stored}
    return [ids[one.stored.uscc, one.fingerprint] for one in found]


async def get(tx: Transaction, conflict_id: UUID) -> Record | None:
    """One conflict."""
    return await tx.record(select(conflicts).where(conflicts.c.id == conflict_id))


async def list_open(tx: Transaction, organization: Organization) -> list[UUID]:
    """The ids of an organization's conflicts that wait, oldest first."""
    statement = select(conflicts.c.id).where(conflicts.c.uscc == organization.uscc, conflicts.c.state == "open")
    return [row.id for row in await tx.rows(statement.order_by(conflicts.c.id))]


async def lock(tx: Transaction, conflict_id: UUID) -> Conflict | None:
    """One conflict, locked."""
    row = await tx.record(select(conflicts).where(conflicts.c.id == conflict_id).with_for_update())
    return None if row is None else Conflict.of(row)


async def resolve(
    tx: Transaction, conflict_id: UUID, *, state: ConflictState, take: Side, reason: str, now: datetime
) -> Record:
    """Note who took which side, and why; returns the row."""
    values = {"id": conflict_id, "state": state, "taken": take, "reason": reason, "now": now}
    row = await tx.record(_RESOLVE, {**values, "resolved_by": tx.access.actor})
    assert row is not None
    return row


async def list_conflicts(
    tx: Transaction,
    *,
    division: str | None,
    state: ConflictState | None,
    kind: ConflictKind | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page by id, oldest first; `division` holds either side."""
    statement = where_given(select(conflicts), {conflicts.c.state: state, conflicts.c.kind: kind})
    if division is not None:
        sides = (conflicts.c.division, conflicts.c.stored_division)
        statement = statement.where(or_(*(side.startswith(division, autoescape=True) for side in sides)))
    return await tx.records(page_by_id(statement, conflicts.c.id, after, limit))
