"""Incubatees as clients send them."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StrictBool, model_validator
from pydantic_core import PydanticCustomError

from services.incubation.incubating.incubatee_policies import Moment, Service, Track
from shared.contracts.incubation import ExitCause
from shared.field.names import normalize_line
from shared.problems.inputs import Body, Day, Note, NoValueIsNone, Prose
from shared.problems.personal_numbers import check_no_personal_number

Line = Annotated[str, Field(max_length=200), AfterValidator(normalize_line), AfterValidator(check_no_personal_number)]
Reference = Annotated[str, Field(min_length=1, max_length=64)]
Count = Annotated[int, Field(ge=0, le=1000, strict=True)]
Documented = Annotated[str, Field(max_length=100), AfterValidator(normalize_line)]
"""A document's number: 西孵协〔2026〕3号."""


class Application(Body):
    """Who asks for a place: an organization by its id or code, or the name of one that is not registered yet."""

    incubator: Reference
    organization: Annotated[Reference | None, NoValueIsNone] = None
    name: Annotated[Line | None, NoValueIsNone] = None
    applied_on: Day
    purpose: Prose

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.organization is None) == (self.name is None):
            facts = {
                "zh": "已登记的填“organization”，尚未登记的填“name”，两者填一。",
                "en": "One that is registered is given by organization, another one by name: one of both.",
                "pointer": "/organization",
            }
            raise PydanticCustomError("one_of_both", "{en}", facts)
        return self


class PanelDecision(Note):
    """What the panel decided: how many were present and in favour; never who."""

    outcome: Literal["admitted", "refused"]
    decided_on: Day
    present: Count
    in_favour: Count

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if self.in_favour > self.present:
            facts = {"zh": "同意人数不能多于到会人数。", "en": "Those in favour are among those present."}
            raise PydanticCustomError("panel_uneven", "{en}", {**facts, "pointer": "/in_favour"})
        return self


class Agreement(Note):
    """The agreement of entry: it has a number, a first and a last day, and perhaps its own premises."""

    number: Documented
    signed_on: Day
    starts_on: Day
    ends_on: Day
    area_m2: Annotated[int | None, Field(gt=0, le=100_000, strict=True)] = None


class AgreementExtension(Body):
    """Another last day of the agreement, and why."""

    ends_on: Day
    reason: Prose


class Linking(Body):
    """The organization that an incubatee was registered as."""

    organization: Reference


class Milestone(Note):
    """That one of the two went through a moment on a day (D15)."""

    track: Track
    moment: Moment
    on: Day


class Withdrawal(Body):
    """What was wrong about a record."""

    reason: Prose


class Visit(Body):
    """A visit: what was seen of the organization and of its Party organization, both (H2), and what follows."""

    visited_on: Day
    organization: Prose
    party_organization: Prose
    follow_up: Annotated[Prose | None, NoValueIsNone] = None


class ServiceGiven(Body):
    """One of the seven services (D15): what was done on a day."""

    service: Service
    on: Day
    content: Prose


class Assessed(Body):
    """Whether an item of a maturity list has passed, and on which evidence."""

    passed: StrictBool
    evidence: Prose


class MaturitySheet(Body):
    """What an officer assesses of the maturity lists, by code; what is not named stays as it was."""

    items: Annotated[Mapping[Annotated[str, Field(max_length=8)], Assessed], Field(min_length=1, max_length=80)]

    def count_keys(self) -> int:
        """Those inside too."""
        return 1 + len(self.items) + sum(len(one.model_fields_set) for one in self.items.values())


class Graduation(Note):
    """The day of graduation (default: today)."""

    graduated_on: Day | None = None


class Exit(Body):
    """Why it leaves without having graduated, and on which day (default: today)."""

    cause: ExitCause
    reason: Prose
    exited_on: Day | None = None
