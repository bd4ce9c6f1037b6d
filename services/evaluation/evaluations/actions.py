"""Scores evaluations and completes them: lock the row, decide, save, emit."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.evaluation.catalogues.queries import entries_of
from services.evaluation.catalogues.rules import to_recorded
from services.evaluation.cycles.queries import hold_open
from services.evaluation.evaluations import queries
from services.evaluation.evaluations.completed import completed_payload, frozen_basis
from services.evaluation.evaluations.errors import NO_SCORE, RatedByInterested, ScoresMissing
from services.evaluation.evaluations.rules import (
    Evaluation,
    State,
    Step,
    check_step,
    earlier_hand,
    hands_of,
)
from services.evaluation.interests.queries import declared_interest
from services.evaluation.party_organizations.queries import covered_by
from services.evaluation.policies import Stage
from services.evaluation.ratings.rules import missing_indicators, rate
from services.evaluation.sheets.facts import read_facts
from services.evaluation.sheets.rules import Sheet, from_json, read_sheet
from shared.bus.sending.outbox import NewEvent, emit
from shared.db.session import Record, Transaction
from shared.problems.duties import ConflictOfInterest, SameHand
from shared.problems.problems import FieldError, InvalidInput, NotFound
from shared.problems.validation import pointer
from shared.problems.versions import Preconditions, check_names_version, check_version

_SHEET = ("scores", "bonus", "vetoes", "facts")


async def put_scores(
    tx: Transaction,
    evaluation_id: UUID,
    stage: Stage,
    given: Mapping[str, Any],
    *,
    if_match: Preconditions | None,
    now: datetime,
) -> None:
    """Write one stage's sheet; the same sheet again changes nothing, another one must name the version it replaces.

    Raises NotFound, PreconditionFailed, PreconditionRequired, IllegalTransition, CycleNotOpen, SameHand,
    ConflictOfInterest, and InvalidInput with all faults of the sheet.
    """
    check_names_version(if_match)
    evaluation, state = await lock_for(tx, evaluation_id, "scoring", if_match)
    sheet, errors = read_sheet(given, evaluation.system)
    if errors:
        raise InvalidInput(errors)
    stored = await _stored_sheet(tx, evaluation_id, stage)
    await _save_sheet(tx, evaluation, state, stage, sheet, stored, if_match=if_match, now=now)


async def put_facts(
    tx: Transaction,
    evaluation_id: UUID,
    stage: Stage,
    facts: Mapping[str, Mapping[str, Any]],
    *,
    bonus: Sequence[Mapping[str, Any]] | None,
    vetoes: Sequence[Mapping[str, Any]] | None,
    if_match: Preconditions | None,
    now: datetime,
) -> None:
    """Write one stage's sheet by facts: their points are worked out, and both are kept.

    Bonus and vetoes that are None stay as the stage has them. Raises as `put_scores`.
    """
    check_names_version(if_match)
    evaluation, state = await lock_for(tx, evaluation_id, "scoring", if_match)
    stored = await _stored_sheet(tx, evaluation_id, stage)
    sheet, errors = read_facts(
        facts,
        evaluation.system,
        evaluation.rated(),
        bonus=bonus if bonus is not None else stored["bonus"] if stored else (),
        vetoes=vetoes if vetoes is not None else stored["vetoes"] if stored else (),
    )
    if errors:
        raise InvalidInput(errors)
    await _save_sheet(tx, evaluation, state, stage, sheet, stored, if_match=if_match, now=now)


async def _save_sheet(
    tx: Transaction,
    evaluation: Evaluation,
    state: State,
    stage: Stage,
    sheet: Sheet,
    stored: Record | None,
    *,
    if_match: Preconditions | None,
    now: datetime,
) -> None:
    content = sheet.to_json()
    await check_rater(tx, evaluation, stage)
    if stored is not None:
        same = all((stored[name] or {}) == (content[name] or {}) for name in _SHEET)
        # The same from another actor replaces what somebody with an interest gave.
        if same and not await put_by_interested(tx, evaluation, stored):
            return
        check_version(if_match, evaluation.version, required=True)
    row = {"evaluation_id": evaluation.id, "stage": stage, "division": evaluation.division, "put_at": now}
    row["put_by"] = tx.access.actor
    await queries.save_sheet(tx, row | content)
    await queries.save(tx, evaluation.id, {"state": state, "steps": queries.with_step(tx, stage, now)})


async def complete(
    tx: Transaction, evaluation_id: UUID, *, note: str | None, if_match: Preconditions | None, now: datetime
) -> None:
    """Rate by the deciding stage.

    Raises NotFound, PreconditionFailed, IllegalTransition, CycleNotOpen, SameHand, ConflictOfInterest,
    RatedByInterested, and ScoresMissing naming each indicator that has no score there.
    """
    evaluation, state = await lock_for(tx, evaluation_id, "completion", if_match)
    await check_rater(tx, evaluation, "completion")
    system, policy = evaluation.system, evaluation.policy.parameters
    stored = await _stored_sheet(tx, evaluation_id, policy.deciding_stage)
    entries = (await entries_of(tx, [evaluation_id]))[evaluation_id]
    for given in (stored, *entries):
        if given is not None and await put_by_interested(tx, evaluation, given):
            raise RatedByInterested(stage=policy.deciding_stage)
    sheet = from_json(stored) if stored is not None else Sheet({}, (), ())
    not_for = system.not_for(evaluation.rated())
    missing = missing_indicators(system, sheet.scores, not_for | sheet.absent())
    if missing:
        raise ScoresMissing(
            [FieldError(pointer(("scores", code)), NO_SCORE, (("code", code),)) for code in missing],
            stage=policy.deciding_stage,
            count=len(missing),
        )
    before = None
    if policy.step_up_max is not None:
        before = await queries.star_before(tx, evaluation.party_organization_id, evaluation.year)
    recorded = to_recorded({one["kind"]: one["items"] for one in entries})
    rating = rate(sheet, policy, now, system=system, not_for=not_for, before=before, recorded=recorded)
    sequence = evaluation.sequence + 1
    await queries.save(
        tx,
        evaluation_id,
        {
            "state": state,
            "total": rating.total,
            "star": rating.star,
            "reasons": queries.appended(rating.reasons),
            "basis": frozen_basis(evaluation, sheet, entries),
            "note": note,
            "sequence": sequence,
            "completed_at": now,
            "completed_by": tx.access.actor,
            "steps": queries.with_step(tx, "completion", now, note),
        },
    )
    completed = completed_payload(evaluation, rating, await covered_by(tx, evaluation.party_organization_id), now)
    key = evaluation.party_organization_id
    await emit(tx, [NewEvent(evaluation_id, sequence, completed, evaluation.division, now, key=key)])


async def lock_for(
    tx: Transaction, evaluation_id: UUID, step: Step, if_match: Preconditions | None
) -> tuple[Evaluation, State]:
    """The evaluation, locked, and its state after the step.

    Raises NotFound, PreconditionFailed, IllegalTransition, CycleNotOpen.
    """
    shown = await queries.get(tx, evaluation_id)
    if shown is None:
        raise NotFound(what="evaluation")
    # Lock order: the cycle before its evaluations. What is committed here was done before the cycle closed.
    await hold_open(tx, shown["cycle_id"])
    evaluation = await queries.lock(tx, evaluation_id)
    if evaluation is None:  # moved away meanwhile
        raise NotFound(what="evaluation")
    check_version(if_match, evaluation.version)
    return evaluation, check_step(evaluation, step)


async def check_rater(tx: Transaction, evaluation: Evaluation, step: str) -> None:
    """Nobody takes two duties that are apart, and nobody rates where they declared an interest.

    Raises SameHand, ConflictOfInterest (403).
    """
    actor = tx.access.actor
    if step != "self" and await declared_interest(tx, actor, evaluation.party_organization_id):
        raise ConflictOfInterest
    sheets = (await queries.sheets(tx, [evaluation.id]))[evaluation.id]
    earlier = earlier_hand(
        step,
        hands_of(sheets, (await entries_of(tx, [evaluation.id]))[evaluation.id]),
        actor,
        opened_by=evaluation.opened_by,
        separate_duties=evaluation.policy.parameters.separate_duties,
    )
    if earlier is not None:
        raise SameHand(what="cycle" if earlier == "opening" else "evaluation", earlier=earlier, step=step)


async def put_by_interested(tx: Transaction, evaluation: Evaluation, sheet: Record) -> bool:
    actor = sheet["put_by"]
    return actor is not None and await declared_interest(tx, actor, evaluation.party_organization_id)


async def _stored_sheet(tx: Transaction, evaluation_id: UUID, stage: Stage) -> Record | None:
    sheets = (await queries.sheets(tx, [evaluation_id]))[evaluation_id]
    return next((sheet for sheet in sheets if sheet["stage"] == stage), None)
