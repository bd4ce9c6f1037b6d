"""Grants in payment orders: which may be ordered, and what became of those that were."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.funding.coverage import queries as coverage
from services.funding.grants import queries
from services.funding.grants.actions import lock_counted, separate_duties
from services.funding.grants.errors import GrantOrdered, RecipientDissolved
from services.funding.grants.rules import ALL_DUTIES, TRANSITIONS, Grant, check_hands
from services.funding.policies import Schemes
from shared.db.session import Transaction
from shared.problems.transitions import move


async def lock_payable(
    tx: Transaction, ids: Sequence[UUID], *, count: int, total_fen: int, reason: str | None, schemes: Schemes
) -> list[Grant]:
    """Approved grants, locked, that the caller may pay: as many, and as much in all, as the caller says.

    Raises NotFound, SummaryDiffers, IllegalTransition, SameHand, GrantOrdered, RecipientDissolved.
    """
    grants = await lock_counted(tx, ids, count, total_fen)
    duties = separate_duties(schemes)
    for grant in grants:
        move(TRANSITIONS, grant.state, "payment")
        if grant.order_state == "ordered":
            raise GrantOrdered(order=grant.order_id)
        check_hands(grant, "payment", tx.access.actor, duties.get(grant.policy, ALL_DUTIES))
    async with tx.system_scope():
        parties = await coverage.load(tx, sorted({grant.recipient_id for grant in grants}))
    dissolved = [one.dissolved_on for one in parties.values() if one.dissolved_on is not None]
    if dissolved and not (reason and reason.strip()):
        raise RecipientDissolved(dissolved_on=dissolved[0])
    return grants


async def mark_ordered(
    tx: Transaction, grants: Sequence[Grant], order_id: UUID, number: str, now: datetime, reason: str | None
) -> None:
    """The grants are in the order; they stay approved until they are paid."""
    after = [replace(grant, order_id=order_id, order_state="ordered", version=grant.version + 1) for grant in grants]
    await queries.save_order(tx, after)
    await queries.insert_steps(
        tx, [(grant, "ordering") for grant in after], now, "；".join(text for text in (number, reason) if text)
    )


async def mark_failed(tx: Transaction, order_id: UUID, because: Mapping[UUID, str | None], now: datetime) -> None:
    """The bank did not pay these grants of an order: they can be ordered again, once their accounts are right."""
    after = [
        replace(grant, order_state="failed", version=grant.version + 1)
        for grant in await queries.lock_many(tx, sorted(because))
        if grant.order_id == order_id and grant.order_state == "ordered"
    ]
    if after:
        await queries.save_order(tx, after)
        reasons = {text for text in because.values() if text}
        note = reasons.pop() if len(reasons) == 1 else None
        await queries.insert_steps(tx, [(grant, "payment_failed") for grant in after], now, note)


async def mark_withdrawn(tx: Transaction, order_id: UUID, ids: Sequence[UUID], now: datetime, note: str) -> None:
    """Their order was taken back: they are in none, and can be ordered or paid."""
    after = [
        replace(grant, order_id=None, order_state=None, version=grant.version + 1)
        for grant in await queries.lock_many(tx, ids)
        if grant.order_id == order_id and grant.order_state == "ordered"
    ]
    if after:
        await queries.save_order(tx, after)
        await queries.insert_steps(tx, [(grant, "order_withdrawn") for grant in after], now, note)


@dataclass(frozen=True, slots=True)
class Reopening:
    """The order whose bank says that it paid a grant after all, its number, and how much of the grant was ordered."""

    order_id: UUID
    number: str
    amount_fen: int


async def mark_reopened(tx: Transaction, wanted: Mapping[UUID, Reopening], now: datetime) -> set[UUID]:
    """The bank paid these grants after all, or says so: which of them wait in the order again for its next word.

    One that is in another order by now, paid, or amended since, is left as it is.
    """
    after = [
        replace(grant, order_id=wanted[grant.id].order_id, order_state="ordered", version=grant.version + 1)
        for grant in await queries.lock_many(tx, sorted(wanted))
        if grant.state == "approved"
        and grant.order_state != "ordered"
        and grant.amount_fen == wanted[grant.id].amount_fen
    ]
    if after:
        await queries.save_order(tx, after)
        notes = {grant.id: wanted[grant.id].number for grant in after}
        await queries.insert_steps(tx, [(grant, "payment_reopened") for grant in after], now, notes)
    return {grant.id for grant in after}
