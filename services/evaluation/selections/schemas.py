"""What clients send of a selection: counts of members, no names."""

from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.evaluation import Tier
from shared.problems.inputs import Body, Day, Note, Prose

Members = Annotated[int, Field(ge=0, le=999, strict=True)]
Points = Annotated[Decimal, Field(ge=0, le=100, decimal_places=2)]
Channel = Literal["microblog", "website", "bulletin"]
"""微博群、协会网站、简报会刊 (H30)."""
Form = Literal["observation", "pairing", "forum"]
"""观摩会、结对共建、座谈 (H30)."""


class RecommendationBody(Note):
    """Who is recommended for a year and a tier, and why."""

    party_organization_id: UUID
    year: Annotated[int, Field(ge=2000, le=2100, strict=True)]
    tier: Tier
    recommended_on: Day
    ground: Prose


class VisitBody(Note):
    """A site visit, by how many, and what they found."""

    visited_on: Day
    visitors: Annotated[int, Field(ge=1, le=99, strict=True)]
    findings: Prose


class SelectionAssessmentBody(Note):
    """The overall assessment, and by how many members; `recused` is stated where somebody declared an interest."""

    assessed_on: Day
    total: Points
    members_due: Annotated[int, Field(ge=1, le=999, strict=True)]
    members_present: Annotated[int, Field(ge=1, le=999, strict=True)]
    recused: Members | None = None


class CommendationBody(Note):
    """The commendation; its management holds from `managed_from` on, else from the same day."""

    commended_on: Day
    managed_from: Day | None = None


class ManagementEndingBody(Body):
    """From which day on it is not managed so any more, and why."""

    ended_on: Day
    reason: Prose


class SelectionWithdrawalBody(Body):
    """Why a recommendation is taken back."""

    reason: Prose


class PublicityBody(Body):
    """How a commended one was made known: by a channel or a form; a pairing names the other Party organization."""

    on: Day
    channel: Channel | None = None
    form: Form | None = None
    partner_id: UUID | None = None
    what: Prose
