"""What is sent of extensions, and how they and the list of the late are shown."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.evaluation.extensions.rules import State
from shared.problems.inputs import Body, Prose

Extended = Literal["self", "group", "satisfaction", "first_check", "committee"]
"""Stages of an evaluation whose deadline may be extended."""
LateStageName = Literal["self", "group", "satisfaction", "first_check", "committee", "session"]


class ExtensionBody(Body):
    """Which stage, by how many working days after its day, and why."""

    stage: Extended
    working_days: Annotated[int, Field(ge=1, le=250, strict=True)]
    ground: Prose


class ExtensionDecisionBody(Body):
    """Whether it is extended, and why."""

    granted: bool
    reason: Prose


class ExtensionOut(BaseModel):
    """An application for an extension, and what became of it."""

    id: UUID
    evaluation_id: UUID
    division: str
    stage: Extended
    due_on: date
    """Before the extension."""
    working_days: int
    extended_to: date
    """The last day, once it is granted."""
    ground: str
    state: State
    applied_as: Literal["unit", "division"]
    applied_by: str
    applied_at: datetime
    reason: str | None
    """The decision's."""
    decided_at: datetime | None
    decided_by: str | None


class LateStage(BaseModel):
    """A stage that is overdue, and by when it was due."""

    stage: LateStageName
    due_on: date


class LateOut(BaseModel):
    """An evaluation whose stages are overdue and not submitted."""

    id: UUID
    cycle_id: UUID
    party_organization_id: UUID
    party_organization_name: str
    division: str
    type: str
    stages: list[LateStage]
