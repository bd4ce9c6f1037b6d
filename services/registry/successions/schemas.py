"""Successions, as clients send and see them."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from services.registry.successions.rules import Kind
from shared.problems.inputs import Body, Day, Prose
from shared.problems.reasons import ReasonOut


class SuccessionBody(Body):
    """Whom an organization succeeds (id or code), by what, since which day, and why."""

    predecessor: Annotated[str, Field(min_length=1, max_length=64)]
    kind: Kind
    on: Day
    reason: Prose


class SuccessionOut(BaseModel):
    """Who succeeded whom. `party_organization_id` covered the predecessor until then, or until it ended."""

    id: UUID
    organization_id: UUID
    uscc: str
    division: str
    predecessor_id: UUID
    predecessor_uscc: str
    kind: Kind
    succeeded_on: date
    reason: str
    party_organization_id: UUID | None
    reasons: list[ReasonOut]
    recorded_by: str
    recorded_at: AwareDatetime
