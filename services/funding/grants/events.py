"""A grant as the event of the state that it is in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.bus.context import Cause
from shared.bus.sending.outbox import NewEvent
from shared.contracts.funding import (
    GrantApproved,
    GrantHeld,
    GrantPaid,
    GrantRaised,
    GrantReviewed,
    GrantState,
    GrantStateName,
)

_OF_STATE: dict[GrantStateName, type[GrantState]] = {
    "raised": GrantRaised,
    "held": GrantHeld,
    "reviewed": GrantReviewed,
    "approved": GrantApproved,
    "paid": GrantPaid,
}


def grant_event(grant: Mapping[str, Any], now: datetime, cause: Cause | None = None) -> NewEvent:
    """The event of a grant's version; those of one recipient stay in order."""
    kind = _OF_STATE[grant["state"]]
    return NewEvent(
        grant["id"],
        grant["version"],
        kind.model_validate(grant),
        grant["division"],
        now,
        key=grant["recipient_id"],
        cause=cause,
    )
