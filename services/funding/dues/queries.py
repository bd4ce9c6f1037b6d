"""Every SELECT of the register of dues, and the writes beside them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from services.funding.tables import dues_quarters, dues_years
from shared.db.base import columns_of, insert_list, to_json
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction
from shared.db.statements import prepare

_YEAR_COLUMNS = tuple(column.name for column in dues_years.c)
_INSERT = insert_list(dues_years, _YEAR_COLUMNS, "ON CONFLICT (holder_id, year) DO NOTHING")
_QUARTER_COLUMNS = tuple(column.name for column in dues_quarters.c)
_INSERT_QUARTERS = insert_list(dues_quarters, _QUARTER_COLUMNS)
_SAVE = text(
    "UPDATE dues_years SET division = :division, holder_name = :holder_name, state = :state, version = :version, "
    "base_fen = :base_fen, policy = :policy, reasons = CAST(:reasons AS jsonb), certified_by = :certified_by, "
    "certified_at = :certified_at, certified_note = :certified_note WHERE id = :id"
)
_ELSEWHERE = text(
    "SELECT DISTINCT ON (y.year, q.quarter) y.year, q.* FROM dues_years y JOIN dues_quarters q ON q.dues_id = y.id "
    "WHERE y.holder_id = :holder_id AND (y.year, q.quarter) <> (:year, :quarter) "
    "ORDER BY y.year, q.quarter, q.revision DESC"
)
_LOCK_OF = text("SELECT * FROM dues_years WHERE holder_id = :holder_id AND year = :year FOR UPDATE")
_LOCK = text("SELECT * FROM dues_years WHERE id = :id FOR UPDATE")
_SHARE = text("SELECT * FROM dues_years WHERE id = :id FOR SHARE")
_FOLLOW = text(
    "UPDATE dues_years AS d SET division = u.division "
    "FROM unnest(CAST(:ids AS uuid[]), CAST(:divisions AS text[])) AS u(id, division) "
    "WHERE d.holder_id = u.id AND d.division <> u.division"
)
_IDS = bindparam("ids", type_=ARRAY(Uuid))
_QUARTERS = prepare(
    select(dues_quarters)
    .where(dues_quarters.c.dues_id == _IDS.any_())
    .order_by(dues_quarters.c.dues_id, dues_quarters.c.quarter, dues_quarters.c.revision)
)


async def insert_year(tx: Transaction, row: Record) -> None:
    """Add a year, unless it is there."""
    rows = [{**row, "reasons": to_json(row["reasons"])}]
    await tx.execute(_INSERT, columns_of(rows, _YEAR_COLUMNS))


async def lock_of(tx: Transaction, holder_id: UUID, year: int) -> Record | None:
    """A holder's year, locked."""
    return await tx.record(_LOCK_OF, {"holder_id": holder_id, "year": year})


async def lock(tx: Transaction, dues_id: UUID) -> Record | None:
    """A year, locked."""
    return await tx.record(_LOCK, {"id": dues_id})


async def keep(tx: Transaction, dues_id: UUID) -> Record | None:
    """A year that nobody changes until the transaction ends."""
    return await tx.record(_SHARE, {"id": dues_id})


async def save(tx: Transaction, row: Record) -> None:
    """Write what may change of a year; its quarters and claims follow into another division."""
    names = (
        *("id", "division", "holder_name", "state", "version", "base_fen", "policy"),
        *("certified_by", "certified_at", "certified_note"),
    )
    await tx.execute(_SAVE, {**{name: row[name] for name in names}, "reasons": to_json(row["reasons"])})


async def follow(tx: Transaction, divisions: Mapping[UUID, str]) -> None:
    """Registers are where their holders are; quarters, claims and pools follow them."""
    if divisions:
        await tx.execute(_FOLLOW, {"ids": list(divisions), "divisions": list(divisions.values())})


async def insert_quarter(tx: Transaction, row: Record) -> None:
    """Add a revision of a quarter."""
    rows = [{**row, "papers": to_json(row["papers"])}]
    await tx.execute(_INSERT_QUARTERS, columns_of(rows, _QUARTER_COLUMNS))


async def quarters_of(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, list[Record]]:
    """Every revision of the quarters of years, in their order."""
    found: dict[UUID, list[Record]] = defaultdict(list)
    for row in await tx.records(_QUARTERS, {"ids": list(ids)}) if ids else []:
        found[row["dues_id"]].append(row)
    return found


async def papers_elsewhere(tx: Transaction, holder_id: UUID, year: int, quarter: int) -> list[Record]:
    """Each other quarter of a holder's, of any year, as it is in force. One recording of a holder at a time."""
    await tx.execute(text("SELECT pg_advisory_xact_lock(hashtext('dues/' || :holder))"), {"holder": str(holder_id)})
    return await tx.records(_ELSEWHERE, {"holder_id": holder_id, "year": year, "quarter": quarter})


def in_force(revisions: Sequence[Record]) -> list[Record]:
    """The last revision of each quarter."""
    return list({row["quarter"]: row for row in revisions}.values())


async def get(tx: Transaction, dues_id: UUID) -> Record | None:
    """One year."""
    return await tx.record(select(dues_years).where(dues_years.c.id == dues_id))


async def list_years(
    tx: Transaction,
    *,
    holder: UUID | None,
    year: int | None,
    state: str | None,
    division: str | None,
    after: str | None,
    limit: int,
) -> list[Record]:
    """A page of years by id, and one row more where there is another page; `division` is a prefix."""
    one = dues_years.c
    statement: Any = where_given(select(dues_years), {one.holder_id: holder, one.year: year, one.state: state})
    return await tx.records(page_by_id(where_within(statement, one.division, division), one.id, after, limit))
