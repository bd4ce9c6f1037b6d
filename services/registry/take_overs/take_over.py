"""A Party organization that exists already, as a row of a file states it: with its past days."""

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from services.registry.body_policies import DivisionCode
from services.registry.leaderships.schemas import ApprovalNumber, Number
from shared.contracts.base import FoundingForm, PartyOrganizationKind
from shared.contracts.bodies import AffiliationKind
from shared.contracts.registry import MAX_STATED
from shared.field.names import normalize_line, normalize_name
from shared.field.uscc import normalize
from shared.problems.inputs import Body, Day, NoValueIsNone
from shared.superiors.policies import BodyCode

_BETWEEN = re.compile(r"[\s,;、，；/|]+")


def _codes(value: object) -> object:
    """The codes in one cell, each once, in their order; whatever else it is as it is."""
    if not isinstance(value, str):
        return value
    return list(dict.fromkeys(normalize(code) for code in _BETWEEN.split(value) if code))


Codes = Annotated[list[Annotated[str, Field(max_length=40)]], BeforeValidator(_codes), Field(max_length=MAX_STATED)]
Name = Annotated[str, AfterValidator(normalize_name)]
Line = Annotated[str, Field(max_length=200), AfterValidator(normalize_line)]
YesNo = Literal["yes", "no"]
TakenForm = Literal["standalone", "joint", "temporary", "area"]
"""A functional Party organization covers none: it is no part of a city's coverage."""


class TakeOver(Body):
    """A row: what it is, since when, whom it covers, what it belongs to, and its last election."""

    name: Name
    kind: PartyOrganizationKind
    form: TakenForm
    division: DivisionCode
    street: Annotated[Line | None, NoValueIsNone] = None
    established_on: Day
    founding_number: ApprovalNumber | None = None
    founding_form: FoundingForm | None = None
    covers: Codes
    body: Annotated[BodyCode | None, NoValueIsNone] = None
    affiliation_kind: AffiliationKind | None = None
    elected_on: Day | None = None
    approved_on: Day | None = None
    approval_number: ApprovalNumber | None = None
    term_years: Annotated[int | None, Field(ge=1, le=10)] = None
    due: Number | None = None
    present: Number | None = None
    candidates: Number | None = None
    elected: Number | None = None
    secretary_is_head: YesNo | None = None

    @property
    def key(self) -> tuple[str, str]:
        """By which it is found again: its division and name."""
        return self.division, self.name

    @property
    def led_on(self) -> date | None:
        """The day on which the last term began: of the approval, or of the election where that is not known."""
        return self.approved_on or self.elected_on
