"""Refund claims as clients send and see them."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from services.funding.dues.schemas import Reference
from services.funding.grants.settling.given_back import Back
from shared.contracts.funding import GrantStateName
from shared.field.money import LIMIT_FEN
from shared.problems.inputs import Body
from shared.problems.reasons import ReasonOut


class RefundIn(Body):
    """A claim for a certified year: exactly what was remitted, with the list and the bank's slip by their numbers.

    `host_id`: the Party organization that hosts the members, where none covers the holder.
    """

    dues_id: UUID
    amount_fen: Annotated[int, Field(gt=0, lt=LIMIT_FEN, strict=True)]
    list_reference: Reference
    slip_reference: Reference
    host_id: UUID | None = None


class RefundOut(BaseModel):
    """A claim, and the grant that pays it: its steps are those of every grant. `number`: the year's first claim, or one
    that was made again after the grant before was reversed."""

    id: UUID
    dues_id: UUID
    holder_id: UUID
    division: str
    year: int
    amount_fen: int
    receiver_id: UUID
    host_id: UUID | None
    list_reference: str
    slip_reference: str
    grant_id: UUID
    grant_state: GrantStateName
    number: int
    policy: str
    reasons: list[ReasonOut]
    claimed_on: date
    claimed_by: str
    claimed_at: AwareDatetime


def refund_out(row: Mapping[str, Any], back: Mapping[UUID, Back]) -> RefundOut:
    """A stored claim, with what became of its grant."""
    return RefundOut.model_validate({**row, "grant_state": back[row["grant_id"]].state})
