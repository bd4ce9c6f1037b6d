"""Puts and completes the yearly assessment of an incubator (H8)."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from services.incubation.incubating.assessment_policies import AssessmentPolicies, AssessmentPolicy
from services.incubation.incubators import queries as incubators
from services.incubation.incubators.assessments import queries
from services.incubation.incubators.assessments.rules import complete as conclude
from services.incubation.incubators.assessments.rules import faults_of, faults_of_year
from services.incubation.incubators.incubator import periods_of
from services.incubation.meetings.taking import step_of
from shared.db.base import new_id
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.access import check_reach
from shared.problems.duties import SameHand, same_person
from shared.problems.problems import IllegalTransition, InvalidInput, NotFound
from shared.problems.versions import Preconditions, check_version


async def put(
    tx: Transaction,
    code: str,
    year: int,
    scores: Mapping[str, Decimal],
    policies: AssessmentPolicies,
    now: datetime,
    *,
    if_match: Preconditions | None,
) -> tuple[Record, bool]:
    """Put the incubator's own scores; the indicators are frozen with the first. Returns whether it is new.

    Indicators are those in force at the end of the assessed year. The same again by the same person changes nothing.

    Raises NotFound, OutsideScope, PreconditionFailed, IllegalTransition, InvalidInput.
    """
    incubator = await _incubator(tx, code)
    if incubator["state"] == "preparing":
        raise IllegalTransition(what="incubator", state="preparing", action="assessing")
    stored = await queries.get(tx, incubator["id"], year, lock=True)
    check_version(if_match, None if stored is None else stored["version"])
    if stored is not None and stored["state"] == "completed":
        raise IllegalTransition(what="assessment", state="completed", action="assessing")
    today = china_day(now)
    policy = policies.of_day(incubator["division"], min(date(year, 12, 31), today), today)
    parameters = policy.parameters if stored is None else _frozen(stored)
    faults = faults_of_year(year, today.year, periods_of(incubator)) + faults_of(scores, parameters, whole=True)
    if faults:
        raise InvalidInput(faults)
    given = {one: str(score) for one, score in sorted(scores.items())}
    step = step_of(tx, "assessing", now, None)
    if stored is not None and (stored["scores"], stored["put_by"]) == (given, tx.access.actor):
        return stored, False
    if stored is not None:
        changed = {**stored, "scores": given, "put_by": tx.access.actor, "steps": [*stored["steps"], step]}
        return await queries.update(tx, changed), False
    row: Record = {
        "id": new_id(),
        "incubator_id": incubator["id"],
        "division": incubator["division"],
        "year": year,
        "state": "put",
        "scores": given,
        "total": None,
        "grade": None,
        "policy": policy.id,
        "basis": {**policy.parameters.model_dump(mode="json"), "reasons": []},
        "put_by": tx.access.actor,
        "steps": [step],
        "version": 1,
    }
    await queries.insert(tx, row)
    return row, True


async def complete(
    tx: Transaction,
    code: str,
    year: int,
    scores: Mapping[str, Decimal] | None,
    note: str | None,
    now: datetime,
    *,
    if_match: Preconditions | None,
) -> Record:
    """Complete an assessment, with other scores where they do not hold.

    Raises NotFound, OutsideScope, PreconditionFailed, IllegalTransition, SameHand, InvalidInput.
    """
    incubator = await _incubator(tx, code)
    row = await queries.get(tx, incubator["id"], year, lock=True)
    if row is None:
        raise NotFound(what="assessment")
    check_version(if_match, row["version"])
    if row["state"] == "completed":
        raise IllegalTransition(what="assessment", state="completed", action="completion", again=True)
    barred = barred_by(row, tx.access.actor)
    if barred is not None:
        raise barred
    policy = _frozen(row)
    faults = faults_of(scores or {}, policy, whole=False)
    if faults:
        raise InvalidInput(faults)
    own = {one: Decimal(score) for one, score in row["scores"].items()}
    final = {**own, **(scores or {})}
    total, grade, reason = conclude(final, policy, row["policy"], now)
    changed = {
        **row,
        "state": "completed",
        "scores": {one: str(score) for one, score in sorted(final.items())},
        "total": total,
        "grade": grade,
        "basis": {**row["basis"], "own": row["scores"], "reasons": [reason.model_dump(mode="json")]},
        "steps": [*row["steps"], step_of(tx, "completion", now, note)],
    }
    return await queries.update(tx, changed)


def barred_by(row: Record, actor: str) -> SameHand | None:
    """Whoever put scores does not complete them (four-eyes principle)."""
    put = any(same_person(one["by"], actor) for one in row["steps"] if one["step"] == "assessing")
    return SameHand(what="assessment", earlier="assessing", step="completion") if put else None


def _frozen(row: Record) -> AssessmentPolicy:
    """The policy as it was: read from what was frozen, so without checks that came since."""
    return AssessmentPolicy.model_validate({name: row["basis"][name] for name in ("indicators", "grades")})


async def _incubator(tx: Transaction, code: str) -> Record:
    row = await incubators.get(tx, code, lock=True)
    if row is None:
        raise NotFound(what="incubator")
    check_reach(tx.access, row["division"])
    return row
