"""Pairs that may be one, as clients send and see them."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from services.registry.duplicates.rules import DuplicateKind, DuplicateState, Verdict
from services.registry.organizations.organization import Organization
from services.registry.organizations.schemas import OrganizationOut, organization_out
from services.registry.successions.rules import Kind
from shared.problems.inputs import Body, Day, DivisionPrefix, NoValueIsNone, Prose
from shared.problems.reasons import ReasonOut

Code = Annotated[str, Field(min_length=1, max_length=64)]


class SuccessionWithin(Body):
    """Which of the two came before, by its code, by what the other one succeeds it, and since when."""

    predecessor: Code
    kind: Kind
    on: Day


class DuplicateResolution(Body):
    """What the pair is, and why; of the same one the code that is kept, of a succession how."""

    verdict: Verdict
    keep: Annotated[Code | None, NoValueIsNone] = None
    succession: Annotated[SuccessionWithin | None, NoValueIsNone] = None
    reason: Prose


class DuplicateSearch(Body):
    """Where to look for pairs among what is stored already."""

    division: DivisionPrefix


class DuplicatesFound(BaseModel):
    """How many pairs were proposed that were not before."""

    proposed: int


class DuplicateOut(BaseModel):
    """Two organizations that may be one, and the verdict on them."""

    id: UUID
    kind: DuplicateKind
    state: DuplicateState
    organization_id: UUID
    uscc: str
    division: str
    other_id: UUID
    other_uscc: str
    other_division: str
    proposed_at: AwareDatetime
    verdict: Verdict | None
    kept_id: UUID | None
    succession_id: UUID | None
    reason: str | None
    reasons: list[ReasonOut]
    resolved_by: str | None
    resolved_at: AwareDatetime | None
    version: int


class DuplicatePairOut(DuplicateOut):
    """The same with both as they are now, side by side; null for one that the caller does not reach."""

    organization: OrganizationOut | None
    other: OrganizationOut | None


def duplicate_out(row: Mapping[str, Any]) -> DuplicateOut:
    """A stored pair as clients see it."""
    return DuplicateOut.model_validate({**row, "reasons": row["reasons"] or []})


def pair_out(row: Mapping[str, Any], seen: Mapping[UUID, Organization]) -> DuplicatePairOut:
    """The same with those of the two that the caller sees."""
    sides = {
        side: organization_out(seen[row[key]]) if row[key] in seen else None
        for side, key in (("organization", "organization_id"), ("other", "other_id"))
    }
    return DuplicatePairOut.model_validate({**row, "reasons": row["reasons"] or [], **sides})
