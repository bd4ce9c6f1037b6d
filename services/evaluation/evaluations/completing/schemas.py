"""A list of evaluations that are to be completed, and what became of each."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from shared.problems.inputs import Note


class CompletionsBody(Note):
    """Evaluations of the cycle."""

    evaluation_ids: Annotated[list[UUID], Field(min_length=1, max_length=500)]


class RefusedOut(BaseModel):
    """One that stays as it was, and why."""

    evaluation_id: UUID
    problem: dict[str, Any]


class CompletionsOut(BaseModel):
    """Which are completed now, and which are not."""

    completed: list[UUID]
    refused: list[RefusedOut]
