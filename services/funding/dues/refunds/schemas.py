"""Refund claims as clients send and see them."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from services.funding.dues.refunds.rules import RefundState
from services.funding.dues.schemas import Reference
from shared.field.money import LIMIT_FEN
from shared.problems.inputs import Body, Prose
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


class RefundReason(Body):
    """Why a claim is refused, or taken back."""

    reason: Prose


class RefundOut(BaseModel):
    """A claim; accepted, it is due to the receiver."""

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
    state: RefundState
    version: int
    policy: str
    reasons: list[ReasonOut]
    claimed_on: date
    claimed_by: str
    claimed_at: AwareDatetime
    decided_by: str | None
    decided_at: AwareDatetime | None
    note: str | None


def refund_out(row: Mapping[str, Any]) -> RefundOut:
    """A stored claim."""
    return RefundOut.model_validate(dict(row))
