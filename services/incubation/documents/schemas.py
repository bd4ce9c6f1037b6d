"""What a drafter gives for incubation's documents."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.documents.kinds import IncubationDocument
from shared.problems.inputs import Day
from shared.web.documents.schemas import DocumentBody


class IncubationDocumentBody(DocumentBody):
    """What document about which formation case or incubatee, and what that kind needs beside what is stored."""

    kind: IncubationDocument
    starts_on: Day | None = None
    """entry_agreement: its first day."""
    ends_on: Day | None = None
    """entry_agreement: its last day."""
    area_m2: Annotated[int | None, Field(gt=0, le=100_000, strict=True)] = None
    """entry_agreement: premises of the incubatee's own."""
    visit: UUID | None = None
    """visit_sheet: which of its visits."""
