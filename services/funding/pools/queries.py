"""Every SELECT of award pools and awards, and the writes beside them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from services.funding.grants.settling.given_back import given_back
from services.funding.pools.rules import came_back
from services.funding.tables import award_pools, awards
from shared.db.base import columns_of, insert_list, to_json
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction
from shared.db.statements import prepare

_COLUMNS = tuple(column.name for column in award_pools.c)
_INSERT = insert_list(award_pools, _COLUMNS, "ON CONFLICT (dues_id) DO NOTHING RETURNING id")
_AWARD_COLUMNS = tuple(column.name for column in awards.c)
_INSERT_AWARDS = insert_list(awards, _AWARD_COLUMNS)
_LOCK_OF_DUES = text("SELECT * FROM award_pools WHERE dues_id = :dues_id FOR UPDATE")
_UPON = text("SELECT * FROM award_pools WHERE dues_id = :dues_id AND (state = 'open' OR distributed_fen > 0)")
_LOCK = text("SELECT * FROM award_pools WHERE id = :id FOR UPDATE")
_SAVE = text(
    "UPDATE award_pools SET state = :state, version = :version, distributed_fen = :distributed_fen, rounds = :rounds, "
    "reversed_fen = :reversed_fen, reasons = CAST(:reasons AS jsonb), closed_by = :closed_by, closed_at = :closed_at, "
    "base_fen = :base_fen, share_bp = :share_bp, amount_fen = :amount_fen, policy = :policy, "
    "created_by = :created_by, created_at = :created_at WHERE id = :id"
)
_IDS = bindparam("ids", type_=ARRAY(Uuid))
_AWARDS = prepare(
    select(awards)
    .where(awards.c.pool_id == _IDS.any_())
    .order_by(awards.c.pool_id, awards.c.round, awards.c.amount_fen.desc(), awards.c.recipient_id)
)


async def insert(tx: Transaction, row: Record) -> bool:
    """Add a pool, unless the dues have one."""
    rows = [{**row, "reasons": to_json(row["reasons"])}]
    return bool(await tx.rows(_INSERT, columns_of(rows, _COLUMNS)))


async def lock_of_dues(tx: Transaction, dues_id: UUID) -> Record:
    """The pool of a year's dues, which has one, locked."""
    [row] = await tx.records(_LOCK_OF_DUES, {"dues_id": dues_id})
    return row


async def pool_upon(tx: Transaction, dues_id: UUID) -> UUID | None:
    """The pool that stands on a year's dues: one that is open, or gave something that did not come back."""
    pool = await tx.record(_UPON, {"dues_id": dues_id})
    if pool is None:
        return None
    awards = (await awards_of(tx, [pool["id"]]))[pool["id"]]
    return pool["id"] if pool["state"] == "open" or pool["distributed_fen"] > came_back(awards) else None


async def lock(tx: Transaction, pool_id: UUID) -> Record | None:
    """A pool, locked: rounds come one after the other."""
    return await tx.record(_LOCK, {"id": pool_id})


async def save(tx: Transaction, row: Record) -> None:
    """Write what a step changes."""
    names = (
        *("id", "state", "version", "distributed_fen", "reversed_fen", "rounds", "closed_by", "closed_at"),
        *("base_fen", "share_bp", "amount_fen", "policy", "created_by", "created_at"),
    )
    await tx.execute(_SAVE, {**{name: row[name] for name in names}, "reasons": to_json(row["reasons"])})


async def insert_awards(tx: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    """Add a round's awards."""
    await tx.execute(_INSERT_AWARDS, columns_of(rows, _AWARD_COLUMNS))


async def awards_of(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, list[Record]]:
    """The awards of pools, by round, with what became of their grants."""
    found: dict[UUID, list[Record]] = defaultdict(list)
    rows = await tx.records(_AWARDS, {"ids": list(ids)}) if ids else []
    back = await given_back(tx, [row["grant_id"] for row in rows])
    for row in rows:
        grant = back.get(row["grant_id"])
        state, fen = (None, 0) if grant is None else (grant.state, grant.back_fen)
        found[row["pool_id"]].append({**row, "grant_state": state, "back_fen": fen})
    return found


async def get(tx: Transaction, pool_id: UUID) -> Record | None:
    """One pool."""
    return await tx.record(select(award_pools).where(award_pools.c.id == pool_id))


async def list_pools(
    tx: Transaction, *, year: int | None, state: str | None, division: str | None, after: str | None, limit: int
) -> list[Record]:
    """A page of pools by id, and one row more where there is another page; `division` is a prefix."""
    one = award_pools.c
    statement: Any = where_given(select(award_pools), {one.year: year, one.state: state})
    return await tx.records(page_by_id(where_within(statement, one.division, division), one.id, after, limit))
