"""Every SELECT of the organizations, and the set-based writes beside them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import BigInteger, Text, Uuid

from services.registry.organizations.organization import CONTENT, Organization
from services.registry.tables import organization_counts, organizations
from shared.bus.sending.fast_path import insert_and_emit, with_event
from shared.bus.sending.outbox import NewEvent
from shared.contracts.base import Coverage
from shared.db.base import columns_of, insert_list, to_json, update_list
from shared.db.fast_path import insert_row
from shared.db.session import Transaction
from shared.db.statements import prepare
from shared.field.uscc import normalize

_NEW_COLUMNS = ("id", "uscc", *CONTENT, "as_of", "version", "ended_on")
_UNLESS_THERE = "ON CONFLICT (uscc) DO NOTHING RETURNING uscc"
_INSERT = insert_list(organizations, _NEW_COLUMNS, _UNLESS_THERE)
_INSERT_WITH_EVENT = with_event(insert_row(organizations, _NEW_COLUMNS, _UNLESS_THERE))
_CHANGING = (*CONTENT, "as_of", "version", "ended_on", "former_names")
_UPDATE = update_list(organizations, ("id",), _CHANGING)
_SET_COVERAGE = update_list(organizations, ("id",), ("coverage",))

_BY_USCC = (
    select(organizations)
    .where(organizations.c.uscc == bindparam("codes", type_=ARRAY(Text)).any_())
    .order_by(organizations.c.id)
)
_LIST_BY_USCC = prepare(_BY_USCC)
_LOCK_BY_USCC = prepare(_BY_USCC.with_for_update())
_BY_ID = (
    select(organizations)
    .where(organizations.c.id == bindparam("ids", type_=ARRAY(Uuid)).any_())
    .order_by(organizations.c.id)
)
_LIST_BY_ID = prepare(_BY_ID)
_LOCK_BY_ID = prepare(_BY_ID.with_for_update())

IDENTITIES = select(
    organizations.c.id,
    organizations.c.uscc,
    organizations.c.kind,
    organizations.c.evaluation_type,
    organizations.c.name,
).subquery("identities")
"""The columns that identify an organization, for joins in other modules' statements."""

SHOWN = select(
    organizations.c.id,
    organizations.c.uscc,
    organizations.c.name,
    organizations.c.kind,
    organizations.c.division,
).subquery("shown")
"""How an organization is shown in other modules' lists."""

_COUNTED = func.sum(organization_counts.c.organizations)
COUNTS_BY_COVERAGE = (
    select(organization_counts.c.coverage, _COUNTED.cast(BigInteger).label("n"))
    .where(organization_counts.c.division.like(bindparam("scope", type_=Text)))
    .group_by(organization_counts.c.coverage)
    .having(literal_column("0") != _COUNTED)
    .subquery("counts_by_coverage")
)
"""The number `n` of registered organizations in a `scope` (a LIKE pattern) by coverage, for other modules."""

COUNTS_BY_DIVISION = (
    select(organization_counts.c.division, organization_counts.c.coverage, _COUNTED.cast(BigInteger).label("n"))
    .where(organization_counts.c.division.like(bindparam("scope", type_=Text)))
    .group_by(organization_counts.c.division, organization_counts.c.coverage)
    .having(literal_column("0") != _COUNTED)
    .subquery("counts_by_division")
)
"""The same by division and coverage."""


async def lock_by_uscc(tx: Transaction, codes: Sequence[str]) -> list[Organization]:
    """Organizations of these codes, locked in the order of their ids, so that two lists never deadlock."""
    return [Organization.of(row) for row in await tx.rows(_LOCK_BY_USCC, {"codes": list(codes)})]


async def list_by_uscc(tx: Transaction, codes: Sequence[str]) -> list[Organization]:
    """Organizations of these codes, not locked."""
    return [Organization.of(row) for row in await tx.rows(_LIST_BY_USCC, {"codes": list(codes)})]


async def list_by_id(tx: Transaction, ids: Sequence[UUID]) -> list[Organization]:
    """Organizations of these ids, in their order, not locked."""
    return [Organization.of(row) for row in await tx.rows(_LIST_BY_ID, {"ids": list(ids)})]


async def lock_by_id(tx: Transaction, ids: Sequence[UUID]) -> list[Organization]:
    """Organizations of these ids, locked in the order of their ids."""
    return [Organization.of(row) for row in await tx.rows(_LOCK_BY_ID, {"ids": list(ids)})]


async def insert_new(tx: Transaction, new: Sequence[Organization]) -> set[str]:
    """Insert those whose code is not stored yet; returns the codes inserted."""
    if not new:
        return set()
    rows = [organization.columns() for organization in new]
    return {row.uscc for row in await tx.rows(_INSERT, columns_of(rows, _NEW_COLUMNS))}


async def insert_new_with_event(tx: Transaction, new: Organization, event: NewEvent) -> set[str]:
    """The same for one organization and its event, in one round trip.

    The audit head is locked from here to the commit. Raises EventTooLarge.
    """
    return {row.uscc for row in await insert_and_emit(tx, _INSERT_WITH_EVENT, new.columns(), event)}


async def update(tx: Transaction, changed: Sequence[Organization]) -> None:
    """Write content, `as_of`, version, the day of the end and former names."""
    if changed:
        rows = [
            {**one.columns(), "former_names": to_json(one.former_names) if one.former_names else None}
            for one in changed
        ]
        await tx.execute(_UPDATE, columns_of(rows, ("id", *_CHANGING)))


async def set_coverage(tx: Transaction, coverage: Mapping[UUID, Coverage]) -> None:
    """Write how each organization is covered now."""
    if coverage:
        await tx.execute(_SET_COVERAGE, {"id": list(coverage), "coverage": list(coverage.values())})


async def count_full_members(tx: Transaction, ids: Sequence[UUID]) -> int:
    """The full members that these organizations registered, in all."""
    statement = select(func.coalesce(func.sum(organizations.c.full_members), 0)).where(
        organizations.c.id == bindparam("ids", type_=ARRAY(Uuid)).any_()
    )
    return int(await tx.scalar(statement, {"ids": list(ids)}))


async def get_by_uscc_or_id(tx: Transaction, reference: str) -> Organization | None:
    """One organization by its id or its code."""
    try:
        condition = organizations.c.id == UUID(reference)
    except ValueError:
        condition = organizations.c.uscc == normalize(reference)
    row = await tx.row(select(organizations).where(condition))
    return None if row is None else Organization.of(row)
