"""Every SELECT of reports of use, settlements and returns, and the writes beside them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from services.funding.grants.settling.rules import UseVoucher
from services.funding.tables import grant_amendments, grant_returns, grant_settlements, grant_use_reports
from shared.db.base import columns_of, insert_list, to_json
from shared.db.session import Record, Transaction

_REPORT_COLUMNS = tuple(column.name for column in grant_use_reports.c)
_INSERT_REPORT = insert_list(grant_use_reports, _REPORT_COLUMNS)
_SETTLEMENT_COLUMNS = tuple(column.name for column in grant_settlements.c)
_INSERT_SETTLEMENT = insert_list(grant_settlements, _SETTLEMENT_COLUMNS)
_RETURN_COLUMNS = tuple(column.name for column in grant_returns.c)
_INSERT_RETURN = insert_list(grant_returns, _RETURN_COLUMNS)
_AMENDMENT_COLUMNS = tuple(column.name for column in grant_amendments.c)
_INSERT_AMENDMENT = insert_list(grant_amendments, _AMENDMENT_COLUMNS)

# Up to the first grant of the case, then down to all that amend it.
_CASE = (
    "WITH RECURSIVE up AS (SELECT id, amends FROM grants WHERE id = :id UNION "
    "SELECT g.id, g.amends FROM grants g JOIN up ON g.id = up.amends), "
    "known AS (SELECT id FROM up UNION SELECT g.id FROM grants g JOIN known ON g.amends = known.id "
    "AND g.recipient_id = (SELECT recipient_id FROM grants WHERE id = :id)) "
)
_AMENDED_WITH = text(f"{_CASE} SELECT id FROM known ORDER BY id")  # noqa: S608 - fixed statements
_BESIDE = text(
    f"{_CASE} SELECT COALESCE(sum(g.amount_fen - g.return_due_fen), 0) FROM known "  # noqa: S608
    "JOIN grants g USING (id) WHERE g.id <> :id AND g.state <> 'reversed'"
)

_BESIDE_OF = text(
    "SELECT a.grant_id, g.id FROM grant_amendments a JOIN grants g ON g.id = a.difference_id "
    "WHERE a.grant_id = ANY(CAST(:ids AS uuid[])) AND g.state <> 'reversed'"
)


_AMENDERS = text(
    "SELECT DISTINCT ON (grant_id) grant_id, amended_by FROM grant_amendments "
    "WHERE grant_id = ANY(CAST(:ids AS uuid[])) ORDER BY grant_id, number DESC"
)


async def insert_report(tx: Transaction, row: Record, vouchers: Sequence[UseVoucher]) -> None:
    """Add a report; its grant is locked."""
    kept = [{**vars_of(one), "on": one.on.isoformat()} for one in vouchers]
    await tx.execute(_INSERT_REPORT, columns_of([{**row, "vouchers": to_json(kept)}], _REPORT_COLUMNS))


async def insert_settlement(tx: Transaction, row: Record) -> None:
    """Add a settlement; its grant is locked."""
    await tx.execute(_INSERT_SETTLEMENT, columns_of([row], _SETTLEMENT_COLUMNS))


async def insert_return(tx: Transaction, row: Record) -> None:
    """Add a return; its grant is locked."""
    await tx.execute(_INSERT_RETURN, columns_of([row], _RETURN_COLUMNS))


async def insert_amendment(tx: Transaction, row: Record) -> None:
    """Add an amendment; its grant is locked."""
    await tx.execute(_INSERT_AMENDMENT, columns_of([row], _AMENDMENT_COLUMNS))


async def amended_with(tx: Transaction, grant_id: UUID) -> list[UUID]:
    """A grant, what it amends, and all that is granted beside them, by id."""
    return [row.id for row in await tx.rows(_AMENDED_WITH, {"id": grant_id})]


async def granted_beside(tx: Transaction, grant_id: UUID) -> int:
    """What the other grants of the same case keep, those that were reversed left out."""
    return int(await tx.scalar(_BESIDE, {"id": grant_id}))


async def reports_of(tx: Transaction, grant_id: UUID) -> list[Record]:
    """The reports of a grant's use, the first one first."""
    one = grant_use_reports.c
    return await tx.records(select(grant_use_reports).where(one.grant_id == grant_id).order_by(one.number))


async def settlement_of(tx: Transaction, grant_id: UUID) -> Record | None:
    """The settlement of a grant."""
    return await tx.record(select(grant_settlements).where(grant_settlements.c.grant_id == grant_id))


async def returns_of(tx: Transaction, grant_id: UUID) -> list[Record]:
    """What came back of a grant, the first first."""
    one = grant_returns.c
    return await tx.records(select(grant_returns).where(one.grant_id == grant_id).order_by(one.number))


async def amendments_of(tx: Transaction, grant_id: UUID) -> list[Record]:
    """How a grant was amended, the first time first."""
    one = grant_amendments.c
    return await tx.records(select(grant_amendments).where(one.grant_id == grant_id).order_by(one.number))


async def find_beside(tx: Transaction, grant_id: UUID) -> UUID | None:
    """What an amendment of a paid grant granted beside it and was not taken back; its grant is locked."""
    return (await beside_of(tx, [grant_id])).get(grant_id)


async def beside_of(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """The same of each of these grants that has one."""
    return {row.grant_id: row.id for row in await tx.rows(_BESIDE_OF, {"ids": list(ids)})} if ids else {}


async def amenders_of(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, str]:
    """Who amended each of these grants last, as far as anybody did."""
    return {row.grant_id: row.amended_by for row in await tx.rows(_AMENDERS, {"ids": list(ids)})} if ids else {}


def vouchers_of(reports: Sequence[Mapping[str, Any]]) -> list[UseVoucher]:
    """The vouchers of all of these reports."""
    return [
        UseVoucher(one["reference"], date.fromisoformat(one["on"]), one["amount_fen"], one["purpose"])
        for row in reports
        for one in row["vouchers"]
    ]


def vars_of(one: UseVoucher) -> Record:
    """A voucher as it is stored and shown."""
    return {"reference": one.reference, "on": one.on, "amount_fen": one.amount_fen, "purpose": one.purpose}
