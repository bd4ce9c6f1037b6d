"""Yearly forms as clients send and see them."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field

from services.registry.organizations.schemas import Line
from shared.problems.inputs import Body, Day, NoValueIsNone
from shared.problems.personal_numbers import check_no_personal_number
from shared.problems.reasons import ReasonOut

Persons = Annotated[int, Field(ge=0, le=1_000_000, strict=True)]
Flag = Annotated[bool, Field(strict=True)]
Named = Annotated[Line, AfterValidator(check_no_personal_number)]


class YearlyFormBody(Body):
    """What an organization states of a year: a pledge (S18), counts with their wholes (S19, S20), readiness (S24).

    Each part may be left out. Counts only, never names.
    """

    pledged_on: Day | None = None
    pledge_reference: Annotated[Named | None, NoValueIsNone] = None
    key_staff: Persons | None = None
    delegates: Persons | None = None
    founders: Persons | None = None
    founder_members: Persons | None = None
    founder_friends: Persons | None = None
    money: Flag | None = None
    people: Flag | None = None
    place: Flag | None = None


class YearlyFormOut(BaseModel):
    """A form as it was recorded."""

    id: UUID
    organization_id: UUID
    uscc: str
    name: str
    division: str
    year: int
    pledged_on: date | None
    pledge_reference: str | None
    key_staff: int | None
    delegates: int | None
    founders: int | None
    founder_members: int | None
    founder_friends: int | None
    money: bool | None
    people: bool | None
    place: bool | None
    reasons: list[ReasonOut]
    recorded_by: str
    recorded_at: AwareDatetime
    version: int


class YearlyTotalsOut(BaseModel):
    """Sums of a division's forms of a year. Each share has a denominator of its own, and none are added."""

    division: str
    year: int
    forms: int
    pledged: int
    key_staff: int
    delegates: int
    delegates_bp: int | None
    founders: int
    founder_members: int
    founder_members_bp: int | None
    non_party_founders: int
    founder_friends: int
    founder_friends_bp: int | None
    money_stated: int
    money: int
    people_stated: int
    people: int
    place_stated: int
    place: int
    ready: int
