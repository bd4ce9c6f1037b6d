"""Incubators as clients send them."""

from typing import Annotated

from pydantic import AfterValidator, Field, StrictBool, model_validator
from pydantic_core import PydanticCustomError

from services.incubation.incubating.policies import Grade
from shared.field.names import normalize_line
from shared.problems.inputs import Body, Day, Note, NoValueIsNone, Prose
from shared.problems.personal_numbers import check_no_personal_number

Line = Annotated[str, Field(max_length=200), AfterValidator(normalize_line), AfterValidator(check_no_personal_number)]
BodyCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]
DivisionCode = Annotated[str, Field(pattern=r"^[0-9]{6}$")]
Count = Annotated[int, Field(ge=0, le=100_000, strict=True)]
Positive = Annotated[int, Field(gt=0, le=100_000, strict=True)]


class Operator(Body):
    """Who runs an incubator: `outside` is an organization that was asked to, with its assessment grade."""

    name: Line
    outside: StrictBool
    uscc: Annotated[str, Field(min_length=18, max_length=18)] | None = None
    grade: Grade | None = None


class Premises(Body):
    """Where an incubator is, and how large it is."""

    address: Line
    area_m2: Positive


class IncubatorBody(Body):
    """An incubator: of a district, or of a street in it.

    `committee` is its Party committee or general branch, by its code among the superior bodies; `capacity` is how many
    organizations it takes in. Workers are counts.
    """

    name: Line
    division: DivisionCode
    street: Annotated[Line | None, NoValueIsNone] = None
    committee: Annotated[BodyCode | None, NoValueIsNone] = None
    operator: Operator | None = None
    premises: Premises | None = None
    capacity: Positive
    social_workers: Count
    party_social_workers: Count

    def count_keys(self) -> int:
        """Those inside too."""
        inside = [one for one in (self.operator, self.premises) if one is not None]
        return len(self.model_fields_set) + sum(len(one.model_fields_set) for one in inside)

    @model_validator(mode="after")
    def _workers_agree(self) -> "IncubatorBody":
        if self.party_social_workers > self.social_workers:
            facts = {
                "zh": "党员社工不能多于社工。",
                "en": "Social workers who are Party members are among the social workers.",
                "pointer": "/party_social_workers",
            }
            raise PydanticCustomError("workers_contradict", "{en}", facts)
        return self


class IncubatorActivation(Note):
    """The day from which it works (default: today)."""

    activated_on: Day | None = None


class IncubatorClosing(Body):
    """Why it is closed, and from which day on (default: today)."""

    reason: Prose
    closed_on: Day | None = None
