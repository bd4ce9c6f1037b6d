"""Opens survey rounds, locks and reopens them (D7)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.registry.survey_terms.periods import reference_day
from services.registry.survey_terms.policies import SurveyPolicies, survey_policy
from services.registry.surveys import queries
from services.registry.surveys.errors import SurveyExists
from services.registry.surveys.rules import (
    TRANSITIONS,
    check_lockable,
    entered_all,
    opening_errors,
    overlap,
    step_of,
)
from services.registry.surveys.schemas import SurveyOpening
from services.registry.surveys.survey import SurveyStep, parts_of
from shared.db.base import new_id
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.access import check_reach
from shared.problems.problems import InvalidInput, NotFound
from shared.problems.transitions import move
from shared.problems.versions import Preconditions, check_version


async def open_survey(tx: Transaction, body: SurveyOpening, policies: SurveyPolicies, now: datetime) -> Record:
    """Open a round. Raises OutsideScope, InvalidInput, SurveyExists naming the one that is there."""
    check_reach(tx.access, body.division)
    day, today = reference_day(body.period), china_day(now)
    policy = survey_policy(policies, body.division, day, today)
    if errors := opening_errors(body.period, day, body.due_on, policy.parameters, today):
        raise InvalidInput(errors)
    await queries.hold(tx, body.period)
    if found := overlap(body.division, await queries.of_period(tx, body.period)):
        raise SurveyExists(period=body.period, survey_id=str(found[0]), other_division=found[1])
    row: Record = {
        "id": new_id(),
        "period": body.period,
        "division": body.division,
        "reference_day": day,
        "due_on": body.due_on,
        "state": "open",
        "locking_id": None,
        "steps": [step_of("opening", tx.access.actor, now, tx.access.authority, note=body.note)],
        "created_at": now,
        "version": 1,
    }
    await queries.insert_one(tx, row)
    return row


async def lock_survey(
    tx: Transaction, survey_id: UUID, word: str | None, now: datetime, *, if_match: Preconditions | None
) -> Record:
    """Lock a round, and keep every return as it is then.

    Raises as `_take` does, ReferenceDayAhead, SurveyIncomplete with the counts.
    """
    row = await _take(tx, survey_id, "locking", if_match)
    today = china_day(now)
    counts, totals = parts_of(await queries.progress(tx, row))
    check_lockable(counts, word, row["reference_day"], today, now)
    locking: dict[str, Any] = {
        "id": new_id(),
        "survey_id": survey_id,
        "number": len(await queries.lockings(tx, survey_id)) + 1,
        "division": row["division"],
        "counts": counts,
        "totals": totals,
        "word": word,
        "entered_all": entered_all(await queries.who_entered(tx, row), tx.access.actor),
        "reasons": [],
        "locked_by": tx.access.actor,
        "locked_at": now,
    }
    await queries.insert_locking(tx, locking)
    # What is kept is what is counted then: an organization may come or go between two statements.
    await queries.keep(tx, row, locking["id"])
    counts, totals = parts_of(await queries.kept(tx, locking["id"]))
    reason = check_lockable(counts, word, row["reference_day"], today, now)
    counted = {"counts": counts, "totals": totals, "reasons": [reason.model_dump(mode="json")]}
    await queries.write_locking(tx, locking["id"], counted)
    return await _save(tx, row | {"state": "locked", "locking_id": locking["id"]}, "locking", word, now)


async def reopen_survey(
    tx: Transaction, survey_id: UUID, reason: str, now: datetime, *, if_match: Preconditions | None
) -> Record:
    """Open a locked round again; what was locked stays as it was. Raises as `_take` does."""
    row = await _take(tx, survey_id, "reopening", if_match)
    reopened = {"reopened_by": tx.access.actor, "reopened_at": now, "reopening_reason": reason}
    await queries.write_locking(tx, row["locking_id"], reopened)
    return await _save(tx, row | {"state": "open", "locking_id": None}, "reopening", reason, now)


async def _take(tx: Transaction, survey_id: UUID, step: SurveyStep, if_match: Preconditions | None) -> Record:
    """The round, held, where a step is possible.

    Raises NotFound, OutsideScope, PreconditionFailed, IllegalTransition.
    """
    await queries.hold(tx, str(survey_id))
    row = await queries.get(tx, survey_id)
    if row is None:
        raise NotFound(what="survey")
    check_reach(tx.access, row["division"])
    check_version(if_match, row["version"])
    move(TRANSITIONS, row["state"], step)
    return row


async def _save(tx: Transaction, row: Record, step: SurveyStep, note: str | None, now: datetime) -> Record:
    row["steps"] = [*row["steps"], step_of(step, tx.access.actor, now, tx.access.authority, note=note)]
    await queries.write(tx, row)
    return row | {"version": row["version"] + 1}
