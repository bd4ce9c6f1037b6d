"""Joint plans as clients see them."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from services.incubation.joint_plans.rules import ProposalState
from shared.db.session import Record
from shared.problems.inputs import Body, DivisionPrefix, Founding
from shared.problems.language import Language
from shared.problems.reasons import ReasonOut


class JointPlanIn(Body):
    """Which division to plan for: a code, or a prefix of it."""

    division: DivisionPrefix


class JointApproval(Founding):
    """A note, the day of the reply, and which proposals (all that are still proposed, where none is named)."""

    proposals: Annotated[list[UUID], Field(max_length=10_000)] | None = None


class OrganizationRef(BaseModel):
    """An organization of a proposal."""

    id: UUID
    uscc: str


class ProposalOut(BaseModel):
    """Organizations that could share a branch; `why` as a sentence, `reasons` as facts."""

    id: UUID
    organizations: list[OrganizationRef]
    full_members: int
    why: str
    reasons: list[ReasonOut]
    state: ProposalState
    party_organization_id: UUID | None


class UnplacedOut(OrganizationRef):
    """An organization without partners, and why."""

    why: str
    reasons: list[ReasonOut]


class JointPlanOut(BaseModel):
    """`covered` organizations are in proposals; no plan under these rules could cover more than `upper_bound`.

    `shortened` says that the list of plans leaves out some of its proposals or unplaced organizations.
    """

    id: UUID
    division: str
    policy: str
    proposals: list[ProposalOut]
    unplaced: list[UnplacedOut]
    covered: int
    upper_bound: int
    shortened: bool = False
    created_at: AwareDatetime
    version: int


def plan_out(plan: Record, proposals: Sequence[Record], language: Language, *, most: int | None = None) -> JointPlanOut:
    """A stored plan in the reader's language, with up to `most` of its proposals and unplaced organizations."""
    shortened = most is not None and max(len(proposals), len(plan["unplaced"])) > most
    return JointPlanOut.model_validate(
        {
            **plan,
            "proposals": [{**row, **_explained(row["why"], language)} for row in proposals[:most]],
            "unplaced": [{**one, **_explained(one["why"], language)} for one in plan["unplaced"][:most]],
            "shortened": shortened,
        }
    )


def _explained(why: dict[str, Any], language: Language) -> dict[str, Any]:
    return {"why": why[language], "reasons": why["reasons"]}
