"""Every SELECT of checks and cases, and the set-based writes beside them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from services.incubation.tables import formation_cases, formation_checks, organizations
from shared.db.base import columns_of, insert_list
from shared.db.session import Record, Transaction

_STATE = (
    "uscc",
    "name",
    "kind",
    "division",
    "street",
    "carrier",
    "lon",
    "lat",
    "full_members_full_time",
    "full_members",
    "probationary_members",
    "status",
    "sequence",
)
_ORGANIZATION_COLUMNS = ("id", *_STATE, "checks")
_UPSERT_ORGANIZATIONS = insert_list(
    organizations,
    _ORGANIZATION_COLUMNS,
    "ON CONFLICT (id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _STATE)
    + ", checks = organizations.checks + 1 WHERE organizations.sequence < excluded.sequence "
    "RETURNING id, checks, coverage, covered_by",
)
_CHECK_COLUMNS = tuple(column.name for column in formation_checks.columns)
_INSERT_CHECKS = insert_list(formation_checks, _CHECK_COLUMNS)
_CASE_COLUMNS = (
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
_UPSERT_CASES = insert_list(
    formation_cases,
    _CASE_COLUMNS,
    "ON CONFLICT (organization_id) WHERE state IN ('open', 'deferred') DO UPDATE SET "
    "check_id = excluded.check_id, name = excluded.name, division = excluded.division, street = excluded.street, "
    "party_organization_kind = excluded.party_organization_kind, version = formation_cases.version + 1, "
    "state = CASE WHEN formation_cases.outcome = excluded.outcome THEN formation_cases.state ELSE 'open' END, "
    "due_on = CASE WHEN formation_cases.outcome = excluded.outcome THEN formation_cases.due_on "
    "ELSE excluded.due_on END, outcome = excluded.outcome",
)
_IDS = bindparam("ids", type_=ARRAY(Uuid))


async def upsert_organizations(tx: Transaction, rows: Sequence[Record]) -> dict[UUID, Record]:
    """Take states in, unless a newer one is known; returns those taken: number of the check, coverage."""
    found = await tx.records(_UPSERT_ORGANIZATIONS, columns_of(rows, _ORGANIZATION_COLUMNS))
    return {row["id"]: row for row in found}


async def hold_pending_cases(tx: Transaction, organization_ids: Sequence[UUID]) -> None:
    """Lock what is pending for these organizations. Whoever decides a case locks it before the audit's head of its
    division; who comes with checks and cases must do so too, or the two wait for each other.
    """
    await tx.execute(
        text(
            "SELECT FROM formation_cases WHERE organization_id = ANY(CAST(:ids AS uuid[])) "
            "AND state IN ('open', 'deferred') ORDER BY id FOR UPDATE"
        ),
        {"ids": list(organization_ids)},
    )


async def insert_checks(tx: Transaction, rows: Sequence[Record]) -> None:
    """Store decisions."""
    if rows:
        await tx.execute(_INSERT_CHECKS, columns_of(rows, _CHECK_COLUMNS))


async def open_cases(tx: Transaction, rows: Sequence[Record]) -> None:
    """Open a case for each organization, or bring its pending one up to date."""
    if rows:
        await tx.execute(_UPSERT_CASES, columns_of(rows, _CASE_COLUMNS))


async def close_cases(tx: Transaction, organization_ids: Sequence[UUID], now: datetime) -> None:
    """Close what is pending for these organizations: there is nothing left to decide."""
    if organization_ids:
        await tx.execute(
            text(
                "UPDATE formation_cases SET state = 'closed', decided_at = :now, version = version + 1 "
                "WHERE organization_id = ANY(CAST(:ids AS uuid[])) AND state IN ('open', 'deferred')"
            ),
            {"ids": list(organization_ids), "now": now},
        )


async def end_organizations(tx: Transaction, ended: Mapping[UUID, int]) -> list[UUID]:
    """Note that organizations were deregistered (sequence by id); returns those for which it is news."""
    rows = await tx.rows(
        text(
            "UPDATE organizations AS o SET status = 'deregistered', sequence = u.sequence "
            "FROM unnest(CAST(:ids AS uuid[]), CAST(:sequences AS bigint[])) AS u(id, sequence) "
            "WHERE o.id = u.id AND o.sequence < u.sequence RETURNING o.id"
        ),
        {"ids": list(ended), "sequences": list(ended.values())},
    )
    return [row.id for row in rows]


async def lock_case(tx: Transaction, case_id: UUID) -> Record | None:
    """One case, locked, with what its organization is now."""
    return await tx.record(
        text(
            "SELECT c.*, o.status AS organization_status FROM formation_cases c "
            "JOIN organizations o ON o.id = c.organization_id WHERE c.id = :id FOR UPDATE OF c"
        ),
        {"id": case_id},
    )


async def get_case(tx: Transaction, case_id: UUID) -> Record | None:
    """One case."""
    return await tx.record(select(formation_cases).where(formation_cases.c.id == case_id))


async def lock_joint_cases(tx: Transaction, organization_ids: Sequence[UUID]) -> dict[UUID, Record]:
    """Pending joint cases of these organizations, locked in one order, with what the organizations are now."""
    rows = await tx.records(
        text(
            "SELECT c.id, c.organization_id, c.state, o.full_members_full_time, o.full_members, "
            "o.probationary_members, o.division, o.street, o.carrier FROM formation_cases c "
            "JOIN organizations o ON o.id = c.organization_id "
            "WHERE c.organization_id = ANY(CAST(:ids AS uuid[])) AND c.outcome = 'joint' "
            "AND c.state IN ('open', 'deferred') AND o.status = 'registered' ORDER BY c.id FOR UPDATE OF c"
        ),
        {"ids": list(organization_ids)},
    )
    return {row["organization_id"]: row for row in rows}


async def decide_cases(
    tx: Transaction,
    case_ids: Sequence[UUID],
    *,
    state: str,
    note: str | None,
    party_organization_ids: Sequence[UUID | None],
    now: datetime,
    deferred_until: date | None = None,
) -> None:
    """Write a decision on each case."""
    await tx.execute(
        text(
            "UPDATE formation_cases AS c SET state = :state, note = :note, decided_at = :now, "
            "deferred_until = :until, party_organization_id = u.party, version = c.version + 1 "
            "FROM unnest(CAST(:ids AS uuid[]), CAST(:parties AS uuid[])) AS u(id, party) WHERE c.id = u.id"
        ),
        {
            "ids": list(case_ids),
            "parties": list(party_organization_ids),
            "state": state,
            "note": note,
            "now": now,
            "until": deferred_until,
        },
    )


async def list_checks(
    tx: Transaction, *, organization: str | None, division: str | None, before: str | None, limit: int
) -> list[Record]:
    """Decisions, the newest first."""
    statement = select(formation_checks).order_by(formation_checks.c.id.desc()).limit(limit)
    if organization is not None:
        statement = statement.where(_by_id_or_code(formation_checks, organization))
    if division is not None:
        statement = statement.where(formation_checks.c.division.startswith(division, autoescape=True))
    if before is not None:
        statement = statement.where(formation_checks.c.id < UUID(before))
    return await tx.records(statement)


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
    """The worklist, oldest case first."""
    statement = select(formation_cases).order_by(formation_cases.c.id).limit(limit)
    if division is not None:
        statement = statement.where(formation_cases.c.division.startswith(division, autoescape=True))
    if state is not None:
        statement = statement.where(formation_cases.c.state == state)
    if outcome is not None:
        statement = statement.where(formation_cases.c.outcome == outcome)
    if organization is not None:
        statement = statement.where(_by_id_or_code(formation_cases, organization))
    if after is not None:
        statement = statement.where(formation_cases.c.id > UUID(after))
    return await tx.records(statement)


async def get_check(tx: Transaction, check_id: UUID) -> Record | None:
    """One decision."""
    return await tx.record(select(formation_checks).where(formation_checks.c.id == check_id))


def _by_id_or_code(table: Table, reference: str) -> ColumnElement[Any]:
    try:
        return table.c.organization_id == UUID(reference)
    except ValueError:
        return table.c.uscc == reference.upper()
