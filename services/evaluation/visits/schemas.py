"""What is sent of samples and on-site checks, and how samples are shown."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field

from services.evaluation.sheets.schemas import FactBody
from shared.field.names import normalize_text
from shared.problems.inputs import Body, Day, Note, NoValueIsNone, Prose

Subject = Annotated[str, Field(max_length=255), AfterValidator(normalize_text)]
"""The subject of somebody's tokens."""


class SampleBody(Note):
    """The seed of a drawing: what nobody could foresee, such as the numbers of a public lottery."""

    seed: Annotated[Prose, Field(max_length=200)]


class SampleOut(BaseModel):
    """A sample of a cycle: whom the policy's share and the seed drew, to be drawn again by everybody."""

    id: UUID
    cycle_id: UUID
    division: str
    seed: str
    sample_bp: int
    among: int
    """Of how many evaluations."""
    among_digest: str
    """SHA-256 of their ids, sorted, a line each."""
    drawn: list[UUID]
    note: str | None
    drawn_at: datetime
    drawn_by: str


class OnSiteBody(Body):
    """A visit: when, by whom (subjects of tokens, no names), and what was found at which indicator."""

    MAX_KEYS = 500 * 6
    visited_on: Day
    team: Annotated[list[Subject], Field(min_length=1, max_length=20)]
    findings: Annotated[dict[str, FactBody], Field(max_length=500)]
    note: Annotated[Prose | None, NoValueIsNone] = None
