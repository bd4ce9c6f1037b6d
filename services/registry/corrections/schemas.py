"""Corrections, and conflicts with their resolution, as clients see them."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from services.registry.claim_terms.parts import DataSource, Part, Sayer
from services.registry.conflicts.rules import ConflictKind, ConflictState, Side
from shared.db.access import Access
from shared.problems.inputs import Body, Instant, Prose


class CorrectionBody(Body):
    """What was wrong, as of when the right values hold, and why: the fields of a registration, any of them."""

    fields: Annotated[dict[str, Any], Field(min_length=0, max_length=40)]
    as_of: Instant
    reason: Prose


class CorrectionOut(BaseModel):
    """What was corrected: the values after and before."""

    id: UUID
    organization_id: UUID
    fields: dict[str, Any]
    before: dict[str, Any]
    as_of: AwareDatetime
    as_of_before: AwareDatetime
    reason: str
    corrected_by: str
    corrected_at: AwareDatetime


class Resolution(Body):
    """Which side is right, and why."""

    take: Side
    parts: Annotated[list[Part], Field(min_length=1, max_length=10)] | None = None
    """Of a conflict between sources, the parts that are taken of the incoming side; default: all that are disputed."""
    reason: Prose


class DisputedOut(BaseModel):
    """A part that stayed, the fields that differ, and the source that had said it, as of when."""

    part: Part
    fields: list[str]
    data_source: Sayer
    as_of: AwareDatetime


class ConflictOut(BaseModel):
    """A registration that was not taken, beside what is stored (shown only to who sees that division)."""

    id: UUID
    kind: ConflictKind
    state: ConflictState
    organization_id: UUID
    uscc: str
    division: str
    stored_division: str
    stored: dict[str, Any] | None
    stored_as_of: AwareDatetime | None
    incoming: dict[str, Any]
    as_of: AwareDatetime
    created_at: AwareDatetime
    taken: Side | None
    reason: str | None
    resolved_at: AwareDatetime | None
    data_source: DataSource | None
    """Where the registration came from; null of one from before sources were kept."""
    disputed: list[DisputedOut]
    """Of a conflict between sources: what stayed."""
    version: int


def conflict_out(row: Mapping[str, Any], access: Access) -> ConflictOut:
    """A stored conflict as this caller sees it."""
    hidden = {} if access.reaches(row["stored_division"]) else {"stored": None, "stored_as_of": None}
    return ConflictOut.model_validate({**row, "disputed": row["disputed"] or [], **hidden})
