"""Decisions on Party organizations that exist, as clients see them."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from services.registry.party_organizations.schemas import PartyOrganizationState
from services.registry.reorganizations.rules import Kind
from shared.contracts.base import Form, PartyOrganizationKind
from shared.problems.reasons import ReasonOut


class ReorganizedPartyOrganizationOut(BaseModel):
    """The Party organization as it is now."""

    id: UUID
    name: str
    kind: PartyOrganizationKind
    form: Form
    division: str
    street: str | None
    state: PartyOrganizationState
    dissolved_on: date | None
    version: int


class ReorganizationOut(BaseModel):
    """What was decided, since when, by which approval, why, and by whom; `details` has what became of whom."""

    id: UUID
    kind: Kind
    decided_on: date
    approval_number: str
    reason: str
    details: dict[str, Any]
    reasons: list[ReasonOut]
    decided_by: str
    decided_at: AwareDatetime


class ReorganizedOut(ReorganizationOut):
    """The same, with the Party organization."""

    party_organization: ReorganizedPartyOrganizationOut
    version: int
