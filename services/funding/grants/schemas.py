"""Grants and decisions as clients see them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from shared.contracts.base import Reason
from shared.contracts.funding import GrantStateName
from shared.problems.inputs import Body


class Release(Body):
    """Why a grant is not held any longer."""

    note: Annotated[str, Field(min_length=1, max_length=2000, pattern=r"\S")]


class StepOut(BaseModel):
    """One step of a grant's history."""

    step: str
    at: AwareDatetime
    note: str | None


class GrantOut(BaseModel):
    """A grant, with how it came to be what it is."""

    id: UUID
    recipient_id: UUID
    recipient_name: str
    division: str
    scheme: str
    policy: str
    year: int
    amount_fen: int
    state: GrantStateName
    reasons: list[Reason]
    evaluation_id: UUID
    version: int
    raised_at: AwareDatetime
    history: list[StepOut]


class DecisionOut(BaseModel):
    """A decision on an evaluation: a grant (`raised`, `held`), none, or one that was there (`unchanged`)."""

    id: UUID
    evaluation_id: UUID
    recipient_id: UUID
    division: str
    year: int
    policy: str | None
    scheme: str | None
    outcome: Literal["raised", "held", "none", "unchanged"]
    amount_fen: int | None
    grant_id: UUID | None
    facts: dict[str, object]
    reasons: list[Reason]
    as_of: AwareDatetime
    decided_at: AwareDatetime


def grants_out(rows: Sequence[Mapping[str, Any]], steps: Iterable[Mapping[str, Any]]) -> list[GrantOut]:
    """Stored rows and their histories as clients see them."""
    history: dict[UUID, list[Mapping[str, Any]]] = defaultdict(list)
    for step in steps:
        history[step["grant_id"]].append(step)
    return [GrantOut.model_validate({**row, "history": history[row["id"]]}) for row in rows]


def decision_out(row: Mapping[str, Any]) -> DecisionOut:
    """A stored decision as clients see it."""
    return DecisionOut.model_validate(dict(row))
