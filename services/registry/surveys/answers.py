"""Survey rounds and their returns as clients see them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from services.registry.organizations.organization import Kind
from services.registry.surveys.rules import TRANSITIONS
from services.registry.surveys.survey import ConfirmedAs, LastFigures, ReturnState, SurveyState, parts_of
from shared.db.session import Record
from shared.problems.access import OutsideScope
from shared.problems.reasons import ReasonOut
from shared.web.identity.permissions import Permission
from shared.web.identity.tokens import Actor
from shared.web.steps import NextStepOut, StepOut, steps_out

NEEDED: Mapping[str, Permission] = {
    "entry": Permission.SURVEYS_ENTER,
    "confirmation": Permission.SURVEYS_CONFIRM,
    "locking": Permission.SURVEYS_MANAGE,
    "reopening": Permission.SURVEYS_MANAGE,
}
_OF_PARTS = ("entry", "confirmation")
"""Steps of a part of a round, the rest are of the whole."""


class SurveyCountsOut(BaseModel):
    """Whom a round is for, by how far each return is; `jump`: a jump without a word. The parts add up to `due`."""

    due: int
    missing: int
    entered: int
    confirmed: int
    jump: int


class SurveyFiguresOut(BaseModel):
    """What is counted: persons."""

    full_time_staff: int
    full_members_full_time: int
    full_members_part_time: int
    full_members: int
    probationary_members: int
    applicants: int


class LastFiguresOut(SurveyFiguresOut):
    """The figures of the last round that was locked."""

    survey_id: UUID
    period: str
    reference_day: date


class SurveyLockingOut(BaseModel):
    """A locking: what was locked, by whom, with which word; and why it was opened again."""

    number: int
    counts: SurveyCountsOut
    totals: SurveyFiguresOut
    word: str | None
    entered_all: bool
    reasons: list[ReasonOut]
    locked_by: str
    locked_at: AwareDatetime
    reopened_by: str | None
    reopened_at: AwareDatetime | None
    reopening_reason: str | None


class ListedSurveyOut(BaseModel):
    """A round."""

    id: UUID
    period: str
    division: str
    reference_day: date
    due_on: date | None
    state: SurveyState
    created_at: AwareDatetime
    version: int


class SurveyOut(ListedSurveyOut):
    """A round with its progress (of a locked one, as it was locked; null to a single unit), and its lockings."""

    counts: SurveyCountsOut | None
    totals: SurveyFiguresOut | None
    lockings: list[SurveyLockingOut]
    history: list[StepOut]
    next_steps: list[NextStepOut]


class ReturnStepOut(BaseModel):
    """Where figures and a confirmation come from: who, as what, when."""

    step: str
    at: AwareDatetime
    by: str
    acted_as: str | None
    note: str | None
    figures: SurveyFiguresOut | None


class ReturnOut(BaseModel):
    """An organization of a round with what was entered (null: nothing yet), and the last round's figures.

    `version` is 0 until then.
    """

    organization_id: UUID
    uscc: str
    name: str
    kind: Kind
    division: str
    street: str
    state: ReturnState
    full_time_staff: int | None
    full_members_full_time: int | None
    full_members_part_time: int | None
    full_members: int | None
    probationary_members: int | None
    applicants: int | None
    word: str | None
    jump: bool | None
    compared: LastFiguresOut | None
    policy: str | None
    reasons: list[ReasonOut]
    entered_by: str | None
    entered_at: AwareDatetime | None
    confirmed_by: str | None
    confirmed_at: AwareDatetime | None
    confirmed_as: ConfirmedAs | None
    sources: list[ReturnStepOut]
    version: int


class LockedReturnOut(BaseModel):
    """An organization as it was locked; null figures: it was missing."""

    organization_id: UUID
    uscc: str
    name: str
    division: str
    street: str
    state: ReturnState
    full_time_staff: int | None
    full_members_full_time: int | None
    full_members_part_time: int | None
    full_members: int | None
    probationary_members: int | None
    applicants: int | None
    word: str | None
    return_version: int | None


class ReturnResult(BaseModel):
    """What became of one line; `line` counts from 1, `problem` is a problem document."""

    line: int
    uscc: str | None
    status: int
    problem: dict[str, Any] | None


def survey_out(
    row: Record, progress: Mapping[str, int] | None, lockings: Sequence[Record], caller: Actor, *, reached: bool
) -> SurveyOut:
    """A stored round: the progress of an open one is given, that of a locked one its locking's.

    `reached`: all of its division is the caller's, who may lock and reopen it then; enter may who has a part of it.
    """
    counts: Mapping[str, int] | None = None
    totals: Mapping[str, int] | None = None
    if progress is not None:
        counts, totals = parts_of(progress)
    for locking in lockings:
        if locking["id"] == row["locking_id"]:
            counts, totals = locking["counts"], locking["totals"]
    possible = [
        (step, None if step in _OF_PARTS or reached else OutsideScope(division=row["division"]))
        for state, step in TRANSITIONS
        if state == row["state"]
    ]
    shown = {**row, "counts": counts, "totals": totals, "lockings": lockings}
    steps = steps_out(possible, NEEDED, caller)
    return SurveyOut.model_validate({**shown, "history": row["steps"], "next_steps": steps})


def return_out(row: Record, last: LastFigures | None) -> ReturnOut:
    """An organization of a round; `last` are the last round's figures where nothing is entered yet."""
    entered = row["version"] is not None
    compared = row["compared"] if entered else None if last is None else last.plain()
    sources = [{**step, "acted_as": step["as"]} for step in row["steps"] or []]
    shown = {
        **row,
        "state": row["return_state"],
        "compared": compared,
        "reasons": row["reasons"] or [],
        "version": row["version"] or 0,
    }
    return ReturnOut.model_validate({**shown, "sources": sources})
