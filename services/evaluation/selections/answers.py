"""A selection as clients see it."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from services.evaluation.selections.rules import State
from services.evaluation.selections.schemas import Channel, Form
from shared.contracts.evaluation import ManagementLevel, ManagementMode, Tier
from shared.problems.reasons import ReasonOut
from shared.web.steps import StepOut


class VisitOut(BaseModel):
    """A site visit."""

    visited_on: date
    visitors: int
    findings: str


class SelectionAssessmentOut(BaseModel):
    """An overall assessment."""

    assessed_on: date
    total: Decimal
    members_due: int
    members_present: int
    recused: int


class ManagementOut(BaseModel):
    """What a tier means for management, and from when on."""

    mode: ManagementMode
    level: ManagementLevel
    demonstration_site: bool
    commended_on: date
    managed_from: date
    ended_on: date | None = None
    """The first day on which it does not hold any more."""


class PublicityOut(BaseModel):
    """How it was made known."""

    on: date
    channel: Channel | None
    form: Form | None
    partner_id: UUID | None
    what: str
    recorded_at: AwareDatetime


class SelectionOut(BaseModel):
    """A Party organization on its way from recommendation to commendation (H26)."""

    id: UUID
    year: int
    division: str
    party_organization_id: UUID
    party_organization_name: str | None
    tier: Tier
    state: State
    recommended_on: date
    ground: str
    visit: VisitOut | None
    assessment: SelectionAssessmentOut | None
    management: ManagementOut | None
    publicity: list[PublicityOut]
    reasons: list[ReasonOut]
    steps: list[StepOut]
    policy: str
    version: int


def selection_out(row: Mapping[str, Any]) -> SelectionOut:
    """A stored row."""
    return SelectionOut.model_validate(row)
