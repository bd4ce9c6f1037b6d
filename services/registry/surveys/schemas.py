"""Survey rounds and their returns as clients send them."""

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from services.registry.survey_terms.periods import is_period
from shared.problems.inputs import Body, Day, DivisionPrefix, Note, NoValueIsNone, Prose

Persons = Annotated[int, Field(ge=0, le=1_000_000, strict=True)]
Word = Annotated[Prose | None, NoValueIsNone]


def _check_period(text: str) -> str:
    if not is_period(text):
        facts = {
            "zh": "期间写作 2026、2026H1 或 2026Q3。",
            "en": "A period is written 2026, 2026H1 or 2026Q3.",
        }
        raise PydanticCustomError("survey_period", "{en}", facts)
    return text


Period = Annotated[str, Field(max_length=6), AfterValidator(_check_period)]


class SurveyOpening(Note):
    """A round: its period, whose last day everything is counted as of, its division, and until when it is due."""

    period: Period
    division: Annotated[DivisionPrefix, Field(max_length=6)]
    due_on: Day | None = None


class ReturnBody(Body):
    """What is counted of an organization on the reference day: persons, never names.

    `full_members` are those in all: full-time, part-time, and those who do not work there. `word` says why a figure
    differs from the last round by more than the bound.
    """

    full_time_staff: Persons
    full_members_full_time: Persons
    full_members_part_time: Persons
    full_members: Persons
    probationary_members: Persons
    applicants: Persons
    word: Word = None


class ReturnLine(ReturnBody):
    """The same with the code of the organization; `version` where a confirmed return is entered again."""

    uscc: Annotated[str, Field(max_length=64)]
    version: Annotated[int, Field(ge=1, strict=True)] | None = None


class SurveyLocking(Body):
    """The word of who locks, where returns are missing or not confirmed."""

    word: Word = None


class SurveyReopening(Body):
    """Why a locked round is opened again."""

    reason: Prose
