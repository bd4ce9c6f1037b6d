"""What is sent of a mass satisfaction test: counts, no ballots."""

from typing import Annotated

from pydantic import AfterValidator, Field

from shared.field.names import normalize_text
from shared.problems.inputs import Body
from shared.problems.personal_numbers import check_no_personal_number

MOST_QUESTIONS = 50
Question = Annotated[
    str, Field(max_length=200), AfterValidator(normalize_text), AfterValidator(check_no_personal_number)
]
"""What was asked, in its stored form."""
Count = Annotated[int, Field(ge=0, le=1_000_000, strict=True)]


class QuestionBody(Body):
    """How many of the valid sheets answer one question by good, fair, poor; not all of them must answer it."""

    question: Question
    good: Count
    fair: Count
    poor: Count


class SatisfactionBody(Body):
    """How many sheets were sent out, returned and valid, and how many of these say good, fair, poor, in all and by
    question."""

    sent: Annotated[int, Field(ge=1, le=1_000_000, strict=True)]
    returned: Count
    valid: Count
    good: Count
    fair: Count
    poor: Count
    questions: Annotated[list[QuestionBody], Field(max_length=MOST_QUESTIONS, default_factory=list)]
