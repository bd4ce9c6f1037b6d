"""What keeps a grant from being paid: no verified account where its region asks for one, or a bank's later word that
it was paid already.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.funding.grants.errors import PayeesNotVerified, PaymentContradicted
from services.funding.grants.paying.ordering import Reopening, mark_reopened
from services.funding.grants.queries import get
from services.funding.payees.queries import verified_of
from services.funding.payment_orders import queries
from services.funding.payment_orders.policies import PaymentPolicies
from services.funding.payment_orders.rules import last_words, why_reopened
from shared.db.base import utc_now
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day


async def check_payee(tx: Transaction, grant_id: UUID, policies: PaymentPolicies) -> None:
    """Of a grant that is paid by itself. Raises PayeesNotVerified, PaymentContradicted (409)."""
    grant = await get(tx, grant_id)
    if grant is None:
        return
    await check_contradicted(tx, [grant_id])
    policy = policies.in_force(grant["division"], china_day(utc_now()))
    if policy is None or not policy.parameters.verified_payee_for_single_payment:
        return
    async with tx.system_scope():
        verified = await verified_of(tx, [grant["recipient_id"]])
    if not verified:
        raise PayeesNotVerified(count=1, recipient=grant["recipient_id"])


async def check_contradicted(tx: Transaction, grant_ids: Sequence[UUID]) -> None:
    """Raises PaymentContradicted (409) where the bank's last word on an earlier order is that it paid one of them."""
    async with tx.system_scope():
        standing = await _standing(tx, grant_ids)
    if standing:
        raise PaymentContradicted(number=standing[0]["number"])


async def reopen_contradicted(tx: Transaction, number: str, grant_ids: Sequence[UUID], now: datetime) -> None:
    """Grants that this order (`number`) did not pay, and that the bank says it paid by an earlier one, wait there.

    The orders are locked, and so are the grants; the earlier ones may be of a wider division than the caller's.
    """
    if not grant_ids:
        return
    async with tx.system_scope():
        # Of several orders, the last: the others stay contradicted, and are asked again once that one fails.
        lines = {row["grant_id"]: row for row in await _standing(tx, grant_ids)}
        if not lines:
            return
        wanted = {one: Reopening(row["order_id"], row["number"], row["amount_fen"]) for one, row in lines.items()}
        waiting = [lines[one] for one in await mark_reopened(tx, wanted, now)]
        nothing = dict.fromkeys(("because", "paid_on", "settled_at"))
        named = [{"order_id": row["order_id"], "line": row["line"], "state": "ordered", **nothing} for row in waiting]
        await queries.settle_lines(tx, named)
        counts = Counter(row["order_id"] for row in waiting)
        why = {one: [why_reopened(count, number, now).model_dump(mode="json")] for one, count in counts.items()}
        await queries.reopen(tx, [{"id": one, "reopened": counts[one], "reasons": why[one]} for one in sorted(counts)])


async def _standing(tx: Transaction, grant_ids: Sequence[UUID]) -> list[Record]:
    """The lines that were not paid, and of which the bank's last word is that they were, by order."""
    lines = await queries.contradicted_lines(tx, grant_ids)
    returns = await queries.returns_of(tx, sorted({row["order_id"] for row in lines}))
    words = {
        order: last_words((row["line"], row["kind"]) for one in found for row in one["findings"]["rows"])
        for order, found in returns.items()
    }
    return [row for row in lines if words.get(row["order_id"], {}).get(row["line"]) == "contradicts"]
