"""Every SELECT of the cases, and the set-based writes beside them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import bindparam, exists, func, literal_column, select, text

from services.incubation.formation.queries import steps
from services.incubation.formation.queries.conditions import OF_ORGANIZATION, PENDING, by_id_or_code, in_division
from services.incubation.formation.rules import STEP_TO, Case
from services.incubation.organizations.queries import COVERING, KNOWN
from services.incubation.tables import case_arrangements, case_occasions, formation_cases, formation_checks
from shared.contracts.base import Reason
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
_OCCASION_COLUMNS = tuple(column.name for column in case_occasions.columns)
_INSERT_OCCASIONS = insert_list(
    case_occasions, _OCCASION_COLUMNS, "ON CONFLICT (case_id) DO UPDATE SET concerns = excluded.concerns"
)
# Another occasion is another case.
_CLOSE_OTHERS = text(
    "UPDATE formation_cases SET state = 'closed', decided_at = :now, version = version + 1 "  # noqa: S608 - as below
    "FROM unnest(CAST(:organizations AS uuid[]), CAST(:occasions AS text[])) AS u(organization_id, occasion) "
    f"WHERE formation_cases.organization_id = u.organization_id AND {PENDING} AND u.occasion <> COALESCE("
    "(SELECT k.occasion FROM case_occasions k WHERE k.case_id = formation_cases.id), 'formation')"
)
_SAME = "formation_cases.outcome = excluded.outcome"
# A pending case follows the newest check; only another outcome gives it a new deadline and reopens it.
_UPSERT = insert_list(
    formation_cases,
    _COLUMNS,
    "ON CONFLICT (organization_id) WHERE state IN ('open', 'deferred') DO UPDATE SET "
    "check_id = excluded.check_id, name = excluded.name, division = excluded.division, street = excluded.street, "
    "party_organization_kind = excluded.party_organization_kind, version = formation_cases.version + 1, "
    f"state = CASE WHEN {_SAME} THEN formation_cases.state ELSE 'open' END, "
    f"due_on = CASE WHEN {_SAME} THEN formation_cases.due_on ELSE excluded.due_on END, "
    "outcome = excluded.outcome RETURNING id, organization_id",
)
_SENT = (
    select(case_arrangements.c.instructor)
    .where(case_arrangements.c.case_id == formation_cases.c.id, case_arrangements.c.instructor.is_not(None))
    .order_by(case_arrangements.c.version.desc())
    .limit(literal_column("1"))
)
_SET_UP = exists().where(case_arrangements.c.case_id == formation_cases.c.id, case_arrangements.c.work_group)
_OFFERED = exists().where(
    formation_checks.c.id == formation_cases.c.check_id,
    formation_checks.c.reasons.contains(literal_column("""'[{"rule": "S21"}]'""")),
)
_HAS_MEMBERS = exists().where(OF_ORGANIZATION, KNOWN.c.full_members + KNOWN.c.probationary_members > 0)
_SHOWN = select(
    formation_cases,
    func.coalesce(case_occasions.c.occasion, literal_column("'formation'")).label("occasion"),
    case_occasions.c.concerns,
    _SENT.scalar_subquery().label("instructor"),
    _SET_UP.label("work_group"),
    _OFFERED.label("work_group_offered"),
    _HAS_MEMBERS.label("has_members"),
).outerjoin(case_occasions, case_occasions.c.case_id == formation_cases.c.id)
_LOCK_PENDING = text(
    "SELECT FROM formation_cases WHERE organization_id = ANY(CAST(:ids AS uuid[])) "
    f"AND {PENDING} ORDER BY id FOR UPDATE"
)
_CLOSE = text(
    "UPDATE formation_cases SET state = 'closed', decided_at = :now, version = version + 1 "  # noqa: S608 - as above
    f"WHERE organization_id = ANY(CAST(:ids AS uuid[])) AND {PENDING} RETURNING id, version, division"
)
_FORMER = prepare(
    select(COVERING.c.id)
    .join(formation_cases, formation_cases.c.party_organization_id == COVERING.c.id)
    .where(
        formation_cases.c.organization_id == bindparam("id"),
        formation_cases.c.outcome == literal_column("'standalone'"),
        COVERING.c.form.is_(None),
    )
    .order_by(formation_cases.c.id.desc())
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
        case_occasions.c.occasion,
        case_occasions.c.concerns,
        (KNOWN.c.status == literal_column("'registered'")).label("organization_registered"),
        KNOWN.c.registered_on,
    )
    .join(KNOWN, OF_ORGANIZATION)
    .outerjoin(case_occasions, case_occasions.c.case_id == formation_cases.c.id)
    .where(formation_cases.c.id == bindparam("id"))
    .with_for_update(of=formation_cases)
)


async def lock_pending_cases(tx: Transaction, organization_ids: Sequence[UUID]) -> None:
    """Lock what is pending for these organizations.

    Lock order: case rows before the audit head of their division, as in `approve_case`; otherwise deadlock.
    """
    await tx.execute(_LOCK_PENDING, {"ids": list(organization_ids)})


async def open_cases(tx: Transaction, rows: Sequence[Record], now: datetime, *, new: Collection[UUID] = ()) -> None:
    """Open a case for each organization (of `new` ones none is pending), or bring its pending one up to date."""
    if not rows:
        return
    occasions = {row["organization_id"]: row for row in rows}
    known = {one: row["occasion"] for one, row in occasions.items() if one not in new}
    if known:
        await tx.execute(_CLOSE_OTHERS, {"organizations": list(known), "occasions": list(known.values()), "now": now})
    opened = await tx.rows(_UPSERT, columns_of(rows, _COLUMNS))
    special = [
        {**occasions[row.organization_id], "case_id": row.id}
        for row in opened
        if occasions[row.organization_id]["concerns"] is not None
    ]
    if special:
        await tx.execute(_INSERT_OCCASIONS, columns_of(special, _OCCASION_COLUMNS))


async def close_cases(tx: Transaction, organization_ids: Sequence[UUID], now: datetime) -> None:
    """Close what is pending for these organizations: there is nothing left to decide."""
    if organization_ids:
        closed = await tx.records(_CLOSE, {"ids": list(organization_ids), "now": now})
        await steps.insert_steps(tx, closed, STEP_TO["closed"], now)


async def lock_case(tx: Transaction, case_id: UUID) -> Case | None:
    """One case, locked, as decisions read it."""
    row = await tx.record(_LOCK, {"id": case_id})
    return None if row is None else Case(**row)


async def find_former(tx: Transaction, organization_id: UUID) -> UUID | None:
    """The standalone Party organization that an organization had last, where it is dissolved."""
    found: UUID | None = await tx.scalar(_FORMER, {"id": organization_id})
    return found


async def decide_cases(
    tx: Transaction,
    case_ids: Sequence[UUID],
    *,
    state: str,
    note: str | None,
    party_organization_ids: Sequence[UUID | None],
    now: datetime,
    deferred_until: date | None = None,
    authorities: Mapping[UUID, Reason] | None = None,
) -> list[Record]:
    """Write a decision on each case; returns the cases as they are then. `authorities`: for which body, by case."""
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
    await steps.insert_steps(tx, decided, STEP_TO[state], now, note, authorities)
    return decided


async def get_case(tx: Transaction, case_id: UUID) -> Record | None:
    """One case."""
    return await tx.record(_SHOWN.where(formation_cases.c.id == case_id))


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
    statement = where_given(_SHOWN, {formation_cases.c.state: state, formation_cases.c.outcome: outcome}).where(
        *by_id_or_code(formation_cases, organization), *in_division(formation_cases, division)
    )
    return await tx.records(page_by_id(statement, formation_cases.c.id, after, limit))
