"""Checks and cases as clients see them."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from services.incubation.formation.rules import CaseState
from shared.contracts.base import PartyOrganizationKind
from shared.contracts.incubation import Outcome
from shared.db.session import Record
from shared.problems.inputs import Note
from shared.problems.reasons import ReasonOut
from shared.web.routes import Page


class FormationCheckOut(BaseModel):
    """What an organization is due, and why."""

    id: UUID
    organization_id: UUID
    uscc: str
    division: str
    outcome: Outcome
    counted_full_members: int
    policy: str
    checked_at: AwareDatetime
    reasons: list[ReasonOut]


class FormationChecksOut(Page[FormationCheckOut]):
    """Decisions, the newest first. Asked for one organization, its latest decision also stands at the top."""

    id: UUID | None = None
    organization_id: UUID | None = None
    uscc: str | None = None
    division: str | None = None
    outcome: Outcome | None = None
    counted_full_members: int | None = None
    policy: str | None = None
    checked_at: AwareDatetime | None = None
    reasons: list[ReasonOut] | None = None


class FormationCaseOut(BaseModel):
    """A case of the superior Party organization's worklist."""

    id: UUID
    organization_id: UUID
    uscc: str
    name: str
    division: str
    street: str | None
    outcome: Outcome
    party_organization_kind: PartyOrganizationKind
    state: CaseState
    due_on: date
    deferred_until: date | None
    note: str | None
    party_organization_id: UUID | None
    check_id: UUID
    created_at: AwareDatetime
    decided_at: AwareDatetime | None
    version: int


class Deferral(Note):
    """A deferral's note, and until when."""

    until: date | None = None


def check_out(row: Record) -> FormationCheckOut:
    """A stored check as clients see it."""
    return FormationCheckOut.model_validate(row)


def case_out(row: Record) -> FormationCaseOut:
    """A stored case as clients see it."""
    return FormationCaseOut.model_validate(row)
