"""Award pools as clients send and see them."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from services.funding.pools.policies import PoolParameters
from services.funding.pools.rules import PoolState, came_back
from shared.contracts.funding import GrantStateName
from shared.field.money import LIMIT_FEN
from shared.problems.inputs import Body, Prose
from shared.problems.reasons import ReasonOut
from shared.web.knowledge import PolicyOut


class PoolPolicyOut(PolicyOut[PoolParameters]):
    """How much of the certified retained dues a pool may be (H33)."""


class PoolIn(Body):
    """A year of certified dues, and the share of its retained base that is set aside."""

    dues_id: UUID
    share_bp: Annotated[int, Field(ge=0, le=10_000, strict=True)]


class PoolRecipientIn(Body):
    """A Party organization and its weight."""

    recipient_id: UUID
    weight: Annotated[int, Field(ge=1, le=1_000_000, strict=True)]


class DistributionIn(Body):
    """A round: its recipients, and its amount; without one, all that is left."""

    MAX_KEYS = 500 * 3
    recipients: Annotated[list[PoolRecipientIn], Field(min_length=1, max_length=500)]
    amount_fen: Annotated[int, Field(gt=0, lt=LIMIT_FEN, strict=True)] | None = None
    note: Prose | None = None


class AwardOut(BaseModel):
    """What a round gave to a Party organization, and the grant that pays it; null where no scheme does."""

    round: int
    recipient_id: UUID
    weight: int
    amount_fen: int
    note: str | None
    awarded_by: str
    awarded_at: AwareDatetime
    grant_id: UUID | None
    grant_state: GrantStateName | None
    back_fen: int


class PoolOut(BaseModel):
    """A pool, and what was awarded of it; its base is what was certified when it was set aside.

    `reversed_fen` is what came back of its awards: it is left again, and while the pool is open distributed again.
    """

    id: UUID
    dues_id: UUID
    holder_id: UUID
    division: str
    year: int
    base_fen: int
    share_bp: int
    amount_fen: int
    distributed_fen: int
    reversed_fen: int
    left_fen: int
    rounds: int
    state: PoolState
    version: int
    policy: str
    created_by: str
    created_at: AwareDatetime
    closed_by: str | None
    closed_at: AwareDatetime | None
    awards: list[AwardOut]
    reasons: list[ReasonOut]


def pool_out(row: Mapping[str, Any], awards: Sequence[Mapping[str, Any]]) -> PoolOut:
    """A stored pool with its awards."""
    back = came_back(awards)
    left = row["amount_fen"] - row["distributed_fen"] + back
    return PoolOut.model_validate(
        {**row, "reversed_fen": back, "left_fen": left, "awards": [dict(one) for one in awards]}
    )
