"""Every SELECT of payment orders, and the writes beside them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, bindparam, func, select, text, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from services.funding.payment_orders.rules import Line
from services.funding.tables import payment_order_lines, payment_orders, payment_returns
from shared.db.base import columns_of, insert_list, to_json, update_list
from shared.db.paging import page_by_id, where_given, where_within
from shared.db.session import Record, Transaction
from shared.db.statements import prepare

_COLUMNS = tuple(column.name for column in payment_orders.c)
_INSERT = insert_list(payment_orders, _COLUMNS)
_LINE_COLUMNS = tuple(column.name for column in payment_order_lines.c)
_INSERT_LINES = insert_list(payment_order_lines, _LINE_COLUMNS)
_SETTLED = ("state", "because", "paid_on", "settled_at")
_SETTLE = update_list(payment_order_lines, ("order_id", "line"), _SETTLED)
_LOCK = text(
    "SELECT * FROM payment_orders WHERE id IN (SELECT CAST(:id AS uuid) UNION SELECT o.order_id "
    "FROM payment_order_lines l JOIN payment_order_lines o USING (grant_id) WHERE l.order_id = :id) "
    "ORDER BY id FOR UPDATE"
)
_LOCK_OF_GRANT = text(
    "SELECT * FROM payment_orders WHERE id IN (SELECT order_id FROM payment_order_lines WHERE grant_id = :grant) "
    "ORDER BY id FOR UPDATE"
)
_CONTRADICTED = text(
    "SELECT l.order_id, l.line, l.grant_id, l.amount_fen, o.number FROM payment_order_lines l "
    "JOIN payment_orders o ON o.id = l.order_id WHERE l.grant_id = ANY(CAST(:grants AS uuid[])) "
    "AND l.state IN ('failed', 'withdrawn') AND o.contradicted > 0 ORDER BY l.order_id, l.line"
)
_REOPEN = text(
    "UPDATE payment_orders AS t SET state = 'ordered', version = t.version + 1, "
    "contradicted = t.contradicted - u.reopened, reasons = t.reasons || CAST(u.reasons AS jsonb) "
    "FROM unnest(CAST(:id AS uuid[]), CAST(:reopened AS integer[]), CAST(:reasons AS text[])) "
    "AS u(id, reopened, reasons) WHERE t.id = u.id"
)
_SAVE = text(
    "UPDATE payment_orders SET state = :state, version = :version, contradicted = :contradicted, "
    "reasons = CAST(:reasons AS jsonb) WHERE id = :id"
)
_RETURN_COLUMNS = tuple(column.name for column in payment_returns.c)
_INSERT_RETURN = insert_list(payment_returns, _RETURN_COLUMNS)
_IDS = bindparam("ids", type_=ARRAY(Uuid))
_SHOWN = [column for column in payment_order_lines.c if column.name not in ("key_id", "sealed")]
_LINES = prepare(
    select(*_SHOWN)
    .where(payment_order_lines.c.order_id == _IDS.any_())
    .order_by(payment_order_lines.c.order_id, payment_order_lines.c.line)
)
_RETURNS = prepare(
    select(payment_returns)
    .where(payment_returns.c.order_id == _IDS.any_())
    .order_by(payment_returns.c.order_id, payment_returns.c.id)
)


async def insert(tx: Transaction, order: Record, lines: Sequence[dict[str, Any]]) -> None:
    """Add an order with its lines."""
    await tx.execute(_INSERT, columns_of([{**order, "reasons": to_json(order["reasons"])}], _COLUMNS))
    await tx.execute(_INSERT_LINES, columns_of(lines, _LINE_COLUMNS))


async def lock(tx: Transaction, order_id: UUID) -> Record | None:
    """An order, locked with all others of its grants, by id: returns come one after the other, and one order's return
    may reopen another's line. The others may be of a wider division than the caller's.
    """
    if await get(tx, order_id) is None:
        return None
    async with tx.system_scope():
        return next(row for row in await tx.records(_LOCK, {"id": order_id}) if row["id"] == order_id)


async def lock_of_grant(tx: Transaction, grant_id: UUID) -> dict[UUID, Record]:
    """All orders that a grant is or was in, locked by id."""
    return {row["id"]: row for row in await tx.records(_LOCK_OF_GRANT, {"grant": grant_id})}


async def contradicted_lines(tx: Transaction, grant_ids: Sequence[UUID]) -> list[Record]:
    """The lines of grants that were not paid, in orders of which the bank's last word contradicts some."""
    return await tx.records(_CONTRADICTED, {"grants": list(grant_ids)}) if grant_ids else []


