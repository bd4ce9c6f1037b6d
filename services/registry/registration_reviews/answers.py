"""Reviews at registration as clients see them."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from services.registry.organizations.organization import Kind
from services.registry.policies import RegistrationPolicies
from services.registry.registration_reviews.review import Review, ReviewState
from services.registry.registration_reviews.rules import needed, next_steps
from services.registry.registration_reviews.schemas import Commitment, Hosting, Instructor, Survey
from services.registry.registration_reviews.taking import policy_of
from services.registry.uncoded.policies import HostUnit
from shared.db.session import Record
from shared.field.calendar import china_day
from shared.problems.reasons import ReasonOut
from shared.web.identity.permissions import Permission
from shared.web.identity.tokens import Actor
from shared.web.steps import NextStepOut, StepOut, steps_out

NEEDED: Mapping[str, Permission] = {
    **dict.fromkeys(("supplement", "withdrawal"), Permission.REVIEWS_APPLY),
    **dict.fromkeys(("return", "approval", "refusal", "certificate", "hand_over"), Permission.REVIEWS_DECIDE),
}


class ReviewOrganizationOut(BaseModel):
    """The organization that was registered with the code, once its registration arrived."""

    id: UUID
    name: str
    registered_on: date


class ReviewOut(BaseModel):
    """An application under review. `missing` blocks its approval; `reasons` are those of what was decided last."""

    id: UUID
    state: ReviewState
    name: str
    kind: Kind
    division: str
    street: str
    applied_on: date
    survey: Survey | None
    commitment: Commitment | None
    hosting: Hosting | None
    instructor: Instructor | None
    charter_clause: bool | None
    host_unit: HostUnit | None
    missing: list[str]
    approved_on: date | None
    policy: str
    reasons: list[ReasonOut]
    uscc: str | None
    certified_on: date | None
    hand_over_due_on: date | None
    handed_over_on: date | None
    handed_over_to: str | None
    overdue: bool
    organization: ReviewOrganizationOut | None
    history: list[StepOut]
    next_steps: list[NextStepOut]
    created_at: AwareDatetime
    version: int


def review_out(row: Record, policies: RegistrationPolicies, caller: Actor, now: datetime) -> ReviewOut:
    """A stored review, with what may be done next and what bars this caller."""
    review, today = Review.of(row), china_day(now)
    policy = policy_of(policies, review.division, review.applied_on, today)
    organization = None
    if row["organization_id"] is not None:
        organization = ReviewOrganizationOut(
            id=row["organization_id"], name=row["organization_name"], registered_on=row["organization_registered_on"]
        )
    due = row["hand_over_due_on"]
    return ReviewOut.model_validate(
        {
            **row,
            "missing": [part for part in needed("approval", policy.parameters) if part not in review.attached],
            "overdue": review.state == "certified" and due is not None and due < today,
            "organization": organization,
            "history": row["steps"],
            "next_steps": steps_out(next_steps(review, caller.subject, policy, now), NEEDED, caller),
        }
    )
