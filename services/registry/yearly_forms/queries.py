"""Every SELECT of the yearly forms, and the writes beside them."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, select, text, update

from services.registry.organizations.queries import SHOWN
from services.registry.tables import yearly_forms
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction

_SHOWN: Select[Any] = select(yearly_forms, SHOWN.c.uscc, SHOWN.c.name).join(
    SHOWN, SHOWN.c.id == yearly_forms.c.organization_id
)
# Each sum goes over the forms that state its whole: nothing is divided by what others left out.
_TOTALS = text(
    """
    SELECT count(*) AS forms, count(pledged_on) AS pledged,
        COALESCE(sum(key_staff), 0) AS key_staff, COALESCE(sum(delegates), 0) AS delegates,
        COALESCE(sum(founders), 0) AS founders, COALESCE(sum(founder_members), 0) AS founder_members,
        COALESCE(sum(founders - founder_members), 0) AS non_party_founders,
        COALESCE(sum(founder_friends), 0) AS founder_friends,
        count(money) AS money_stated, count(*) FILTER (WHERE money) AS money,
        count(people) AS people_stated, count(*) FILTER (WHERE people) AS people,
        count(place) AS place_stated, count(*) FILTER (WHERE place) AS place,
        count(*) FILTER (WHERE money AND people AND place) AS ready
    FROM yearly_forms WHERE year = :year AND starts_with(division, :division)
    """
)


async def lock(tx: Transaction, organization_id: UUID, year: int) -> Record | None:
    """The form of an organization and a year, locked."""
    statement = select(yearly_forms).where(
        yearly_forms.c.organization_id == organization_id, yearly_forms.c.year == year
    )
    return await tx.record(statement.with_for_update())


async def insert_one(tx: Transaction, row: Record) -> None:
    """Store a form."""
    await tx.execute(insert(yearly_forms).values(row))


async def write(tx: Transaction, form_id: UUID, values: Record) -> None:
    """Write a form that is locked."""
    await tx.execute(update(yearly_forms).where(yearly_forms.c.id == form_id).values(values))


async def get(tx: Transaction, organization_id: UUID, year: int) -> Record | None:
    """One form with its organization's code and name."""
    return await tx.record(_SHOWN.where(yearly_forms.c.organization_id == organization_id, yearly_forms.c.year == year))


async def list_forms(
    tx: Transaction, *, division: str | None, year: int | None, after: str | None, limit: int
) -> list[Record]:
    """A page by id."""
    statement = where_given(_SHOWN, {yearly_forms.c.year: year})
    statement = where_within(statement, yearly_forms.c.division, division)
    return await tx.records(page_by_id(statement, yearly_forms.c.id, after, limit))


async def totals(tx: Transaction, division: str, year: int) -> dict[str, int]:
    """The sums of a division's forms of a year."""
    found = await tx.record(_TOTALS, {"division": division, "year": year})
    assert found is not None
    return {name: int(value) for name, value in found.items()}
