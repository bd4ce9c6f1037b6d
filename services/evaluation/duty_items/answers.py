"""Duty items as a caller sees them, with what the caller may do next."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from uuid import UUID

from pydantic import BaseModel

from services.evaluation.bodies import queries as body_queries
from services.evaluation.bodies.queries import body_of
from services.evaluation.double_reports import queries as double_reports
from services.evaluation.duty_items import rules
from services.evaluation.duty_items.actions import Books, place_of
from services.evaluation.duty_items.policies import reference_day
from services.evaluation.duty_items.rules import TRANSITIONS, Acting, State
from shared.contracts.bodies import BodyKind, BodyLevel
from shared.db.session import Record, Transaction
from shared.problems.language import current_language
from shared.problems.reasons import ReasonOut
from shared.web.identity.permissions import Permission
from shared.web.identity.tokens import Actor
from shared.web.steps import NextStepOut, StepOut, steps_out

NEEDED: Mapping[str, Permission] = {
    "report": Permission.DUTIES_REPORT,
    "appraisal": Permission.DUTIES_APPRAISE,
    "reopening": Permission.DUTIES_APPRAISE,
}


class DoubleReportOut(BaseModel):
    """Double check-in and report (S23) of a body's Party organizations in a year: how many there were, had all of it,
    had a part of it, had none."""

    party_organizations: int
    complete: int
    some_missing: int
    none: int


class DutyItemOut(BaseModel):
    """A body's item of a year: due, reported, or appraised. It grades the body, never a person."""

    body_id: UUID
    body: str
    body_name: str
    level: BodyLevel
    kind: BodyKind
    division: str
    street: str | None
    year: int
    state: State
    report_due: date
    appraisal_due: date
    overdue: bool
    """Whether its next step is past its day."""
    appraising_body: str | None
    """The body above, which appraises (a code); null where none is recorded."""
    reported_on: date | None
    reference: str | None
    note: str | None
    grade: str | None
    grade_name: str | None
    ground: str | None
    appraised_on: date | None
    appraised_by: str | None
    """The body that appraised it (a code)."""
    appraisal_reference: str | None
    double_report: DoubleReportOut
    """As it is now; what an appraisal read is among its reasons."""
    policy: str
    reasons: list[ReasonOut]
    history: list[StepOut]
    next_steps: list[NextStepOut]
    version: int


async def shown(
    tx: Transaction, caller: Actor, rows: Sequence[Record], books: Books, today: date
) -> Callable[[Record], DutyItemOut]:
    """How each of these rows is shown to the caller."""
    bodies = await body_queries.around(tx, {row["code"] for row in rows})
    counted = await double_reports.count_at(tx, [place_of(row) for row in rows], today)
    acting = Acting(tx.access, caller.bodies)

    def show(row: Record) -> DutyItemOut:
        body, state = body_of(row), row["state"]
        above = rules.appraising(body, bodies, books.affiliations, today)
        possible = [step for before, step in TRANSITIONS if before == state]
        counts = counted[row["code"], row["year"]]
        steps = [(step, rules.bar_step(step, body, above, acting, row["steps"], today)) for step in possible]
        return DutyItemOut.model_validate(
            {
                **row,
                "body_id": row["id"],
                "body": row["code"],
                "body_name": row["name"],
                "overdue": rules.is_overdue(state, row["report_due"], row["appraisal_due"], today),
                "appraising_body": None if above is None else above.code,
                "grade_name": _grade_name(row, books),
                "double_report": {
                    "party_organizations": counts.parties,
                    "complete": counts.complete,
                    "some_missing": counts.some_missing,
                    "none": counts.without,
                },
                "history": row["steps"],
                "next_steps": steps_out(steps, NEEDED, caller),
            }
        )

    return show


def _grade_name(row: Record, books: Books) -> str | None:
    policy = books.items.in_force(row["division"], reference_day(row["year"]))
    grade = None if policy is None else policy.parameters.grade(row["grade"])
    if grade is None:
        return None
    return grade.name.zh if current_language.get() == "zh" else grade.name.en
