"""Incubatees as clients see them."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from services.incubation.incubatees.incubatee import IncubateeState
from services.incubation.incubatees.judging import Maturity
from services.incubation.incubatees.rules import barred_by, possible_steps
from services.incubation.incubating.incubatee_policies import Track
from shared.contracts.incubation import ExitCause
from shared.db.session import Record
from shared.problems.language import current_language
from shared.problems.problems import Problem
from shared.problems.reasons import ReasonOut
from shared.web.identity.permissions import Permission
from shared.web.identity.tokens import Actor
from shared.web.steps import NextStepOut, StepOut, steps_out

NEEDED: Mapping[str, Permission] = {
    "decision": Permission.INCUBATORS_DECIDE,
    "agreement": Permission.INCUBATORS_DECIDE,
    "extension": Permission.INCUBATORS_DECIDE,
    "graduation": Permission.INCUBATORS_DECIDE,
    "exit": Permission.INCUBATORS_WRITE,
}


class PanelOut(BaseModel):
    """What the panel decided: how many were present and in favour."""

    outcome: Literal["admitted", "refused"]
    present: int
    in_favour: int


class AgreementOut(BaseModel):
    """The agreement of entry as it was signed."""

    number: str
    signed_on: date
    starts_on: date
    ends_on: date
    area_m2: int | None


class IncubateeOut(BaseModel):
    """An organization in an incubator, from its application on; `organization_id` is null until it is registered.

    `ends_on` is the agreement's last day, extensions included; after graduation it is followed up until
    `follow_up_until`.
    """

    id: UUID
    incubator_id: UUID
    division: str
    organization_id: UUID | None
    uscc: str | None
    name: str
    state: IncubateeState
    applied_on: date
    decided_on: date | None
    entered_on: date | None
    ends_on: date | None
    graduated_on: date | None
    follow_up_until: date | None
    exited_on: date | None
    exit_cause: ExitCause | None
    version: int


class IncubateeDetailOut(IncubateeOut):
    """The same, with the panel's decision, the agreement, and why it graduated."""

    purpose: str
    panel: PanelOut | None
    agreement: AgreementOut | None
    policy: str | None
    reasons: list[ReasonOut]
    created_at: AwareDatetime
    history: list[StepOut]
    next_steps: list[NextStepOut]


class MaturityItemOut(BaseModel):
    """An item of a maturity list; `fact` names what the service knows, null where an officer assesses."""

    code: str
    what: str
    passed: bool
    fact: str | None
    basis: dict[str, Any]


class MaturityListOut(BaseModel):
    """The list of one track: mature once every item has passed."""

    track: Track
    mature: bool
    items: list[MaturityItemOut]


class MaturityOut(BaseModel):
    """Both maturity lists (H8): it graduates once both pass. `missing` are the codes of what has not."""

    incubatee_id: UUID
    mature: bool
    missing: list[str]
    lists: list[MaturityListOut]
    policy: str
    version: int


def incubatee_out(row: Record) -> IncubateeOut:
    """A stored incubatee."""
    return IncubateeOut.model_validate(row)


def incubatee_detail_out(row: Record, caller: Actor) -> IncubateeDetailOut:
    """A stored incubatee, and the caller's next steps."""
    possible: list[tuple[str, Problem | None]] = [
        (step, barred_by(step, row, caller.subject)) for step in possible_steps(row["state"])
    ]
    shown = {**row, "history": row["steps"], "next_steps": steps_out(possible, NEEDED, caller)}
    return IncubateeDetailOut.model_validate(shown)


def maturity_out(row: Record, maturity: Maturity) -> MaturityOut:
    """Both lists, in the reader's language."""
    language = current_language.get()
    lists = []
    for track in ("organization", "party_organization"):
        items = [
            MaturityItemOut(
                code=one.code,
                what=getattr(maturity.item(one.code).what, language),
                passed=one.passed,
                fact=one.fact,
                basis=dict(one.basis),
            )
            for one in maturity.judged
            if one.track == track
        ]
        lists.append(MaturityListOut(track=track, mature=all(one.passed for one in items), items=items))
    missing = [one.code for one in maturity.missing()]
    return MaturityOut(
        incubatee_id=row["id"],
        mature=not missing,
        missing=missing,
        lists=lists,
        policy=maturity.policy.id,
        version=row["version"],
    )
