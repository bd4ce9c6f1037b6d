"""Takes applications for an extension, and decides them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.evaluation.evaluations import queries as evaluations
from services.evaluation.evaluations.rules import stored_as
from services.evaluation.evaluations.stepping import check_rater, lock_for
from services.evaluation.extensions import queries, rules
from services.evaluation.extensions.schemas import ExtensionBody, ExtensionDecisionBody
from shared.db.base import new_id
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.field.working_days import WorkingDaysBook
from shared.problems.duties import SameHand, same_person
from shared.problems.problems import NotFound
from shared.problems.transitions import move
from shared.problems.versions import Preconditions


async def apply(
    tx: Transaction,
    evaluation_id: UUID,
    body: ExtensionBody,
    *,
    days: WorkingDaysBook,
    if_match: Preconditions | None,
    now: datetime,
) -> Record:
    """Record an application; the day stays as it is until it is granted.

    Raises NotFound, PreconditionFailed, IllegalTransition, CycleNotOpen, NoExtension, ExtensionTooLate,
    ExtensionExists, InvalidInput.
    """
    evaluation, state = await lock_for(tx, evaluation_id, "extension", if_match)
    sheets = (await evaluations.sheets(tx, [evaluation_id]))[evaluation_id]
    earlier = await queries.states_of(tx, evaluation_id, body.stage)
    due = rules.check_application(
        evaluation.policy.parameters.extension,
        evaluation.progress(sheets),
        body.stage,
        body.working_days,
        earlier,
        china_day(now),
    )
    row = {
        "id": new_id(),
        "evaluation_id": evaluation_id,
        "division": evaluation.division,
        "stage": body.stage,
        "due_on": due.due_on,
        "working_days": body.working_days,
        "extended_to": days.at(evaluation.division, due.due_on).add_working_days(due.due_on, body.working_days),
        "ground": body.ground,
        "state": "open",
        "applied_at": now,
        "applied_by": tx.access.actor,
        "applied_as": "division" if tx.access.units is None else "unit",
        "reason": None,
        "decided_at": None,
        "decided_by": None,
    }
    await queries.insert_extension(tx, row)
    steps = evaluations.with_step(tx, "application", now, body.ground)
    await evaluations.save(tx, evaluation_id, {**stored_as(state), "steps": steps})
    return row


async def decide(
    tx: Transaction,
    evaluation_id: UUID,
    extension_id: UUID,
    body: ExtensionDecisionBody,
    *,
    if_match: Preconditions | None,
    now: datetime,
) -> Record:
    """Grant or refuse, by somebody else than who applied or assessed himself, and who declared no interest.

    Raises NotFound, PreconditionFailed, IllegalTransition, CycleNotOpen, SameHand, ConflictOfInterest.
    """
    evaluation, state = await lock_for(tx, evaluation_id, "extension", if_match)
    found = await queries.get(tx, evaluation_id, extension_id)
    if found is None:
        raise NotFound(what="extension")
    decided = move(rules.TRANSITIONS, found["state"], "granting" if body.granted else "refusal")
    await check_rater(tx, evaluation, "extension")
    if same_person(found["applied_by"], tx.access.actor):
        raise SameHand(what="evaluation", earlier="application", step="extension")
    values = {"state": decided, "reason": body.reason, "decided_at": now, "decided_by": tx.access.actor}
    await queries.save_decision(tx, extension_id, values)
    steps = evaluations.with_step(tx, "extension" if body.granted else "refusal", now, body.reason)
    changes: dict[str, Any] = {**stored_as(state), "steps": steps}
    if body.granted:
        later = {found["stage"]: found["extended_to"].isoformat()}
        changes["extended"] = dict(evaluation.extended or {}) | later
    await evaluations.save(tx, evaluation_id, changes)
    return {**found, **values}
