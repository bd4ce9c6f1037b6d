"""Every SELECT of the register of dues, and the writes beside them."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import insert, select, text, update

from services.funding.dues.rules import Statement
from services.funding.tables import dues_statements
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction

_FOLLOW = text(
    "UPDATE dues_statements AS d SET division = u.division "
    "FROM unnest(CAST(:ids AS uuid[]), CAST(:divisions AS text[])) AS u(id, division) "
    "WHERE d.party_organization_id = u.id AND d.division <> u.division"
)


async def wait_for_year(tx: Transaction, party: UUID, year: int) -> None:
    """One change of a Party organization's year at a time: a refund reads it whole."""
    key = {"key": f"dues/{party}/{year}"}
    await tx.execute(text("SELECT pg_advisory_xact_lock(hashtext(:key))"), key)


async def insert_one(tx: Transaction, statement: Statement) -> None:
    """Keep a new statement."""
    await tx.execute(insert(dues_statements).values(vars(statement)))


async def save(tx: Transaction, statement: Statement) -> None:
    """Write the statement's next version."""
    values = {name: value for name, value in vars(statement).items() if name != "id"}
    await tx.execute(update(dues_statements).where(dues_statements.c.id == statement.id).values(values))


async def get(tx: Transaction, statement_id: UUID, *, lock: bool = False) -> Statement | None:
    """One statement."""
    asked = select(dues_statements).where(dues_statements.c.id == statement_id)
    row = await tx.record(asked.with_for_update() if lock else asked)
    return None if row is None else Statement(**row)


async def counting(tx: Transaction, party: UUID, year: int) -> list[Statement]:
    """The statements of a year that no other one corrects, by quarter."""
    column = dues_statements.c
    asked = select(dues_statements).where(
        column.party_organization_id == party, column.year == year, column.state != "corrected"
    )
    return [Statement(**row) for row in await tx.records(asked.order_by(column.quarter))]


async def follow(tx: Transaction, divisions: Mapping[UUID, str]) -> None:
    """Statements are where their Party organizations are."""
    if divisions:
        await tx.execute(_FOLLOW, {"ids": list(divisions), "divisions": list(divisions.values())})


async def list_statements(
    tx: Transaction,
    *,
    party: UUID | None,
    year: int | None,
    state: str | None,
    division: str | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page by id, and one row more where there is another page; `division` is a prefix."""
    column = dues_statements.c
    asked = where_given(
        select(dues_statements), {column.party_organization_id: party, column.year: year, column.state: state}
    )
    return await tx.records(page_by_id(where_within(asked, column.division, division), column.id, after, limit))
