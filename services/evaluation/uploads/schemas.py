"""What is sent of evidence files, and how they are shown."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from services.evaluation.policies import Stage
from shared.problems.inputs import Body, Prose


@dataclass(frozen=True, slots=True)
class Described:
    """What a file shows: for which stage and indicator, and in words."""

    stage: Stage
    code: str
    title: str


class WithdrawalBody(Body):
    """Why a file is withdrawn."""

    reason: Prose


class EvidenceFileOut(BaseModel):
    """An evidence file; its content is at `content`."""

    id: UUID
    evaluation_id: UUID
    division: str
    stage: Stage
    code: str
    title: str
    sha256: str
    media_type: str
    bytes: int
    filed_at: datetime
    filed_by: str
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None
    reason: str | None = None
    """Why it was withdrawn."""
