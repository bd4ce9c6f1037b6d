"""Publishes what sessions decided; takes objections, which suspend the completion, and answers them."""

from datetime import datetime
from uuid import UUID

from services.evaluation.cycles import queries as cycles
from services.evaluation.cycles.errors import CycleNotOpen
from services.evaluation.cycles.frozen_rules import FrozenPolicy
from services.evaluation.cycles.rules import state_of
from services.evaluation.evaluations import queries as evaluations
from services.evaluation.evaluations import together
from services.evaluation.evaluations.rules import State, stored_as
from services.evaluation.evaluations.stepping import check_rater, lock_for
from services.evaluation.notices import queries, rules
from services.evaluation.notices.errors import NoNotice, NothingToPublish
from services.evaluation.notices.schemas import AnswerBody, ObjectionBody, PublicationBody
from services.evaluation.objections import queries as objections
from shared.db.base import new_id
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.field.working_days import WorkingDaysBook
from shared.problems.access import OutsideScope
from shared.problems.duties import SameHand, same_person
from shared.problems.problems import NotFound
from shared.problems.transitions import move
from shared.problems.versions import Preconditions


async def publish(
    tx: Transaction, cycle_id: UUID, body: PublicationBody, *, days: WorkingDaysBook, now: datetime
) -> Record:
    """Publish everything of a cycle, within the caller's divisions, that was decided; returns the notice.

    Raises NotFound, CycleNotOpen, NoNotice, NothingToPublish, OutsideScope, InvalidInput.
    """
    cycle = await cycles.get(tx, cycle_id)
    if cycle is None:
        raise NotFound(what="cycle")
    if cycle["policy"] is None:
        raise CycleNotOpen(state=state_of(cycle["state"]), cycle_id=str(cycle_id))
    notice = FrozenPolicy.model_validate(cycle["policy"]).parameters.notice
    if notice is None:
        raise NoNotice
    await cycles.hold_open(tx, cycle_id)
    cycle = await cycles.get(tx, cycle_id) or cycle
    decided = await together.list_decided(tx, cycle_id, reopened=cycle["state"] != "open")
    if not decided:
        raise NothingToPublish
    division = cycle["division"]
    if not tx.access.reaches(division):
        divisions = {one.division for one in decided}
        if len(divisions) > 1:
            raise OutsideScope(division=division)
        [division] = divisions
    until = rules.notice_until(
        notice,
        days.at(division, body.published_on),
        body.published_on,
        [one.held_on for one in decided],
        china_day(now),
    )
    await together.publish(tx, [one.id for one in decided], published_on=body.published_on, until=until, now=now)
    row = {
        "id": new_id(),
        "cycle_id": cycle_id,
        "division": division,
        "published_on": body.published_on,
        "notice_until": until,
        "published": len(decided),
        "note": body.note,
        "recorded_at": now,
        "recorded_by": tx.access.actor,
    }
    await queries.insert_publication(tx, row)
    return row


async def object_to(
    tx: Transaction,
    evaluation_id: UUID,
    body: ObjectionBody,
    *,
    days: WorkingDaysBook,
    if_match: Preconditions | None,
    now: datetime,
) -> Record:
    """Take an objection to a published rating: nothing of it is completed until it is answered.

    A unit that moved since objects from where it is now, as does its new district; who decided answers.
    Raises NotFound, PreconditionFailed, IllegalTransition, NoticeOver, InvalidInput.
    """
    if await evaluations.get(tx, evaluation_id) is None:
        raise NotFound(what="evaluation")
    async with tx.system_scope():
        return await _object_to(tx, evaluation_id, body, days=days, if_match=if_match, now=now)


async def _object_to(
    tx: Transaction,
    evaluation_id: UUID,
    body: ObjectionBody,
    *,
    days: WorkingDaysBook,
    if_match: Preconditions | None,
    now: datetime,
) -> Record:
    evaluation, state = await lock_for(tx, evaluation_id, "objection", if_match, by_who_decided=False)
    until, published_on = evaluation.notice_until, evaluation.published_on
    assert until is not None
    assert published_on is not None
    rules.check_objected_on(body.on, published_on, until, china_day(now))
    notice = evaluation.policy.parameters.notice
    row = {
        "id": new_id(),
        "evaluation_id": evaluation_id,
        "division": evaluation.division,
        "raised_by": tx.access.actor,
        "objected_on": body.on,
        "ground": body.ground,
        "state": "open",
        "due_on": rules.answer_due(notice, days.at(evaluation.division, body.on), body.on),
        "reason": None,
        "raised_at": now,
        "raised_as": "district" if tx.access.units is None else "unit",
        "answered_at": None,
        "answered_by": None,
    }
    await objections.insert_objection(tx, row)
    await _save(tx, evaluation_id, state, "objection", now, body.ground)
    return row


async def answer(
    tx: Transaction,
    evaluation_id: UUID,
    objection_id: UUID,
    body: AnswerBody,
    *,
    if_match: Preconditions | None,
    now: datetime,
) -> Record:
    """Answer an objection: upheld, the rating goes back to be decided again; rejected, it stands as it was.

    By somebody who neither scored nor objected. Raises NotFound, PreconditionFailed, IllegalTransition, SameHand,
    ConflictOfInterest.
    """
    evaluation, after = await lock_for(tx, evaluation_id, "upholding" if body.upheld else "rejection", if_match)
    found = await objections.get(tx, evaluation_id, objection_id)
    if found is None:
        raise NotFound(what="objection")
    answered = move(rules.TRANSITIONS, found["state"], "upholding" if body.upheld else "rejection")
    await check_rater(tx, evaluation, "answer")
    if same_person(found["raised_by"], tx.access.actor):
        raise SameHand(what="evaluation", earlier="objection", step="answer")
    state: State = after
    if not body.upheld and await objections.count_other_open(tx, evaluation_id, objection_id):
        state = evaluation.state
    values = {"state": answered, "reason": body.reason, "now": now, "by": tx.access.actor}
    await objections.save_answer(tx, evaluation_id, objection_id, values)
    await _save(tx, evaluation_id, state, "upholding" if body.upheld else "rejection", now, body.reason)
    return {**found, "state": answered, "reason": body.reason, "answered_at": now, "answered_by": tx.access.actor}


async def _save(tx: Transaction, evaluation_id: UUID, state: State, step: str, now: datetime, note: str | None) -> None:
    values = stored_as(state) | {"steps": evaluations.with_step(tx, step, now, note)}
    if state == "scoring":
        values |= dict.fromkeys(("decision", "published_on", "notice_until"), evaluations.CLEARED)
    await evaluations.save(tx, evaluation_id, values)
