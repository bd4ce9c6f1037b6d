"""Every SELECT of the coverages, and the set-based writes beside them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, func, select, text, true, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import BigInteger, Date, Uuid

from services.registry.affiliations.queries import under
from services.registry.organizations.queries import IDENTITIES
from services.registry.tables import coverages, party_organizations
from shared.contracts.base import Form
from shared.db.base import columns_of, insert_list
from shared.db.session import Record, Transaction
from shared.db.statements import prepare

_COVERAGE_COLUMNS = ("party_organization_id", "organization_id", "since", "division")
_INSERT_COVERAGES = insert_list(
    coverages,
    _COVERAGE_COLUMNS,
    "ON CONFLICT (party_organization_id, organization_id, since) DO UPDATE SET until = NULL",
)
_IDS = bindparam("ids", type_=ARRAY(Uuid))
_PARTIES = func.unnest(_IDS).table_valued("party").render_derived(name="parties")
_PAGE = (
    select(coverages.c.party_organization_id, coverages.c.organization_id, coverages.c.since, coverages.c.division)
    .where(
        coverages.c.party_organization_id == _PARTIES.c.party,
        coverages.c.until.is_(None),
        coverages.c.organization_id > bindparam("after", type_=Uuid),
    )
    .order_by(coverages.c.organization_id)
    .limit(bindparam("limit", type_=BigInteger))
    .lateral("page")
)
_CURRENT = prepare(
    select(_PAGE, IDENTITIES.c.uscc, IDENTITIES.c.kind, IDENTITIES.c.evaluation_type, IDENTITIES.c.name)
    .select_from(_PARTIES)
    .join(_PAGE, true())
    .join(IDENTITIES, IDENTITIES.c.id == _PAGE.c.organization_id)
    .order_by(_PAGE.c.party_organization_id, _PAGE.c.organization_id)
)
_ENDS = func.unnest(_IDS, bindparam("days", type_=ARRAY(Date))).table_valued("id", "day").render_derived(name="ends")
_END = prepare(
    update(coverages)
    .values(until=func.greatest(coverages.c.since, _ENDS.c.day))
    .where(coverages.c.organization_id == _ENDS.c.id, coverages.c.until.is_(None))
    .where(coverages.c.organization_id == IDENTITIES.c.id)
    .returning(coverages.c.party_organization_id, coverages.c.organization_id, coverages.c.division, IDENTITIES.c.uscc)
)

_LAST = text(
    """
    SELECT party_organization_id AS id, max(until) AS day FROM coverages
    WHERE party_organization_id = ANY(CAST(:ids AS uuid[])) GROUP BY 1 HAVING bool_and(until IS NOT NULL)
    """
)
_COVERED_ON = text(
    """
    SELECT organization_id, bool_or(until IS NULL OR until > :day) AS covered, max(until) AS until
    FROM coverages WHERE organization_id = ANY(CAST(:ids AS uuid[])) AND since <= :day GROUP BY organization_id
    """
)
_COVERING_ON = prepare(
    select(coverages.c.organization_id, coverages.c.party_organization_id, party_organizations.c.form)
    .join(party_organizations, party_organizations.c.id == coverages.c.party_organization_id)
    .where(coverages.c.organization_id == _IDS.any_(), coverages.c.since <= bindparam("day", type_=Date))
    .where(coverages.c.until.is_(None) | (coverages.c.until > bindparam("day", type_=Date)))
    .order_by(coverages.c.since)
)


async def insert_coverages(tx: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    """Insert coverages. One that began on the same day and has ended is reopened."""
    if rows:
        await tx.execute(_INSERT_COVERAGES, columns_of(rows, _COVERAGE_COLUMNS))


async def end_coverages(tx: Transaction, days: Mapping[UUID, date]) -> list[Record]:
    """End the current coverages of organizations, each on its day, none before it began.

    Returns whom each Party organization lost.
    """
    return await tx.records(_END, {"ids": list(days), "days": list(days.values())})


async def last_days(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, date]:
    """Of those of these Party organizations that cover nobody any more the day on which the last one left."""
    return {row.id: row.day for row in await tx.rows(_LAST, {"ids": list(ids)})} if ids else {}


async def current_coverages(
    tx: Transaction, ids: Sequence[UUID], *, limit: int, after: str | None = None
) -> dict[UUID, list[Record]]:
    """Up to `limit` of what each of these Party organizations covers now, by the id of the organization.

    With what identifies the covered organization.
    """
    found: dict[UUID, list[Record]] = {one: [] for one in ids}
    parameters = {"ids": list(ids), "limit": limit, "after": UUID(after) if after else UUID(int=0)}
    for row in await tx.records(_CURRENT, parameters) if ids else []:
        found[row["party_organization_id"]].append(row)
    return found


async def ever_covered(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, set[UUID]]:
    """Whom each of these Party organizations covers or covered."""
    found: dict[UUID, set[UUID]] = {one: set() for one in ids}
    statement = select(coverages.c.party_organization_id, coverages.c.organization_id).where(
        coverages.c.party_organization_id == _IDS.any_()
    )
    for row in await tx.rows(statement, {"ids": list(ids)}) if ids else []:
        found[row.party_organization_id].add(row.organization_id)
    return found


async def count_covered(tx: Transaction, party_organization_id: UUID) -> int:
    """How many organizations a Party organization covers now."""
    counted = select(func.count()).select_from(coverages).where(coverages.c.until.is_(None))
    found: int = await tx.scalar(counted.where(coverages.c.party_organization_id == party_organization_id))
    return found


async def covering_now(tx: Transaction, organization_ids: Sequence[UUID]) -> list[Record]:
    """The current coverages of these organizations, with what identifies them."""
    statement = (
        select(coverages, IDENTITIES.c.uscc, IDENTITIES.c.kind, IDENTITIES.c.evaluation_type)
        .join(IDENTITIES, IDENTITIES.c.id == coverages.c.organization_id)
        .where(coverages.c.organization_id == _IDS.any_(), coverages.c.until.is_(None))
    )
    return await tx.records(statement, {"ids": list(organization_ids)})


def covers_now(organization_id: UUID) -> ColumnElement[bool]:
    """The condition of being the Party organization that covers this organization now."""
    return party_organizations.c.id.in_(
        select(coverages.c.party_organization_id).where(
            coverages.c.organization_id == organization_id, coverages.c.until.is_(None)
        )
    )


async def covered_on(
    tx: Transaction, organization_ids: Sequence[UUID], day: date
) -> dict[UUID, tuple[bool, date | None]]:
    """By organization that was ever covered: whether it is on a day, and else since when it is not."""
    found = await tx.rows(_COVERED_ON, {"ids": list(organization_ids), "day": day})
    return {row.organization_id: (row.covered, None if row.covered else row.until) for row in found}


def covered_under(body: str) -> Select[Any]:
    """The ids of the organizations that a Party organization of this body covers now, for other modules' statements."""
    return select(coverages.c.organization_id).where(
        coverages.c.until.is_(None), coverages.c.party_organization_id.in_(under(body))
    )


async def forms_on(tx: Transaction, ids: Sequence[UUID], day: date) -> dict[UUID, Form]:
    """The form of the Party organization that covered each of these at the end of a day, whoever sees it."""
    return {row.organization_id: row.form for row in await _covering_on(tx, ids, day)}


async def parties_on(tx: Transaction, ids: Sequence[UUID], day: date) -> dict[UUID, UUID]:
    """The id of the Party organization that covered each of these at the end of a day, whoever sees it."""
    return {row.organization_id: row.party_organization_id for row in await _covering_on(tx, ids, day)}


async def _covering_on(tx: Transaction, ids: Sequence[UUID], day: date) -> Sequence[Any]:
    async with tx.system_scope():
        return await tx.rows(_COVERING_ON, {"ids": list(ids), "day": day})
