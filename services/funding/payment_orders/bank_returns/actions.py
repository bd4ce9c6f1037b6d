"""Takes over by the bank's slip that a payment came back, where no file of the bank says so."""

import hashlib
from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

from services.funding.grants import queries as grants
from services.funding.grants.paying.bank_returns import BankReturn, find_use, take_bank_returns
from services.funding.grants.rules import Grant
from services.funding.grants.settling.actions import lock
from services.funding.grants.settling.days import find_wrong_day
from services.funding.payment_orders import queries
from services.funding.payment_orders.checking import reopen_contradicted
from services.funding.payment_orders.rules import Finding, Line, Returned, count_contradicted, state_of, why_returned
from shared.db.base import new_id
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.duties import SameHand, same_person
from shared.problems.problems import InvalidInput, NotFound
from shared.problems.versions import Preconditions


async def take_bank_return(
    tx: Transaction,
    grant_id: UUID,
    now: datetime,
    *,
    reference: str,
    returned_on: date,
    reason: str,
    if_match: Preconditions | None,
) -> Grant:
    """The grant owed again, by another person than who paid it; of an order, its line failed.

    Raises NotFound, InvalidInput, PreconditionFailed, IllegalTransition, SameHand, PaymentUsed, PeriodShut.
    """
    order = await _order_of(tx, grant_id)
    grant = await lock(tx, grant_id, if_match)
    used = find_use(grant)
    if used is not None:
        raise used
    line = None if order is None else await _line_of(tx, order, grant_id)
    since = date(grant.year, 1, 1) if line is None or line.paid_on is None else line.paid_on
    wrong = find_wrong_day(returned_on, since, china_day(now))
    if wrong:
        raise InvalidInput(wrong)
    if same_person(grant.actors.get("payment"), tx.access.actor):
        raise SameHand(what="grant", earlier="payment", step="bank_return")
    found = BankReturn(reference, returned_on, reason)
    [after] = await take_bank_returns(tx, {grant_id: found}, now)
    async with tx.system_scope():
        if order is not None and line is not None:
            await _settle(tx, order, line, found, now)
        await reopen_contradicted(tx, reference if order is None else order["number"], [grant_id], now)
    return after


async def _order_of(tx: Transaction, grant_id: UUID) -> Record | None:
    """The order that paid a grant, locked before it with all that it was in; they may be of a wider division."""
    found = await grants.get(tx, grant_id)
    if found is None:
        raise NotFound(what="grant")
    async with tx.system_scope():
        orders = await queries.lock_of_grant(tx, grant_id)
    return orders[found["order_id"]] if found["order_state"] == "paid" else None


async def _line_of(tx: Transaction, order: Record, grant_id: UUID) -> Line:
    async with tx.system_scope():
        lines = await queries.read_lines(tx, order["id"])
    return next(one for one in lines if one.grant_id == grant_id)


async def _settle(tx: Transaction, order: Record, line: Line, found: BankReturn, now: datetime) -> None:
    """What the slip says is kept as a return of one row."""
    row = Finding(
        1, line.reference, "sent_back", line.line, line.amount_fen, line.amount_fen, found.note, found.returned_on
    )
    settled = {"order_id": order["id"], "line": line.line, "state": "failed", "because": found.note}
    await queries.settle_lines(tx, [{**settled, "paid_on": found.returned_on, "settled_at": now}])
    kept = (await queries.returns_of(tx, [order["id"]]))[order["id"]]
    said = [(one["line"], one["kind"]) for earlier in kept for one in earlier["findings"]["rows"]]
    lines = await queries.read_lines(tx, order["id"])
    why = why_returned(Returned([row], ()), 0, now)
    after = {
        **order,
        "state": state_of(lines),
        "version": order["version"] + 1,
        "contradicted": count_contradicted(lines, [*said, (row.line, row.kind)]),
        "reasons": [*order["reasons"], why.model_dump(mode="json")],
    }
    await queries.save(tx, after)
    slip = f"{line.grant_id}/{found.reference}/{found.returned_on}/{now.isoformat()}"
    await queries.insert_return(
        tx,
        {
            "id": new_id(),
            "order_id": order["id"],
            "division": order["division"],
            "sha256": hashlib.sha256(slip.encode()).hexdigest(),
            "findings": {"rows": [asdict(row)], "missing": []},
            "received_by": tx.access.actor,
            "received_at": now,
        },
    )
