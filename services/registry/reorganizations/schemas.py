"""Decisions on Party organizations that exist, as clients send them."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from services.registry.body_policies import DivisionCode
from services.registry.leaderships.schemas import ApprovalNumber
from services.registry.reorganizations.rules import Towards, WhyNone
from shared.contracts.base import PartyOrganizationKind
from shared.field.names import normalize_line
from shared.problems.inputs import Body, Day, NoValueIsNone, Prose

MAX_SUCCESSORS = 200
Name = Annotated[str, Field(max_length=200), AfterValidator(normalize_line)]


class Decision(Body):
    """The superior Party organization's approval: since which day it counts, its number, and why."""

    on: Day
    approval_number: ApprovalNumber
    reason: Prose


class OthersBody(Body):
    """What becomes of every covered organization that is not named.

    Another Party organization covers them, or the area of each; or none does, and `why` says the reason. Areas are
    those of the streets: incubation has whom such a one covers covered by the drawn area that it lies in.
    """

    to: Towards
    party_organization_id: UUID | None = None
    why: WhyNone | None = None


class SuccessorBody(OthersBody):
    """What becomes of one covered organization (its id or code).

    Another Party organization covers it, or its area, as in `others`; or none does, and `why` says the reason (D8).
    """

    organization: Annotated[str, Field(max_length=64)]


class DissolutionBody(Decision):
    """A dissolution says of each covered organization what becomes of it, by name or in `others`, for an area covers
    thousands: none is uncovered by silence."""

    successors: Annotated[list[SuccessorBody], Field(max_length=MAX_SUCCESSORS)]
    others: OthersBody | None = None

    def count_keys(self) -> int:
        """Those of the successors too."""
        inside = [*self.successors, *([] if self.others is None else [self.others])]
        return len(self.model_fields_set) + sum(len(one.model_fields_set) for one in inside)


class MergerBody(Decision):
    """All that it covers is covered by another one from the day on, which may get another name."""

    into: UUID
    name: Annotated[Name | None, NoValueIsNone] = None


class MoveBody(Decision):
    """Where a joint Party organization is seated from now on."""

    division: DivisionCode
    street: Annotated[Name | None, NoValueIsNone] = None


class KindBody(Decision):
    """Another kind, and with it another name."""

    kind: PartyOrganizationKind
    name: Name
