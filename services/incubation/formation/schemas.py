"""Checks and cases as clients see them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field

from services.incubation.formation.errors import NotTheBodyAbove
from services.incubation.formation.founding import Act, WhyNot, why_not_established
from services.incubation.formation.occasions import Occasion
from services.incubation.formation.rules import STEP_TO, CaseState, next_steps
from services.incubation.formation.superiors.finding import Standing
from services.incubation.formation.superiors.rules import Acting, authorize
from services.incubation.formation.superiors.schemas import (
    AboveOut,
    CaseStepOut,
    EscalationOut,
    ReminderOut,
    standing_out,
)
from shared.contracts.base import FoundingForm, PartyOrganizationKind
from shared.contracts.incubation import Outcome
from shared.db.session import Record
from shared.field.names import normalize_line
from shared.problems import inputs
from shared.problems.inputs import Body, Day, Note, NoValueIsNone
from shared.problems.personal_numbers import check_no_personal_number
from shared.problems.problems import Problem
from shared.problems.reasons import ReasonOut
from shared.web.identity.permissions import Permission
from shared.web.identity.tokens import Actor
from shared.web.routes import Page
from shared.web.steps import NextStepOut, steps_out

Line = Annotated[str, Field(max_length=200), AfterValidator(normalize_line), AfterValidator(check_no_personal_number)]
Numbered = Annotated[
    str, Field(max_length=100), AfterValidator(normalize_line), AfterValidator(check_no_personal_number)
]
"""As the document has it: 杭两新〔2026〕1号."""
OPENED_BY = "system:incubation"
"""Cases are opened by checks, which nobody runs by hand."""


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


class InstructorOut(BaseModel):
    """The Party-building instructor by post or by a reference."""

    post: str
    reference: str | None


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
    occasion: Occasion
    concerns: UUID | None
    why_not_established: WhyNot | None
    """Why the organization has no Party organization of its own or with others, as forms ask (D8); null: it has."""
    offers: list[Literal["work_group"]]
    """What else is open to the organization than the coverage that it is due (S21)."""
    instructor: InstructorOut | None
    """Who was sent by the last deferral."""
    work_group: bool
    above: AboveOut
    """Whose decision it is."""
    reminder: ReminderOut | None
    """The last reminder that has come by today, where the case is pending."""
    escalation: EscalationOut | None
    """Where nobody decided in time: with which body it is now."""
    version: int
    history: list[CaseStepOut]
    next_steps: list[NextStepOut]


class FoundingAct(inputs.Founding):
    """A note, the day of the founding, the number of the approval, and the form of the founding (D8)."""

    founding_number: Annotated[Numbered | None, NoValueIsNone] = None
    founding_form: FoundingForm | None = None

    def act(self) -> Act:
        """What it states of the act."""
        return Act(self.founding_number, self.founding_form)


class Founding(FoundingAct):
    """The same, and why an organization does not get its former branch back."""

    former_not_restored: Annotated[str | None, Field(min_length=1, max_length=2000, pattern=r"\S")] = None
    """Named, a new Party organization is founded, and the reason is kept with it."""
    work_group: bool = False
    """Whether a work group is set up among members whose affiliation lies elsewhere, where that is offered (S21)."""


class InstructorSent(Body):
    """The Party-building instructor by post or by a reference, never by name."""

    post: Line
    reference: Annotated[Line | None, NoValueIsNone] = None


class Deferral(Note):
    """A deferral's note, until when, and who guides the organization until then."""

    until: Day | None = None
    instructor: InstructorSent | None = None

    def count_keys(self) -> int:
        """Those of the instructor too."""
        return len(self.model_fields_set) + len(self.instructor.model_fields_set if self.instructor else ())


def check_out(row: Record) -> FormationCheckOut:
    """A stored check as clients see it."""
    return FormationCheckOut.model_validate(row)


NEEDED: Mapping[str, Permission] = dict.fromkeys(("approval", "deferral"), Permission.FORMATION_DECIDE)
"""The permission of each step, as its route asks for it."""


def case_out(
    row: Record, steps: Sequence[Record], standing: Standing, caller: Actor, acting: Acting, now: datetime
) -> FormationCaseOut:
    """A stored case, the steps that it took, where it stands today, and the caller's next steps."""
    barred = _barred(row, standing, acting, now)
    return FormationCaseOut.model_validate(
        {
            **row,
            "why_not_established": why_not_established(
                row["state"],
                row["occasion"],
                row["outcome"],
                has_members=row["has_members"],
                instructor=row["instructor"] is not None,
            ),
            "offers": ["work_group"] if row["work_group_offered"] else [],
            "work_group": bool(row["work_group"]),
            **standing_out(standing, now),
            "history": _history(row, steps),
            "next_steps": steps_out(next_steps(row["state"], row["outcome"], barred), NEEDED, caller),
        }
    )


def _barred(row: Record, standing: Standing, acting: Acting, now: datetime) -> Problem | None:
    """What bars the caller from deciding: it does not act for the body above."""
    escalated_to = None if standing.escalation is None else standing.escalation.to
    try:
        authorize(standing.above, escalated_to, acting, row["division"], now)
    except NotTheBodyAbove as problem:
        return problem.without_chain()
    return None


def _history(row: Record, taken: Sequence[Record]) -> list[Record]:
    """From the opening on; a decision from before cases kept their steps stands there without an actor."""
    opening = {"step": "opening", "at": row["created_at"], "by": OPENED_BY, "note": None}
    steps = [{**step, "by": step["taken_by"], "reasons": step["reasons"] or []} for step in taken]
    if not steps and row["decided_at"] is not None:
        steps = [{"step": STEP_TO[row["state"]], "at": row["decided_at"], "by": None, "note": row["note"]}]
    return [opening, *steps]
