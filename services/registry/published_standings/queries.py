"""Every SELECT of what ratings mean for organizations, and the set-based write of the projection."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.types import Date, Uuid

from services.registry.organizations.queries import SHOWN
from services.registry.published_standings.rating import Rating
from services.registry.tables import standings
from shared.db.base import columns_of, insert_list
from shared.db.paging import page_by_id, where_within
from shared.db.session import Record, Transaction
from shared.db.statements import prepare

COLUMNS = (
    "id",
    "organization_id",
    "year",
    "star",
    "total",
    "covered_on",
    "party_organization_id",
    "party_organization_name",
    "form",
    "evaluation_id",
    "published_on",
    "final_on",
    "reasons",
    "sequence",
)
_UPSERT = insert_list(
    standings,
    COLUMNS,
    "ON CONFLICT (id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in COLUMNS if name != "id")
    + " WHERE standings.sequence < excluded.sequence RETURNING organization_id",
)
_IDS = bindparam("ids", type_=ARRAY(Uuid))
_FINAL = standings.c.final_on <= bindparam("day", type_=Date)
_RATED = standings.c.star.is_not(None)
# The latest year for which there is a final rating.
_LATEST = prepare(
    select(standings.c.organization_id, *(standings.c[name] for name in Rating._fields))
    .ext(distinct_on(standings.c.organization_id))
    .where(standings.c.organization_id == _IDS.any_(), _RATED, _FINAL)
    .order_by(
        standings.c.organization_id, standings.c.year.desc(), standings.c.final_on.desc(), standings.c.sequence.desc()
    )
)


async def upsert(tx: Transaction, rows: Sequence[Record]) -> list[UUID]:
    """Write what is newer than what is stored; returns the organizations that it concerns. An id stands there once."""
    if not rows:
        return []
    return [row.organization_id for row in await tx.rows(_UPSERT, columns_of(rows, COLUMNS))]


async def latest(tx: Transaction, ids: Iterable[UUID], day: date) -> dict[UUID, Rating]:
    """The latest published rating of each organization that was final on a day; not rated: not among them."""
    # Rows, not records: of ten thousand organizations each would be a dictionary more.
    return {row["organization_id"]: Rating.of(row) for row in await tx.rows(_LATEST, {"ids": [*ids], "day": day})}


async def list_scores(
    tx: Transaction, *, year: int, day: date, division: str | None, after: str | None, limit: int
) -> list[Record]:
    """A page by organization of the final ratings of a year."""
    statement: Select[Any] = (
        select(
            SHOWN.c.id,
            SHOWN.c.uscc,
            SHOWN.c.name,
            SHOWN.c.division,
            standings.c.year,
            standings.c.star,
            standings.c.total,
            standings.c.party_organization_id,
            standings.c.party_organization_name,
            standings.c.final_on,
        )
        .join_from(standings, SHOWN, SHOWN.c.id == standings.c.organization_id)
        .where(standings.c.year == year, _RATED, standings.c.final_on <= day)
    )
    statement = where_within(statement, SHOWN.c.division, division)
    return await tx.records(page_by_id(statement, SHOWN.c.id, after, limit))
