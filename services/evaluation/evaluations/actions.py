"""Scores an evaluation and completes it: the row is locked, decided on, saved, and the event added."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.evaluation.cycles.errors import CycleNotOpen
from services.evaluation.evaluations import queries
from services.evaluation.evaluations.errors import NO_SCORE, RatedByInterested, ScoresMissing
from services.evaluation.evaluations.rules import STEPS, earlier_hand, missing_indicators, rate
from services.evaluation.evaluations.sheets import Sheet, from_json, read_sheet
from services.evaluation.indicator_systems.rules import IndicatorSystem
from services.evaluation.interests.queries import declared_interest
from services.evaluation.policies import EvaluationParameters, Stage
from shared.bus.sending.outbox import NewEvent, emit
from shared.contracts.base import Reason
from shared.contracts.evaluation import EvaluationCompleted
from shared.db.session import Record, Transaction
from shared.problems.duties import ConflictOfInterest, SameHand
from shared.problems.problems import FieldError, IllegalTransition, InvalidInput, NotFound
from shared.problems.validation import pointer
from shared.problems.versions import check_version

_SHEET = ("scores", "bonus", "vetoes")


async def put_scores(
    tx: Transaction, evaluation_id: UUID, stage: Stage, given: Mapping[str, Any], *, if_match: str | None, now: datetime
) -> None:
    """Write one stage's sheet; the same sheet again changes nothing, another one must name the version it replaces.

    Raises InvalidInput with all faults of the sheet, SameHand, ConflictOfInterest, PreconditionRequired,
    PreconditionFailed.
    """
    evaluation = await _lock_for(tx, evaluation_id, "scoring", if_match)
    sheet, errors = read_sheet(given, IndicatorSystem.model_validate(evaluation["system"]))
    if errors:
        raise InvalidInput(errors)
    content = sheet.to_json()
    await _check_rater(tx, evaluation, stage)
    stored = await _stored_sheet(tx, evaluation_id, stage)
    if stored is not None:
        same = all(stored[name] == content[name] for name in _SHEET)
        # The same from another hand takes the place of what an interested one gave.
        if same and not await _put_by_interested(tx, evaluation, stored):
            return
        check_version(if_match, evaluation["version"], required=True)
    row = {"evaluation_id": evaluation_id, "stage": stage, "division": evaluation["division"], "put_at": now}
    row["put_by"] = tx.access.actor
    await queries.save_sheet(tx, row | content)
    await queries.save(tx, evaluation_id, {"state": STEPS["scoring"][evaluation["state"]]})


async def complete(
    tx: Transaction, evaluation_id: UUID, *, note: str | None, if_match: str | None, now: datetime
) -> None:
    """Rate by the deciding stage.

    Raises ScoresMissing naming each indicator that has no score there, RatedByInterested, SameHand,
    ConflictOfInterest.
    """
    evaluation = await _lock_for(tx, evaluation_id, "completion", if_match)
    await _check_rater(tx, evaluation, "completion")
    system = IndicatorSystem.model_validate(evaluation["system"])
    policy = EvaluationParameters.model_validate(evaluation["policy"]["parameters"])
    stored = await _stored_sheet(tx, evaluation_id, policy.deciding_stage)
    if stored is not None and await _put_by_interested(tx, evaluation, stored):
        raise RatedByInterested(stage=policy.deciding_stage)
    sheet = from_json(stored) if stored is not None else Sheet({}, (), ())
    missing = missing_indicators(system, sheet.scores)
    if missing:
        raise ScoresMissing(
            [FieldError(pointer(("scores", code)), NO_SCORE, (("code", code),)) for code in missing],
            stage=policy.deciding_stage,
            count=len(missing),
        )
    rating = rate(sheet, policy, now)
    reasons = [*(Reason.model_validate(reason) for reason in evaluation["reasons"]), *rating.reasons]
    sequence = evaluation["sequence"] + 1
    await queries.save(
        tx,
        evaluation_id,
        {
            "state": STEPS["completion"][evaluation["state"]],
            "total": rating.total,
            "star": rating.star,
            "reasons": [reason.model_dump(mode="json") for reason in reasons],
            "basis": {
                "stage": policy.deciding_stage,
                "type": system.type,
                "system_version": system.version,
                "policy": evaluation["policy"]["id"],
                **sheet.to_json(),
            },
            "note": note,
            "sequence": sequence,
            "completed_at": now,
            "completed_by": tx.access.actor,
        },
    )
    completed = _completed(evaluation, rating.total, rating.star, reasons, now)
    party_organization_id = evaluation["party_organization_id"]
    event = NewEvent(evaluation_id, sequence, completed, evaluation["division"], now, key=party_organization_id)
    await emit(tx, [event])


async def _lock_for(tx: Transaction, evaluation_id: UUID, step: str, if_match: str | None) -> Record:
    """The evaluation, locked, if it may take the step now."""
    evaluation = await queries.lock(tx, evaluation_id)
    if evaluation is None:
        raise NotFound(what="evaluation")
    check_version(if_match, evaluation["version"])
    if evaluation["state"] not in STEPS[step]:
        raise IllegalTransition(state=evaluation["state"], action=step)
    if evaluation["cycle_state"] != "open":
        raise CycleNotOpen(state=evaluation["cycle_state"], cycle_id=str(evaluation["cycle_id"]))
    return evaluation


async def _check_rater(tx: Transaction, evaluation: Record, step: str) -> None:
    """Who assessed itself does not rate, and nobody rates where an interest is declared.

    Raises SameHand, ConflictOfInterest (403).
    """
    actor = tx.access.actor
    if step != "self" and await declared_interest(tx, actor, evaluation["party_organization_id"]):
        raise ConflictOfInterest
    sheets = (await queries.sheets(tx, [evaluation["id"]])).get(evaluation["id"], [])
    earlier = earlier_hand(step, {sheet["stage"]: {*sheet["hands"], sheet["put_by"]} for sheet in sheets}, actor)
    if earlier is not None:
        raise SameHand(earlier=earlier, step=step)


async def _put_by_interested(tx: Transaction, evaluation: Record, sheet: Record) -> bool:
    hand = sheet["put_by"]
    return hand is not None and await declared_interest(tx, hand, evaluation["party_organization_id"])


async def _stored_sheet(tx: Transaction, evaluation_id: UUID, stage: Stage) -> Record | None:
    sheets = (await queries.sheets(tx, [evaluation_id])).get(evaluation_id, [])
    return next((sheet for sheet in sheets if sheet["stage"] == stage), None)


def _completed(
    evaluation: Record, total: Decimal, star: int, reasons: list[Reason], now: datetime
) -> EvaluationCompleted:
    return EvaluationCompleted(
        id=evaluation["id"],
        cycle_id=evaluation["cycle_id"],
        year=evaluation["year"],
        party_organization_id=evaluation["party_organization_id"],
        party_organization_name=evaluation["party_organization_name"],
        party_organization_kind=evaluation["party_organization_kind"],
        form=evaluation["form"],
        division=evaluation["division"],
        type=evaluation["type"],
        total=total,
        star=star,
        reasons=reasons,
        completed_at=now,
    )
