"""What is sent of notices, objections and their answers, and how they are shown."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel

from services.evaluation.notices.rules import State
from shared.problems.inputs import Body, Day, Note, Prose


class PublicationBody(Note):
    """On which day the notice was published."""

    published_on: Day


class PublicationOut(BaseModel):
    """A public notice of what sessions of a cycle decided."""

    id: UUID
    cycle_id: UUID
    division: str
    published_on: date
    notice_until: date
    published: int
    """Of how many evaluations."""
    note: str | None
    recorded_at: datetime
    recorded_by: str | None
    """Null, as the note is, for a unit: neither is part of what was published."""


def publication_out(row: Mapping[str, Any], *, to_unit: bool) -> PublicationOut:
    """A stored row as clients see it; a unit sees what the notice publishes."""
    return PublicationOut.model_validate({**row, "note": None, "recorded_by": None} if to_unit else row)


class ObjectionBody(Body):
    """On which day it was raised, and why."""

    on: Day
    ground: Prose


class AnswerBody(Body):
    """Whether the objection is right, and why."""

    upheld: bool
    reason: Prose


class ObjectionOut(BaseModel):
    """An objection to a published rating; `settled` with another one that was upheld."""

    id: UUID
    evaluation_id: UUID
    division: str
    on: date
    ground: str
    raised_as: Literal["unit", "district"]
    raised_by: str
    raised_at: datetime
    state: State
    due_on: date | None
    reason: str | None
    """The answer's."""
    answered_at: datetime | None
    answered_by: str | None


def objection_out(row: Mapping[str, Any]) -> ObjectionOut:
    """A stored row as clients see it."""
    return ObjectionOut.model_validate({**row, "on": row["objected_on"]})
