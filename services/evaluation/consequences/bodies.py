"""What is sent of consequences."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from shared.field.names import normalize_text
from shared.problems.inputs import Body, Day, NoValueIsNone, Prose
from shared.problems.personal_numbers import check_no_personal_number

Count = Annotated[int, Field(ge=1, le=1000, strict=True)]
Reference = Annotated[
    str, Field(max_length=100), AfterValidator(normalize_text), AfterValidator(check_no_personal_number)
]
"""A letter's number, in its stored form."""


class PlanBody(Body):
    """The goal, the measures, and by when they are carried out (H20)."""

    goal: Prose
    measures: Annotated[list[Prose], Field(min_length=1, max_length=20)]
    until: Day


class TrackingBody(Body):
    """How far the plan was on a day."""

    on: Day
    progress: Prose


class AcceptanceBody(Body):
    """Whether the plan was carried out, on which day that was found, and what was found."""

    accepted: bool
    on: Day
    record: Prose


class TalkBody(Body):
    """The record of an admonition talk: counts, no names (H22)."""

    held_on: Day
    participants: Count
    """How many members of the leadership took part."""
    record: Prose


class ReceiptBody(Body):
    """What became of a letter, on which day, and its number."""

    step: Literal["sending", "receipt", "use"]
    on: Day
    reference: Annotated[Reference | None, NoValueIsNone] = None
