"""Takes evaluations up again: a stage's sheet is returned to be supplemented, a completed rating is reopened."""

from datetime import datetime
from uuid import UUID

from services.evaluation.evaluations import queries
from services.evaluation.evaluations.rules import stored_as, without_rating
from services.evaluation.evaluations.stepping import check_rater, lock_for, stored_sheet
from services.evaluation.policies import Stage
from services.evaluation.returns.errors import NothingToReturn
from shared.contracts.base import Reason
from shared.db.session import Transaction
from shared.field.calendar import china_day
from shared.field.working_days import WorkingDaysBook
from shared.problems.duties import SameHand, same_person
from shared.problems.versions import Preconditions

_OF_RATING = (
    "total",
    "star",
    "basis",
    "note",
    "decision",
    "published_on",
    "notice_until",
    "completed_at",
    "completed_by",
)
"""What a reopened evaluation has no more; it is kept among the earlier ones."""


async def return_stage(
    tx: Transaction,
    evaluation_id: UUID,
    stage: Stage,
    reason: str,
    *,
    days: WorkingDaysBook,
    if_match: Preconditions | None,
    now: datetime,
) -> None:
    """Return a stage's sheet to be supplemented; what a session decided and nobody published yet is taken back.

    Raises NotFound, PreconditionFailed, IllegalTransition, CycleNotOpen, SameHand, ConflictOfInterest, NothingToReturn.
    """
    evaluation, state = await lock_for(tx, evaluation_id, "return", if_match)
    await check_rater(tx, evaluation, "return")
    if await stored_sheet(tx, evaluation_id, stage) is None:
        raise NothingToReturn(stage=stage)
    returned = {"stage": stage, "reason": reason, "at": now.isoformat(), "by": tx.access.actor}
    term = evaluation.policy.parameters.deadlines.get("supplement")
    if term is not None:
        today = china_day(now)
        due_on = days.at(evaluation.division, today).add_working_days(
            today, term.by_type.get(evaluation.type, term.working_days)
        )
        returned["due_on"] = due_on.isoformat()
    steps = queries.with_step(tx, "return", now, reason)
    values = {**stored_as(state), "decision": queries.CLEARED, "returned": returned, "steps": steps}
    await queries.save(tx, evaluation_id, values)


async def reopen(
    tx: Transaction, evaluation_id: UUID, reason: str, *, if_match: Preconditions | None, now: datetime
) -> None:
    """Take a completed rating up again: it is kept as it was, and another completion is published as its correction.

    In a closed cycle too. Raises NotFound, PreconditionFailed, IllegalTransition, SameHand, ConflictOfInterest.
    """
    evaluation, state = await lock_for(tx, evaluation_id, "reopening", if_match)
    await check_rater(tx, evaluation, "reopening")
    if same_person(evaluation.completed_by, tx.access.actor):
        raise SameHand(what="evaluation", earlier="completion", step="reopening")
    row = await queries.get(tx, evaluation_id)
    assert row is not None
    earlier = {
        "total": f"{row['total']:.2f}",
        "star": row["star"],
        "basis": row["basis"],
        "decision": row["decision"],
        "reasons": row["reasons"],
        "note": row["note"],
        "sequence": row["sequence"],
        "completed_at": row["completed_at"].isoformat(),
        "completed_by": row["completed_by"],
        "reopened_at": now.isoformat(),
        "reopened_by": tx.access.actor,
        "reason": reason,
    }
    facts = {"sequence": row["sequence"], "total": earlier["total"], "star": row["star"]}
    why = Reason(rule="R-reopened", outcome="reopened", facts=facts, as_of=now)
    await queries.save(
        tx,
        evaluation_id,
        {
            **stored_as(state),
            **dict.fromkeys(_OF_RATING, queries.CLEARED),
            "reasons": [one.model_dump(mode="json") for one in (*without_rating(evaluation.reasons), why)],
            "earlier": queries.with_earlier(earlier),
            "steps": queries.with_step(tx, "reopening", now, reason),
        },
    )
