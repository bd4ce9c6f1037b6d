"""Activities, cultivation and a year's work as clients see them."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from services.incubation.activities.rules import TRANSITIONS, ActivityState
from shared.contracts.base import Form, PartyOrganizationKind, Reason
from shared.db.session import Record
from shared.problems.reasons import ReasonOut
from shared.web.identity.permissions import Permission
from shared.web.identity.tokens import Actor
from shared.web.steps import NextStepOut, StepOut, steps_out

NEEDED: Mapping[str, Permission] = dict.fromkeys(("correction", "ending", "withdrawal"), Permission.ACTIVITIES_WRITE)


class ActivityOut(BaseModel):
    """What Party organizations did on a day, or do from it on until it ends."""

    id: UUID
    kind: str
    division: str
    title: str
    on_day: date
    lasting: bool
    until: date | None
    partner: str | None
    place: str | None
    field: str | None
    participants: int | None
    service: str | None
    party_organizations: list[UUID]
    state: ActivityState
    policy: str
    reasons: list[ReasonOut]
    history: list[StepOut]
    next_steps: list[NextStepOut]
    created_at: AwareDatetime
    version: int


class CultivationOut(BaseModel):
    """Counts of a year (H12): key staff who became members, members who became key staff."""

    party_organization_id: UUID
    year: int
    division: str
    staff_to_members: int
    members_to_staff: int
    recorded_by: str
    recorded_at: AwareDatetime
    version: int


class YearWorkOut(BaseModel):
    """What a Party organization had in a year, rule by rule. `double_report`: its own and its members' check-in and
    report are all there (S23). `communication_due_on`: when it is to talk with the staff next, as of the year's last
    day or today (S22); null where that is not known, or its region names no interval."""

    party_organization_id: UUID
    division: str
    form: Form
    kind: PartyOrganizationKind | None
    year: int
    double_report: bool
    communication_due_on: date | None
    communication_overdue: bool
    reasons: list[ReasonOut]


def activity_out(row: Record, caller: Actor) -> ActivityOut:
    """A stored activity, and the caller's next steps."""
    open_end = row["lasting"] and row["until"] is None
    steps = [(step, None) for before, step in TRANSITIONS if before == row["state"] and (step != "ending" or open_end)]
    shown = {**row, "history": row["steps"], "next_steps": steps_out(steps, NEEDED, caller)}
    return ActivityOut.model_validate(shown)


def cultivation_out(row: Record) -> CultivationOut:
    """Stored counts."""
    return CultivationOut.model_validate(row)


def year_out(party: Record, year: int, reasons: Sequence[Reason]) -> YearWorkOut:
    """A Party organization's year."""
    both = any(one.rule == "S23" and one.outcome == "complete" for one in reasons)
    talks = next((one for one in reasons if one.rule == "S22" and "due_on" in one.facts), None)
    return YearWorkOut(
        party_organization_id=party["id"],
        division=party["division"],
        form=party["form"],
        kind=party["kind"],
        year=year,
        double_report=both,
        communication_due_on=talks and talks.facts["due_on"],
        communication_overdue=talks is not None and talks.outcome == "overdue",
        reasons=[ReasonOut.model_validate(one) for one in reasons],
    )
