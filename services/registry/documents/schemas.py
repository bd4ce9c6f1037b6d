"""What a drafter gives for the registry's documents."""

from typing import Annotated

from pydantic import AfterValidator, Field

from shared.documents.kinds import RegistryDocument
from shared.field.names import normalize_line
from shared.problems.inputs import Day, NoValueIsNone
from shared.problems.personal_numbers import check_no_personal_number
from shared.web.documents.schemas import DocumentBody

_MOST = 1_000_000
Line = Annotated[str, Field(max_length=200), AfterValidator(normalize_line), AfterValidator(check_no_personal_number)]


class RegistryDocumentBody(DocumentBody):
    """What document about whom, and what that kind needs beside what is stored; which that is, its refusal says."""

    kind: RegistryDocument
    due_on: Day | None = None
    """founding_notice: by when a Party organization is asked for."""
    requested_on: Day | None = None
    """founding_approval: the day of the request."""
    leadership: Annotated[int | None, Field(strict=True, ge=1, le=_MOST)] = None
    """leadership_approval: its number; without it the one that was reported, else the present one."""
    term_years: Annotated[int | None, Field(strict=True, ge=1, le=_MOST)] = None
    """leadership_approval: where they are not the usual ones."""
    dissolved_on: Day | None = None
    """dissolution_approval."""
    members_to: Annotated[Line | None, NoValueIsNone] = None
    """Where the members' affiliation passes to."""
    why: Annotated[Line | None, NoValueIsNone] = None
    period: Annotated[Line | None, NoValueIsNone] = None
    """statistics_cover: the period, as it is printed."""
