"""What evaluation publishes."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Departure, Form, PartyOrganizationKind, Payload, Reason

EVALUATIONS = "evaluation.evaluations"
CONSEQUENCES = "evaluation.consequences"
SELECTIONS = "evaluation.selections"

Star = Annotated[int, Field(ge=0, le=5)]
Tier = Literal["A", "B", "C"]
"""Of the "double-strong" selection (H27-H29)."""
ManagementMode = Literal["dual", "direct"]
ManagementLevel = Literal["city", "district"]


class EvaluationLeft(Departure):
    """An evaluation left the division with its Party organization."""

    TYPE: ClassVar[str] = "shuangfu.evaluation.evaluation.left.v1"

    id: UUID


class EvaluationCompleted(Payload):
    """A Party organization is rated for a year (H17, H19)."""

    TYPE: ClassVar[str] = "shuangfu.evaluation.evaluation.completed.v1"
    TOPIC = EVALUATIONS
    LEFT = EvaluationLeft

    id: UUID
    cycle_id: UUID
    year: int
    party_organization_id: UUID
    party_organization_name: str
    party_organization_kind: PartyOrganizationKind
    form: Form
    division: str
    type: str
    total: Decimal
    star: Star
    reasons: list[Reason]
    completed_at: datetime
    organization_ids: list[UUID] | None = None
    """Whom it covered when it was rated; None from a writer that does not state it."""
    corrects: int | None = None
    """The sequence of the completion that this one takes the place of, after a reopening; None for the first one."""


class StandingLeft(Departure):
    """What a rating means for an organization left the division with the organization."""

    TYPE: ClassVar[str] = "shuangfu.evaluation.standing.left.v1"

    id: UUID


class StandingChanged(Payload):
    """What a published rating means for an organization that its Party organization covered on 31 December of the rated
    year (H24, decision 4): a subject for each organization and year, restated as a whole whenever something changes.

    `star` and `total` are null where the organization is not rated for the year, or not any more (H19); a rating is
    final from `final_on` on, null while objections may still change it.
    """

    TYPE: ClassVar[str] = "shuangfu.evaluation.standing.changed.v1"
    TOPIC = CONSEQUENCES
    LEFT = StandingLeft

    id: UUID
    organization_id: UUID
    division: str
    year: int
    covered_on: date
    party_organization_id: UUID
    party_organization_name: str
    form: Form
    evaluation_id: UUID
    star: Star | None
    total: Decimal | None
    published_on: date
    final_on: date | None
    reasons: list[Reason]


Closing = Literal["accepted", "superseded"]


class RectificationLeft(Departure):
    """A closed rectification left the division with its evaluation."""

    TYPE: ClassVar[str] = "shuangfu.evaluation.rectification.left.v1"

    id: UUID


class RectificationClosed(Payload):
    """The rectification that a rating asked for is closed (H20, D14): what was held for it may go on (decision 5).

    `accepted`: its plan was carried out, and somebody else than its author accepted it; `superseded`: the rating was
    corrected, and asks for none.
    """

    TYPE: ClassVar[str] = "shuangfu.evaluation.rectification.closed.v1"
    TOPIC = CONSEQUENCES
    LEFT = RectificationLeft

    id: UUID
    evaluation_id: UUID
    year: int
    party_organization_id: UUID
    party_organization_name: str
    division: str
    star: Star
    """Of the rating that stands when it is closed."""
    outcome: Closing
    closed_on: date
    reasons: list[Reason]


class SelectionCommended(Payload):
    """A "double-strong" Party organization is commended, and how it is managed from then on (H26): tier A by the city
    too (H27), B by the district directly (H28), C by the district too (H29)."""

    TYPE: ClassVar[str] = "shuangfu.evaluation.selection.commended.v1"
    TOPIC = SELECTIONS

    id: UUID
    year: int
    party_organization_id: UUID
    party_organization_name: str | None = None
    division: str
    tier: Tier
    mode: ManagementMode
    level: ManagementLevel
    demonstration_site: bool
    commended_on: date
    managed_from: date
    ended_on: date | None = None
    """The first day on which it is not managed so any more: stated again when its management is ended."""
    reasons: list[Reason]
