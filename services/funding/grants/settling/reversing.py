"""Takes a grant back: its postings by ones that name them, and its commitment; what was paid is to be returned."""

from dataclasses import replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.funding.appropriations import charging
from services.funding.grants.errors import GrantOrdered
from services.funding.grants.events import grant_event
from services.funding.grants.recipients import claims
from services.funding.grants.rules import Grant
from services.funding.grants.settling.actions import after_payment_of, lock, save
from services.funding.grants.settling.queries import find_beside
from services.funding.grants.settling.rules import check_alone, check_other, kept_fen, reclaim
from services.funding.ledger.posted_queries import of_grant
from services.funding.ledger.reversing import reverse_all
from services.funding.policies import Schemes
from services.funding.requirements import AfterPayment
from shared.bus.sending.outbox import emit
from shared.contracts.base import Reason
from shared.contracts.funding import GrantStateName
from shared.db.session import Transaction
from shared.field.calendar import china_day
from shared.problems.transitions import Transitions, move
from shared.problems.versions import Preconditions

REVERSING: Transitions[GrantStateName, Literal["reversal"]] = Transitions(
    "grant",
    {
        ("held", "reversal"): "reversed",
        ("raised", "reversal"): "reversed",
        ("reviewed", "reversal"): "reversed",
        ("approved", "reversal"): "reversed",
        ("paid", "reversal"): "reversed",
    },
)
"""Any grant that is not reversed can be; what was paid of it is then to be returned."""


def reverse(
    grant: Grant,
    *,
    reason: str,
    reference: str,
    beside: UUID | None,
    after: AfterPayment | None,
    actor: str,
    now: datetime,
) -> tuple[Grant, list[Reason]]:
    """The grant taken back, by somebody who neither approved nor paid it. Pure.

    `beside` is what an amendment granted beside it, and stands. Raises IllegalTransition, GrantOrdered, AmendedBeside
    (409), SameHand (403).
    """
    state = move(REVERSING, grant.state, "reversal")
    if grant.order_state == "ordered":
        raise GrantOrdered(order=grant.order_id)
    check_alone(beside)
    check_other(grant, actor, "reversal", ("approval", grant.actors.get("approval")))
    back = kept_fen(grant) if grant.state == "paid" else 0
    facts: dict[str, object] = {
        "state_before": grant.state,
        "amount_fen": grant.amount_fen,
        "to_be_returned_fen": grant.return_due_fen - grant.returned_fen + back,
        "reference": reference,
        "because": reason,
    }
    why = Reason(rule="R-reversal", outcome="reversed", facts=facts, as_of=now)
    gone = replace(grant, state=state, version=grant.version + 1, reasons=[*grant.reasons, why])
    return reclaim(gone, back, after, china_day(now)), [why]


async def reverse_grant(
    tx: Transaction,
    grant_id: UUID,
    now: datetime,
    *,
    reason: str,
    reference: str,
    schemes: Schemes,
    if_match: Preconditions | None,
) -> Grant:
    """The grant taken back with all that was posted as owed; all of it, or nothing happens.

    What was not paid, its appropriation has back at once; what was paid, once it was returned. The payment stays in the
    books until then. Raises NotFound, PreconditionFailed, PeriodShut, and what `reverse` does.
    """
    grant = await lock(tx, grant_id, if_match)
    after, reasons = reverse(
        grant,
        reason=reason,
        reference=reference,
        beside=await find_beside(tx, grant_id),
        after=after_payment_of(schemes, grant),
        actor=tx.access.actor,
        now=now,
    )
    all_back = after.returned_fen == after.return_due_fen
    settled = await charging.weigh_settling(tx, released=[grant_id]) if all_back else None
    await save(tx, after, reasons, "reversal", now, f"{reference}；{reason}")
    await claims.give_up(tx, [grant_id])
    if settled is not None:
        await charging.settle_all(tx, settled, now)
    owed = [row["id"] for row in await of_grant(tx, grant_id) if row["kind"] in ("grant_approved", "grant_reduced")]
    if owed:
        await reverse_all(tx, owed, now, reason=reason, of_grants=True)
    await emit(tx, [grant_event(after, now)])
    return after
