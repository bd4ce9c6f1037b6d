"""A grant as the event of the state that it is in."""

from datetime import datetime

from services.funding.grants.rules import Grant, Recorded
from shared.bus.context import Cause
from shared.bus.sending.outbox import NewEvent
from shared.contracts.funding import (
    GrantApproved,
    GrantHeld,
    GrantPaid,
    GrantRaised,
    GrantReversed,
    GrantReviewed,
    GrantState,
    GrantStateName,
)

UNANNOUNCED: tuple[Recorded, ...] = (
    "ordering",
    "order_withdrawn",
    "payment_failed",
    "payment_reopened",
    "public_notice",
    "objection",
    "objection_answer",
    "use_report",
    "final_settlement",
    "balance_return",
)
"""Of which no event is published: the grant's state stays, and so does what it says. An amendment after payment is
another one."""

_OF_STATE: dict[GrantStateName, type[GrantState]] = {
    "raised": GrantRaised,
    "held": GrantHeld,
    "reviewed": GrantReviewed,
    "approved": GrantApproved,
    "paid": GrantPaid,
    "reversed": GrantReversed,
}


def grant_event(grant: Grant, now: datetime, cause: Cause | None = None, left: str | None = None) -> NewEvent:
    """The event of a grant's version; those of one recipient stay in order. `left` is the division that it was in."""
    payload = _OF_STATE[grant.state].model_validate(grant, from_attributes=True)
    also = frozenset() if left is None else frozenset((left,))
    return NewEvent(
        grant.id, grant.version, payload, grant.division, now, key=grant.recipient_id, cause=cause, also=also
    )
