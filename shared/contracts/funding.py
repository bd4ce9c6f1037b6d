"""What funding publishes."""

from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.base import Departure, Payload, Reason

GRANTS = "funding.grants"

GrantStateName = Literal["raised", "held", "reviewed", "approved", "paid", "reversed"]


class GrantLeft(Departure):
    """A grant left the division with its recipient."""

    TYPE: ClassVar[str] = "shuangfu.funding.grant.left.v1"

    id: UUID


class GrantState(Payload):
    """A grant to a Party organization; the amount is in fen."""

    TOPIC = GRANTS
    LEFT = GrantLeft

    id: UUID
    recipient_id: UUID
    division: str
    scheme: str
    year: int
    amount_fen: int
    state: GrantStateName
    reasons: list[Reason]


class GrantRaised(GrantState):
    """A grant is due and drafted."""

    TYPE: ClassVar[str] = "shuangfu.funding.grant.raised.v1"


class GrantHeld(GrantState):
    """A grant is drafted and waits for the rectification plan (decision 5)."""

    TYPE: ClassVar[str] = "shuangfu.funding.grant.held.v1"


class GrantReviewed(GrantState):
    """A grant was reviewed."""

    TYPE: ClassVar[str] = "shuangfu.funding.grant.reviewed.v1"


class GrantApproved(GrantState):
    """A grant was approved: it is owed."""

    TYPE: ClassVar[str] = "shuangfu.funding.grant.approved.v1"


class GrantPaid(GrantState):
    """A grant was paid."""

    TYPE: ClassVar[str] = "shuangfu.funding.grant.paid.v1"


class GrantReversed(GrantState):
    """A grant was taken back: it is owed no longer, and what was paid of it is to be returned."""

    TYPE: ClassVar[str] = "shuangfu.funding.grant.reversed.v1"
