"""Every SELECT of closed rectifications, and the set-based write of the projection."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from services.funding.rectifications.closed import Closed
from services.funding.tables import closed_rectifications
from shared.db.base import columns_of, insert_list
from shared.db.session import Record, Transaction
from shared.db.statements import prepare

COLUMNS = tuple(column.name for column in closed_rectifications.c)
_UPSERT = insert_list(
    closed_rectifications,
    COLUMNS,
    "ON CONFLICT (id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in COLUMNS if name != "id")
    + " WHERE closed_rectifications.sequence < excluded.sequence RETURNING id",
)
_OF = prepare(
    select(
        closed_rectifications.c.id,
        closed_rectifications.c.evaluation_id,
        closed_rectifications.c.outcome,
        closed_rectifications.c.closed_on,
    )
    .where(closed_rectifications.c.evaluation_id == bindparam("ids", type_=ARRAY(Uuid)).any_())
    .order_by(closed_rectifications.c.closed_on, closed_rectifications.c.id)
)
_LOCK = "SELECT pg_advisory_xact_lock{shared}(hashtext('closed_rectifications'))"


async def hold_back_closings(tx: Transaction) -> None:
    """Take the shared lock before grants are raised: a closing either is seen, or finds the grant."""
    await tx.execute(text(_LOCK.format(shared="_shared")))


async def wait_for_raisings(tx: Transaction) -> None:
    """Take the exclusive lock before closings are written: no grant is raised meanwhile that does not see them."""
    await tx.execute(text(_LOCK.format(shared="")))


async def upsert(tx: Transaction, rows: Sequence[Record]) -> set[UUID]:
    """Write what is newer than what is stored; returns the ids that were news. An id stands there once."""
    if not rows:
        return set()
    return {row.id for row in await tx.rows(_UPSERT, columns_of(rows, COLUMNS))}


async def closed_of(tx: Transaction, evaluation_ids: Sequence[UUID]) -> dict[UUID, Closed]:
    """The rectification of each evaluation that was closed first, wherever that was; without one, it is left out."""
    if not evaluation_ids:
        return {}
    async with tx.system_scope():
        rows = await tx.records(_OF, {"ids": list(evaluation_ids)})
    found: dict[UUID, Closed] = {}
    for row in rows:
        found.setdefault(row["evaluation_id"], Closed(**row))
    return found
