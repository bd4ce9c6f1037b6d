"""Puts stages' sheets: lock the row, read what was sent, save."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.evaluation.evaluations import queries
from services.evaluation.evaluations.rules import Evaluation, State, stored_as
from services.evaluation.evaluations.stepping import (
    check_rater,
    check_seat,
    check_turn,
    lock_for,
    put_by_interested,
    stored_sheet,
)
from services.evaluation.evidence.naming import find_unknown_files
from services.evaluation.policies import Stage
from services.evaluation.sheets.facts import read_facts
from services.evaluation.sheets.rules import Sheet, read_sheet
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.problems import InvalidInput
from shared.problems.versions import Preconditions, check_names_version, check_version

_SHEET = ("scores", "bonus", "vetoes", "facts", "word")


async def put_scores(
    tx: Transaction,
    evaluation_id: UUID,
    stage: Stage,
    given: Mapping[str, Any],
    *,
    bodies: Collection[str] = (),
    if_match: Preconditions | None,
    now: datetime,
) -> None:
    """Write one stage's sheet; the same sheet again changes nothing, another one must name the version it replaces.

    `bodies`: those that the caller acts for, of which the first check and the committee ask.

    Raises NotFound, PreconditionFailed, PreconditionRequired, IllegalTransition, CycleNotOpen, SameHand,
    ConflictOfInterest, StageFirst, NoFirstCheck, NotTheIndustryBody, NotTheRatingBody, and InvalidInput with all
    faults of the sheet.
    """
    check_names_version(if_match)
    evaluation, state = await lock_for(tx, evaluation_id, "scoring", if_match)
    await check_seat(tx, evaluation, stage, bodies, now)
    sheet, errors = read_sheet(given, evaluation.system, evaluation.rated())
    if errors:
        raise InvalidInput(errors)
    stored, word = await stored_sheet(tx, evaluation_id, stage), given.get("word")
    await _save_sheet(tx, evaluation, state, stage, sheet, stored, word=word, if_match=if_match, now=now)


async def put_facts(
    tx: Transaction,
    evaluation_id: UUID,
    stage: Stage,
    facts: Mapping[str, Mapping[str, Any]],
    *,
    bonus: Sequence[Mapping[str, Any]] | None,
    vetoes: Sequence[Mapping[str, Any]] | None,
    word: str | None = None,
    bodies: Collection[str] = (),
    if_match: Preconditions | None,
    now: datetime,
) -> None:
    """Write one stage's sheet by facts: their points are worked out, and both are kept.

    Bonus and vetoes that are None stay as the stage has them. Raises as `put_scores`.
    """
    check_names_version(if_match)
    evaluation, state = await lock_for(tx, evaluation_id, "scoring", if_match)
    await check_seat(tx, evaluation, stage, bodies, now)
    stored = await stored_sheet(tx, evaluation_id, stage)
    sheet, errors = read_facts(
        facts,
        evaluation.system,
        evaluation.rated(),
        bonus=bonus if bonus is not None else stored["bonus"] if stored else (),
        vetoes=vetoes if vetoes is not None else stored["vetoes"] if stored else (),
        supplemented=evaluation.is_supplemented(china_day(now)),
    )
    errors += await find_unknown_files(tx, evaluation_id, stage, facts)
    if errors:
        raise InvalidInput(errors)
    await _save_sheet(tx, evaluation, state, stage, sheet, stored, word=word, if_match=if_match, now=now)


async def _save_sheet(
    tx: Transaction,
    evaluation: Evaluation,
    state: State,
    stage: Stage,
    sheet: Sheet,
    stored: Record | None,
    *,
    word: str | None,
    if_match: Preconditions | None,
    now: datetime,
) -> None:
    content = sheet.to_json() | {"word": word}
    await check_rater(tx, evaluation, stage)
    await check_turn(tx, evaluation, stage, now)
    if stored is not None:
        same = all((stored[name] or {}) == (content[name] or {}) for name in _SHEET)
        # The same from another actor replaces what somebody with an interest gave.
        if same and not evaluation.is_returned(stage) and not await put_by_interested(tx, evaluation, stored):
            return
        check_version(if_match, evaluation.version, required=True)
    row = {"evaluation_id": evaluation.id, "stage": stage, "division": evaluation.division, "put_at": now}
    row["put_by"] = tx.access.actor
    await queries.save_sheet(tx, row | content)
    await queries.save(
        tx,
        evaluation.id,
        stored_as(state) | {"steps": queries.with_step(tx, stage, now), "returned": queries.supplemented(stage)},
    )
