"""How an evaluation is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.evaluation.catalogues.schemas import RecordedNowOut, RecordedOut, recorded_now, recorded_then
from services.evaluation.cycles.errors import CycleNotOpen
from services.evaluation.cycles.queries import CycleDuties
from services.evaluation.deadlines.progress import Progress
from services.evaluation.deadlines.schemas import DeadlineOut, deadlines_out
from services.evaluation.evaluations.next_steps import RATING_STEPS, due_first, next_steps, turn_of
from services.evaluation.evaluations.parts import DecisionOut, DivergenceOut, EarlierOut, ReturnedOut, SatisfactionOut
from services.evaluation.evaluations.rules import State, hands_of
from services.evaluation.evaluations.side_by_side import history_of, put_as
from services.evaluation.on_site.schemas import OnSiteOut
from services.evaluation.policies import Stage
from services.evaluation.ratings.divergences import Divergence
from services.evaluation.sheets.schemas import SheetOut, StageOut, facts_out, points_of
from shared.problems.access import OutsideScope
from shared.problems.problems import Problem
from shared.problems.reasons import ReasonOut
from shared.web.identity.permissions import Permission
from shared.web.identity.tokens import Actor
from shared.web.steps import NextStepOut, StepOut, steps_out


class BasisOut(SheetOut):
    """What the rating was based on: frozen when it was completed."""

    stage: Stage
    type: str
    system_version: str
    policy: str
    catalogue: RecordedOut | None = None
    """Bonuses and vetoes by the cycle's catalogue; null where none were recorded."""


class StagesOut(BaseModel):
    """The stages, in their order."""

    self: StageOut | None = None
    group: StageOut | None = None
    first_check: StageOut | None = None
    committee: StageOut | None = None


class EvaluationOut(BaseModel):
    """A Party organization's rating of a year; without a star it is not rated, with star 0 it has none (H19)."""

    id: UUID
    cycle_id: UUID
    year: int
    party_organization_id: UUID
    party_organization_name: str
    division: str
    moved_to: str | None
    """Where the Party organization is since, if it moved after the decision; it leads what follows."""
    type: str
    state: State
    total: str | None
    star: int | None
    reasons: list[ReasonOut]
    stages: StagesOut
    recorded: RecordedNowOut | None = None
    """Bonuses and vetoes by the cycle's catalogue; null where none were recorded."""
    basis: BasisOut | None
    note: str | None
    enrolled_at: datetime
    completed_at: datetime | None
    withdrawn_at: datetime | None
    version: int
    decision: DecisionOut | None
    published_on: date | None
    notice_until: date | None
    """The last day of the public notice; final after it, unless somebody objects."""
    satisfaction: SatisfactionOut | None
    on_site: OnSiteOut | None
    divergences: list[DivergenceOut]
    deadlines: list[DeadlineOut]
    """By when its stages are due; none where the policy names no day."""
    returned: ReturnedOut | None
    earlier: list[EarlierOut]
    history: list[StepOut]
    next_steps: list[NextStepOut]


NEEDED: Mapping[str, Permission] = {
    **dict.fromkeys(RATING_STEPS, Permission.RATINGS_WRITE),
    "self": Permission.SCORES_WRITE,
}
"""The permission of each step, as its route asks for it."""


def evaluation_out(
    row: Mapping[str, Any],
    sheets: Sequence[Mapping[str, Any]],
    entries: Sequence[Mapping[str, Any]],
    cycle: CycleDuties,
    caller: Actor,
    today: date,
    *,
    interested: bool,
    diverging: Sequence[Divergence] = (),
    progress: Progress | None = None,
    on_site: OnSiteOut | None = None,
    rating: Problem | None = None,
) -> EvaluationOut:
    """A stored row, its stages' sheets, its entries of the catalogue, and the caller's next steps.

    `interested`: he declared an interest; `rating`: what bars him from rating."""
    going = cycle.state == "open" or row["earlier"]
    closed: Problem | None = None if going else CycleNotOpen(state=cycle.state, cycle_id=str(row["cycle_id"]))
    if row["moved_to"] is not None and not row["division"].startswith(caller.scope):
        closed = OutsideScope(division=row["division"])
    steps = next_steps(
        row["state"],
        closed,
        hands_of(sheets, entries),
        caller.subject,
        interested=interested,
        first=due_first(cycle.policy, row["state"], row["notice_until"], today),
        opened_by=cycle.opened_by,
        separate_duties=cycle.separate_duties,
        turn=turn_of(row, progress, caller.bodies, today, rating),
        first_check=progress is not None and progress.has_first_check,
    )
    return EvaluationOut.model_validate(
        {
            **row,
            "total": None if row["total"] is None else f"{row['total']:.2f}",
            "stages": {
                sheet["stage"]: {
                    **sheet,
                    "by": sheet["put_by"],
                    "put_as": put_as(row, sheet),
                    "points": points_of(sheet),
                    "facts": facts_out(sheet, sheet["put_at"]),
                }
                for sheet in sheets
            },
            "on_site": on_site,
            "recorded": recorded_now(entries),
            "basis": row["basis"]
            and {
                **row["basis"],
                "facts": facts_out(row["basis"], row["completed_at"]),
                "catalogue": recorded_then(row["basis"]),
            },
            "divergences": [
                asdict(one) | {name: f"{getattr(one, name):.2f}" for name in ("earlier_total", "later_total", "bound")}
                for one in diverging
            ],
            "deadlines": [] if progress is None else deadlines_out(progress.dues, today),
            "history": history_of(row, sheets),
            "next_steps": steps_out(steps, NEEDED, caller),
        }
    )
