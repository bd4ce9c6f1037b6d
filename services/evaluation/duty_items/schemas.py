"""What is sent of duty items: of bodies, never of persons."""

from typing import Annotated

from pydantic import AfterValidator, Field

from shared.field.names import normalize_text
from shared.problems.inputs import Body, Day, Note, NoValueIsNone, Prose
from shared.problems.personal_numbers import check_no_personal_number

Reference = Annotated[
    str, Field(max_length=100), AfterValidator(normalize_text), AfterValidator(check_no_personal_number)
]
"""A document's number or title, in its stored form."""


class DutyReportBody(Note):
    """That a body reported: on which day, and by which document."""

    reported_on: Day
    reference: Reference


class AppraisalBody(Body):
    """How the body above appraised the body (not a person): grade, day and ground, and by which document."""

    grade: Annotated[str, Field(max_length=40)]
    appraised_on: Day
    ground: Prose
    reference: Annotated[Reference | None, NoValueIsNone] = None


class DutyReopeningBody(Body):
    """Why an appraisal is taken back."""

    reason: Prose
