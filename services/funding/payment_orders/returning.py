"""Takes a bank's return of an order over: pays what was paid, frees what failed or came back, keeps what differs."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from services.funding.grants.actions import take_and_charge
from services.funding.grants.paying.bank_returns import BankReturn, find_use, hold_accounts, take_bank_returns
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
    rows = read_rows(table, policy.parameters, china_day(now))
    if rows is None:
        raise InvalidInput([FieldError("/file", UNREADABLE)])
    lines = await queries.read_lines(tx, order_id)
    returned = await _lock(tx, lines, match_return(lines, rows))
    reopened, freed = await _settle(tx, order, lines, returned, schemes, charts, now)
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
    # Now that this file's words are kept: by those before, what it settles could be doubted still.
    await reopen_contradicted(tx, order["number"], freed, now)
    return after, True


async def _settle(
    tx: Transaction,
    order: Record,
    lines: Sequence[Line],
    returned: Returned,
    schemes: Schemes,
    charts: Charts,
    now: datetime,
) -> tuple[int, list[UUID]]:
    """How many lines wait again, and which grants this order did not pay."""
    grants = {one.line: one.grant_id for one in lines}
    paid, failed, doubted = returned.of("paid"), returned.of("failed"), returned.doubted(lines)
    back = {grants[one.line]: one for one in returned.of("sent_back") if one.line is not None}
    if back:
        await take_bank_returns(
            tx, {one: BankReturn(row.reference, row.paid_on, row.because) for one, row in back.items()}, now
        )
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
    settled = [_settled(order, one, now) for one in (*paid, *failed, *back.values())]
    await queries.settle_lines(tx, [*settled, *reopened])
    return len(reopened), sorted({*because, *back})


async def _lock(tx: Transaction, lines: Sequence[Line], returned: Returned) -> Returned:
    """All grants are locked before anything is written: whoever waits for one holds no audit head. What was used did
    arrive, whatever the bank says.
    """
    grants = {one.line: one.grant_id for one in lines}
    named = [
        grants[one.line]
        for kind in ("paid", "failed", "sent_back")
        for one in returned.of(kind)
        if one.line is not None
    ]
    locked = await lock_many(tx, sorted({*named, *(one.grant_id for one in returned.doubted(lines))}))
    used = {one.id for one in locked if one.state != "paid" or find_use(one) is not None}
    after = returned.contradicting([line for line, grant in grants.items() if grant in used])
    if after.of("paid") and after.of("sent_back"):
        # Both post: what either would lock is locked in its order first.
        kept = {grants[one.line] for kind in ("paid", "sent_back") for one in after.of(kind) if one.line is not None}
        await hold_accounts(tx, [one for one in locked if one.id in kept])
    return after


def _settled(order: Record, one: Finding, now: datetime) -> dict[str, Any]:
    return {
        "order_id": order["id"],
        "line": one.line,
        "state": "paid" if one.kind == "paid" else "failed",
        "because": None if one.kind == "paid" else one.because,
        "paid_on": one.paid_on,
        "settled_at": now,
    }


def _reopened(order: Record, one: Line) -> dict[str, Any]:
    nothing = dict.fromkeys(("because", "paid_on", "settled_at"))
    return {"order_id": order["id"], "line": one.line, "state": "ordered", **nothing}
