"""Every SELECT of the cases, and the set-based writes beside them."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, any_, bindparam, literal_column, or_, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from services.incubation.formation.queries import steps
from services.incubation.formation.queries.conditions import (
    IDS,
    OF_ORGANIZATION,
    PENDING,
    by_id_or_code,
    in_division,
)
from services.incubation.formation.rules import STEP_TO, Case
from services.incubation.organizations.queries import KNOWN
from services.incubation.tables import formation_cases
from shared.db.base import columns_of, insert_list, update_list
from shared.db.paging import page_by_id, where_given
from shared.db.session import Record, Transaction
from shared.db.statements import prepare

_COLUMNS = (
    "id",
    "organization_id",
    "uscc",
    "name",
    "division",
    "street",
    "check_id",
    "outcome",
    "party_organization_kind",
    "state",
    "due_on",
    "version",
)
# A pending case follows the newest check; only another outcome gives it a new deadline and reopens it.
_UPSERT = insert_list(
    formation_cases,
    _COLUMNS,
    "ON CONFLICT (organization_id) WHERE state IN ('open', 'deferred') DO UPDATE SET "
    "check_id = excluded.check_id, name = excluded.name, division = excluded.division, street = excluded.street, "
    "party_organization_kind = excluded.party_organization_kind, version = formation_cases.version + 1, "
    "state = CASE WHEN formation_cases.outcome = excluded.outcome THEN formation_cases.state ELSE 'open' END, "
    "due_on = CASE WHEN formation_cases.outcome = excluded.outcome THEN formation_cases.due_on "
    "ELSE excluded.due_on END, outcome = excluded.outcome",
)
_LOCK_PENDING = text(
    "SELECT FROM formation_cases WHERE organization_id = ANY(CAST(:ids AS uuid[])) "
    f"AND {PENDING} ORDER BY id FOR UPDATE"
)
_CLOSE = text(
    "UPDATE formation_cases SET state = 'closed', decided_at = :now, version = version + 1 "  # noqa: S608 - as above
    f"WHERE organization_id = ANY(CAST(:ids AS uuid[])) AND {PENDING} RETURNING id, version, division"
)
_DECIDE = update_list(
    formation_cases,
    ("id",),
    ("party_organization_id",),
    also="state = :state, note = :note, decided_at = :now, deferred_until = :until, version = t.version + 1",
    tail="RETURNING t.*",
)
# The check is not joined: while we wait for the lock, the case may move to another check, and the join finds nothing.
_LOCK = prepare(
    select(
        formation_cases.c.id,
        formation_cases.c.organization_id,
        formation_cases.c.name,
        formation_cases.c.division,
        formation_cases.c.street,
        formation_cases.c.check_id,
        formation_cases.c.outcome,
        formation_cases.c.party_organization_kind,
        formation_cases.c.state,
        formation_cases.c.version,
        (KNOWN.c.status == literal_column("'registered'")).label("organization_registered"),
    )
    .join(KNOWN, OF_ORGANIZATION)
    .where(formation_cases.c.id == bindparam("id"))
    .with_for_update(of=formation_cases)
)
_LIST_SETTLED = prepare(
    select(formation_cases.c.organization_id)
    .join(KNOWN, and_(OF_ORGANIZATION, KNOWN.c.coverage == formation_cases.c.outcome))
    .where(text(PENDING), or_(KNOWN.c.id == IDS, KNOWN.c.covered_by == any_(bindparam("parties", type_=ARRAY(Uuid)))))
)


async def lock_pending_cases(tx: Transaction, organization_ids: Sequence[UUID]) -> None:
    """Lock what is pending for these organizations.

    Lock order: case rows before the audit head of their division, as in `approve_case`; otherwise deadlock.
    """
    await tx.execute(_LOCK_PENDING, {"ids": list(organization_ids)})


async def open_cases(tx: Transaction, rows: Sequence[Record]) -> None:
    """Open a case for each organization, or bring its pending one up to date."""
    if rows:
        await tx.execute(_UPSERT, columns_of(rows, _COLUMNS))


async def close_cases(tx: Transaction, organization_ids: Sequence[UUID], now: datetime) -> None:
    """Close what is pending for these organizations: there is nothing left to decide."""
    if organization_ids:
        closed = await tx.records(_CLOSE, {"ids": list(organization_ids), "now": now})
        await steps.insert_steps(tx, closed, STEP_TO["closed"], now)


async def lock_case(tx: Transaction, case_id: UUID) -> Case | None:
    """One case, locked, as decisions read it."""
    row = await tx.record(_LOCK, {"id": case_id})
    return None if row is None else Case(**row)


async def list_settled(
    tx: Transaction, *, covered_by: Sequence[UUID] = (), organization_ids: Sequence[UUID] = ()
) -> list[UUID]:
    """Organizations whose pending case asks for the coverage that they have.

    Of these organizations, and of those that these Party organizations cover.
    """
    if not covered_by and not organization_ids:
        return []
    rows = await tx.rows(_LIST_SETTLED, {"ids": list(organization_ids), "parties": list(covered_by)})
    return [row.organization_id for row in rows]


async def decide_cases(
    tx: Transaction,
    case_ids: Sequence[UUID],
    *,
    state: str,
    note: str | None,
    party_organization_ids: Sequence[UUID | None],
    now: datetime,
    deferred_until: date | None = None,
) -> list[Record]:
    """Write a decision on each case; returns the cases as they are then."""
    decided = await tx.records(
        _DECIDE,
        {
            "id": list(case_ids),
            "party_organization_id": list(party_organization_ids),
            "state": state,
            "note": note,
            "now": now,
            "until": deferred_until,
        },
    )
    await steps.insert_steps(tx, decided, STEP_TO[state], now, note)
    return decided


async def get_case(tx: Transaction, case_id: UUID) -> Record | None:
    """One case."""
    return await tx.record(select(formation_cases).where(formation_cases.c.id == case_id))


async def list_cases(
    tx: Transaction,
    *,
    division: str | None,
    state: str | None,
    outcome: str | None,
    organization: str | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page of the worklist, the oldest case first."""
    statement = where_given(
        select(formation_cases), {formation_cases.c.state: state, formation_cases.c.outcome: outcome}
    ).where(*by_id_or_code(formation_cases, organization), *in_division(formation_cases, division))
    return await tx.records(page_by_id(statement, formation_cases.c.id, after, limit))
