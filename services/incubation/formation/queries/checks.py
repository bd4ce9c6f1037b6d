"""Every SELECT of the checks, and their one write."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, func, select, text
from sqlalchemy.dialects.postgresql import aggregate_order_by

from services.incubation.formation.queries.conditions import by_id_or_code, in_division
from services.incubation.tables import formation_checks
from shared.db.base import columns_of, insert_list
from shared.db.paging import page_by_id
from shared.db.session import Record, Transaction

CHECKS_MADE = "SELECT organization_id, count(*) AS made FROM public.formation_checks GROUP BY organization_id"
"""How many checks each organization had: read by a replay, which has tables of the same names beside `public`."""
_DAY = func.date(func.timezone("Asia/Shanghai", func.min(formation_checks.c.checked_at)))
_COLUMNS = tuple(column.name for column in formation_checks.columns)
_INSERT = insert_list(formation_checks, _COLUMNS)

_LATEST = text(
    "SELECT DISTINCT ON (organization_id) organization_id, id FROM formation_checks "
    "WHERE organization_id = ANY(CAST(:ids AS uuid[])) ORDER BY organization_id, id DESC"
)


def checked_of(organization_id: ColumnElement[UUID]) -> FromClause:
    """What the modules above may read of an organization's checks: the day of the first, the form due by the last."""
    # By id: the latest is what is due now.
    outcomes = func.array_agg(aggregate_order_by(formation_checks.c.outcome, formation_checks.c.id.desc()))
    return (
        select(_DAY.label("checked_on"), outcomes[1].label("due"))
        .where(formation_checks.c.organization_id == organization_id)
        .having(func.count() > 0)
        .lateral("checked")
    )


async def insert_checks(tx: Transaction, rows: Sequence[Record]) -> None:
    """Store checks."""
    if rows:
        await tx.execute(_INSERT, columns_of(rows, _COLUMNS))


async def get_check(tx: Transaction, check_id: UUID) -> Record | None:
    """One check."""
    return await tx.record(select(formation_checks).where(formation_checks.c.id == check_id))


async def find_latest(tx: Transaction, organization_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """The latest check of each of these organizations, by organization."""
    rows = await tx.rows(_LATEST, {"ids": list(organization_ids)})
    return {row.organization_id: row.id for row in rows}


async def list_checks(
    tx: Transaction, *, organization: str | None, division: str | None, before: str | None, limit: int
) -> list[Record]:
    """A page of checks, the newest first."""
    statement = select(formation_checks).where(
        *by_id_or_code(formation_checks, organization), *in_division(formation_checks, division)
    )
    return await tx.records(page_by_id(statement, formation_checks.c.id, before, limit, newest_first=True))