async def reopen(tx: Transaction, rows: Sequence[Record]) -> None:
    """Orders wait for the bank again: their ids, how many lines of each were contradicted, and why."""
    columns = columns_of([{**row, "reasons": to_json(row["reasons"])} for row in rows], ("id", "reopened", "reasons"))
    await tx.execute(_REOPEN, columns)


async def save(tx: Transaction, order: Record) -> None:
    """Write what a return changes."""
    names = ("id", "state", "version", "contradicted")
    await tx.execute(_SAVE, {**{name: order[name] for name in names}, "reasons": to_json(order["reasons"])})


async def settle_lines(tx: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    """Write what became of lines."""
    if rows:
        await tx.execute(_SETTLE, columns_of(rows, ("order_id", "line", *_SETTLED)))


async def insert_return(tx: Transaction, row: Record) -> None:
    """Keep what a file said."""
    await tx.execute(_INSERT_RETURN, columns_of([{**row, "findings": to_json(row["findings"])}], _RETURN_COLUMNS))


async def lines_of(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, list[Record]]:
    """The lines of orders, without accounts."""
    return await _by_order(tx, _LINES, ids)


async def read_lines(tx: Transaction, order_id: UUID) -> list[Line]:
    """The lines of an order, as rules read them."""
    rows = (await lines_of(tx, [order_id]))[order_id]
    names = ("line", "reference", "grant_id", "amount_fen", "state", "paid_on")
    return [Line(**{name: one[name] for name in names}) for one in rows]


async def returns_of(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, list[Record]]:
    """The returns of orders, in the order in which they came."""
    return await _by_order(tx, _RETURNS, ids)


async def _by_order(tx: Transaction, statement: Any, ids: Sequence[UUID]) -> dict[UUID, list[Record]]:
    found: dict[UUID, list[Record]] = defaultdict(list)
    for row in await tx.records(statement, {"ids": list(ids)}) if ids else []:
        found[row["order_id"]].append(row)
    return found


async def sealed_lines(tx: Transaction, order_id: UUID) -> list[Record]:
    """The lines of an order with their sealed accounts."""
    line = payment_order_lines.c
    return await tx.records(select(payment_order_lines).where(line.order_id == order_id).order_by(line.line))


async def note_reading(tx: Transaction, order: Record) -> None:
    """Write the audit row of who read the accounts of an order."""
    await tx.execute(
        text("SELECT audit_read('payment_orders', :object_id, :division)"),
        {"object_id": str(order["id"]), "division": order["division"]},
    )


async def get(tx: Transaction, order_id: UUID) -> Record | None:
    """One order."""
    return await tx.record(select(payment_orders).where(payment_orders.c.id == order_id))


async def list_orders(
    tx: Transaction, *, channel: str | None, state: str | None, division: str | None, after: str | None, limit: int
) -> list[Record]:
    """A page of orders by id with the counts of their lines, and one row more; `division` is a prefix."""
    one, line = payment_orders.c, payment_order_lines.c
    counts = select(
        func.count().filter(line.state == "paid").label("paid"),
        func.coalesce(func.sum(line.amount_fen).filter(line.state == "paid"), 0)
        .cast(BigInteger)
        .label("paid_total_fen"),
        func.count().filter(line.state == "failed").label("failed"),
        func.count().filter(line.state == "ordered").label("open"),
        func.count().filter(line.state == "withdrawn").label("withdrawn"),
    )
    counted = counts.where(line.order_id == one.id).lateral("counted")
    statement: Any = where_given(
        select(payment_orders, counted).join(counted, true()), {one.channel: channel, one.state: state}
    )
    return await tx.records(page_by_id(where_within(statement, one.division, division), one.id, after, limit))
