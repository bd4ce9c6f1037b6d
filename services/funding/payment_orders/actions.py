"""Orders the payment of approved grants, with their recipients' accounts frozen; takes an order back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.funding.grants.errors import PayeesNotVerified
from services.funding.grants.paying.ordering import lock_payable, mark_ordered, mark_withdrawn
from services.funding.grants.rules import Grant
from services.funding.payees import queries as payees
from services.funding.payees.actions import open_account
from services.funding.payees.rules import Account, Payee
from services.funding.payees.sealing import seal, unseal
from services.funding.payment_orders import queries
from services.funding.payment_orders.checking import check_contradicted, reopen_contradicted
from services.funding.payment_orders.policies import PaymentPolicies
from services.funding.payment_orders.rules import (
    TRANSITIONS,
    check_grants,
    check_unanswered,
    why_ordered,
    why_withdrawn,
)
from services.funding.policies import Channel, Schemes
from shared.db.base import new_id
from shared.db.sealing import FieldKeys
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.duties import SameHand, same_person
from shared.problems.problems import NotFound
from shared.problems.transitions import move
from shared.problems.versions import Preconditions, check_version

_TABLE = "payment_order_lines"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which grants are ordered, by which channel, and as many and as much as the caller says."""

    division: str
    channel: Channel
    ids: Sequence[UUID]
    count: int
    total_fen: int
    note: str | None = None
    reason: str | None = None


async def order(
    tx: Transaction, asked: Asked, *, keys: FieldKeys, schemes: Schemes, policies: PaymentPolicies, now: datetime
) -> Record:
    """The order: all of the grants, or none. Their accounts are those that were verified.

    Raises NotFound, SummaryDiffers, IllegalTransition, SameHand, GrantOrdered, RecipientDissolved, OtherChannel,
    InvalidInput, PaymentContradicted, PayeesNotVerified, PayeesUnavailable, PayeeBroken.
    """
    grants = await lock_payable(
        tx, asked.ids, count=asked.count, total_fen=asked.total_fen, reason=asked.reason, schemes=schemes
    )
    await check_contradicted(tx, [one.id for one in grants])
    check_grants([(one.id, one.division, one.channel) for one in grants], asked.ids, asked.division, asked.channel)
    accounts = await _accounts(tx, grants, keys)
    policy = policies.get(asked.division, china_day(now))
    order_id = new_id()
    number = f"P{china_day(now):%Y%m%d}-{order_id.hex[-8:].upper()}"
    row: Record = {
        "id": order_id,
        "number": number,
        "division": asked.division,
        "channel": asked.channel,
        "layout": policy.parameters.layout_of_channel[asked.channel],
        "policy": policy.id,
        "state": "ordered",
        "count": asked.count,
        "total_fen": asked.total_fen,
        "note": asked.note,
        "reasons": [why_ordered(asked.count, asked.total_fen, asked.channel, policy.id, now).model_dump(mode="json")],
        "version": 1,
        "ordered_by": tx.access.actor,
        "ordered_at": now,
        "contradicted": 0,
    }
    by_id = {grant.id: grant for grant in grants}
    lines = [
        _line(row, place_, by_id[one], accounts[by_id[one].recipient_id], keys)
        for place_, one in enumerate(asked.ids, 1)
    ]
    await queries.insert(tx, row, lines)
    await mark_ordered(tx, grants, order_id, number, now, asked.reason)
    return row


async def _accounts(tx: Transaction, grants: Sequence[Grant], keys: FieldKeys) -> Mapping[UUID, tuple[Payee, Account]]:
    """The system's scope: a recipient may have moved out of the division in which its grant was decided."""
    recipients = sorted({grant.recipient_id for grant in grants})
    async with tx.system_scope():
        verified = await payees.verified_of(tx, recipients)
    missing = [one for one in recipients if one not in verified]
    if missing:
        raise PayeesNotVerified(count=len(missing), recipient=missing[0])
    return {one: (payee, open_account(keys, payee)) for one, payee in verified.items()}


async def withdraw(
    tx: Transaction, order_id: UUID, because: str, now: datetime, if_match: Preconditions | None = None
) -> Record:
    """The order and all of its lines withdrawn, by somebody else than who ordered; its grants can be paid again, but
    for those that the bank says it paid by an earlier order.

    Raises NotFound, PreconditionFailed, IllegalTransition, SameHand, OrderAnswered.
    """
    before = await queries.lock(tx, order_id)
    if before is None:
        raise NotFound(what="payment order")
    check_version(if_match, before["version"])
    state = move(TRANSITIONS, before["state"], "withdrawal")
    if same_person(before["ordered_by"], tx.access.actor):
        raise SameHand(what="payment order", earlier="ordering", step="withdrawal")
    lines = await queries.read_lines(tx, order_id)
    returns = (await queries.returns_of(tx, [order_id]))[order_id]
    check_unanswered(before["number"], lines, (row["line"] for one in returns for row in one["findings"]["rows"]))
    await mark_withdrawn(tx, order_id, [one.grant_id for one in lines], now, f"{before['number']}；{because}")
    reason = why_withdrawn(because, tx.access.actor, now).model_dump(mode="json")
    after = {
        **before,
        "state": state,
        "version": before["version"] + 1,
        "reasons": [*before["reasons"], reason],
    }
    await queries.save(tx, after)
    settled = {"order_id": order_id, "state": "withdrawn", "because": because, "paid_on": None, "settled_at": now}
    await queries.settle_lines(tx, [{**settled, "line": one.line} for one in lines])
    await reopen_contradicted(tx, before["number"], [one.grant_id for one in lines], now)
    return after


def _line(order_: Record, number: int, grant: Grant, account: tuple[Payee, Account], keys: FieldKeys) -> dict[str, Any]:
    payee, opened = account
    key_id, sealed = seal(keys, opened, _TABLE, _row(order_["id"], number))
    return {
        "order_id": order_["id"],
        "line": number,
        "division": order_["division"],
        "reference": f"{order_['number']}-{number:04d}",
        "grant_id": grant.id,
        "recipient_id": grant.recipient_id,
        "recipient_name": grant.recipient_name,
        "amount_fen": grant.amount_fen,
        "scheme": grant.scheme,
        "held_by": payee.held_by,
        "bank_code": payee.bank_code,
        "payee_version": payee.version,
        "key_id": key_id,
        "sealed": sealed,
        "state": "ordered",
        **dict.fromkeys(("because", "paid_on", "settled_at")),
    }


def open_line(keys: FieldKeys, line: Mapping[str, Any]) -> Account:
    """The account of a line. Raises PayeesUnavailable, PayeeBroken."""
    row = _row(line["order_id"], line["line"])
    return unseal(keys, line["key_id"], bytes(line["sealed"]), _TABLE, row)


def _row(order_id: UUID, line: int) -> str:
    return f"{order_id}/{line}"
