"""What clients send of joint plans: which one, how a proposal is edited, and what is approved."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from services.incubation.formation.schemas import FoundingAct
from services.incubation.joint_plans.errors import ID_TWICE, ONE_EDIT
from shared.problems.inputs import Body, DivisionPrefix


class JointPlanIn(Body):
    """Which division to plan for: a code, or a prefix of it; `basis`: a plan of it whose edits by hand stay."""

    division: DivisionPrefix
    basis: UUID | None = None


def _each_once(ids: list[UUID]) -> list[UUID]:
    if len(set(ids)) < len(ids):
        raise PydanticCustomError("id_twice", "{en}", ID_TWICE)
    return ids


Several = Annotated[list[UUID], Field(min_length=1, max_length=100), AfterValidator(_each_once)]


class ProposalEdit(Body):
    """One change of a proposal: exactly one of these.

    `add`: organizations join it, from another proposal of the plan or from those unplaced; `remove`: organizations are
    set aside; `split`: they become a proposal of their own; `merge`: another proposal's organizations all join it;
    `renew`: whoever does not wait for a joint branch any more leaves it, and the others are validated as they are now.
    """

    add: Several | None = None
    remove: Several | None = None
    split: Several | None = None
    merge: UUID | None = None
    renew: Literal[True] | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        given = [one for one in (self.add, self.remove, self.split, self.merge, self.renew) if one is not None]
        if len(given) != 1:
            raise PydanticCustomError("one_edit", "{en}", ONE_EDIT)
        return self


class JointApproval(FoundingAct):
    """The act, and which proposals: all that are still proposed where the field is left out, never by an empty list."""

    proposals: Annotated[list[UUID], Field(min_length=1, max_length=10_000)] | None = None
