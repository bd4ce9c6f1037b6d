"""Takes a bank's return of an order over: pays what was paid, lets what failed be ordered again, keeps what differs."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from services.funding.grants.actions import take_and_charge
from services.funding.grants.paying.ordering import Reopening, mark_failed, mark_reopened
from services.funding.grants.queries import lock_many
from services.funding.ledger.charts import Charts
from services.funding.payment_orders import queries
from services.funding.payment_orders.checking import reopen_contradicted
from services.funding.payment_orders.errors import UNREADABLE
from services.funding.payment_orders.policies import PaymentPolicies
from services.funding.payment_orders.reading import read_rows
from services.funding.payment_orders.rules import (
    Finding,
    Line,
    Returned,
    count_contradicted,
    match_return,
    state_of,
    why_returned,
)
from services.funding.policies import Schemes
from shared.db.base import new_id
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.field.files.process import read_file
from shared.field.files.tables import TableError
from shared.problems.problems import FieldError, InvalidInput, NotFound
from shared.problems.versions import Preconditions, check_version

MOST_BYTES = 1_000_000
Table = Sequence[tuple[int, Sequence[object]]]


async def read_table(content: bytes, name: str) -> Table:
    """The first sheet of a file with anything in it. Raises InvalidInput (422)."""
    try:
        sheets = await read_file(content, name)
    except TableError:
        raise InvalidInput([FieldError("/file", UNREADABLE)]) from None
    return next((list(sheet.rows()) for sheet in sheets if sheet.lines), [])


async def take_over(
    tx: Transaction,
    order_id: UUID,
    content: bytes,
    table: Table,
    *,
    if_match: Preconditions | None = None,
    policies: PaymentPolicies,
    schemes: Schemes,
    charts: Charts,
    now: datetime,
) -> tuple[Record, bool]:
    """The order after a return, and whether the file is new: the same file again changes nothing.

    A line of another order, or one that the bank alone knows, is kept and shown. Raises NotFound, PreconditionFailed,
    InvalidInput, SameHand, and what a payment does.
    """
    order = await queries.lock(tx, order_id)
    if order is None:
        raise NotFound(what="payment order")
    check_version(if_match, order["version"])
    digest = hashlib.sha256(content).hexdigest()
    before = (await queries.returns_of(tx, [order_id]))[order_id]
    if any(one["sha256"] == digest for one in before):
        return order, False
    policy = policies.get(order["division"], china_day(now))
    rows = read_rows(table, policy.parameters)
    if rows is None:
        raise InvalidInput([FieldError("/file", UNREADABLE)])
    lines = await queries.read_lines(tx, order_id)
    returned = match_return(lines, rows)
    reopened = await _settle(tx, order, lines, returned, schemes, charts, now)
    settled = await queries.read_lines(tx, order_id)
    said = [(row["line"], row["kind"]) for one in before for row in one["findings"]["rows"]]
    said += [(one.line, one.kind) for one in returned.findings]
    after = {
        **order,
        "state": state_of(settled),
        "version": order["version"] + 1,
        "contradicted": count_contradicted(settled, said),
        "reasons": [*order["reasons"], why_returned(returned, reopened, now).model_dump(mode="json")],
    }
    await queries.save(tx, after)
    await queries.insert_return(
        tx,
        {
            "id": new_id(),
            "order_id": order_id,
            "division": order["division"],
            "sha256": digest,
            "findings": {"rows": [asdict(one) for one in returned.findings], "missing": list(returned.missing)},
            "received_by": tx.access.actor,
            "received_at": now,
        },
    )
    return after, True


async def _settle(
    tx: Transaction,
    order: Record,
    lines: Sequence[Line],
    returned: Returned,
    schemes: Schemes,
    charts: Charts,
    now: datetime,
) -> int:
    """How many lines wait again. All grants are locked before anything is written: whoever waits for one holds no
    audit head.
    """
    grants = {one.line: one.grant_id for one in lines}
    paid, failed, doubted = returned.of("paid"), returned.of("failed"), returned.doubted(lines)
    named = [grants[one.line] for one in (*paid, *failed) if one.line is not None]
    await lock_many(tx, sorted({*named, *(one.grant_id for one in doubted)}))
    if paid:
        await take_and_charge(
            tx,
            "payment",
            [grants[one.line] for one in paid if one.line is not None],
            now,
            note=order["number"],
            schemes=schemes,
            charts=charts,
            order_id=order["id"],
        )
    because = {grants[one.line]: one.because for one in failed if one.line is not None}
    if because:
        await mark_failed(tx, order["id"], because, now)
    waiting: set[UUID] = set()
    if doubted:
        wanted = {one.grant_id: Reopening(order["id"], order["number"], one.amount_fen) for one in doubted}
        waiting = await mark_reopened(tx, wanted, now)
    reopened = [_reopened(order, one) for one in doubted if one.grant_id in waiting]
    await queries.settle_lines(tx, [*(_settled(order, one, now) for one in (*paid, *failed)), *reopened])
    await reopen_contradicted(tx, order["number"], sorted(because), now)
    return len(reopened)


def _settled(order: Record, one: Finding, now: datetime) -> dict[str, Any]:
    return {
        "order_id": order["id"],
        "line": one.line,
        "state": one.kind,
        "because": one.because if one.kind == "failed" else None,
        "paid_on": one.paid_on,
        "settled_at": now,
    }


def _reopened(order: Record, one: Line) -> dict[str, Any]:
    nothing = dict.fromkeys(("because", "paid_on", "settled_at"))
    return {"order_id": order["id"], "line": one.line, "state": "ordered", **nothing}
