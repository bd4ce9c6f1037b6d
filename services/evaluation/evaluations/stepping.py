"""What every step of one evaluation begins with: the row is locked, and whoever takes it may."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from services.evaluation.catalogues.queries import entries_of
from services.evaluation.cycles.queries import hold_open
from services.evaluation.evaluations import queries
from services.evaluation.evaluations.rules import Evaluation, State, Step, check_step, earlier_hand, hands_of
from services.evaluation.first_checks.rules import STAGE as FIRST_CHECK
from services.evaluation.first_checks.rules import Affiliation, bar_first_check
from services.evaluation.interests.queries import declared_interest
from services.evaluation.policies import Stage
from services.evaluation.raters.finding import find_raters
from services.evaluation.raters.rules import RATED, bar_rater
from shared.db.access import Access
from shared.db.session import Record, Transaction
from shared.field.calendar import china_day
from shared.problems.access import OutsideScope
from shared.problems.duties import ConflictOfInterest, SameHand
from shared.problems.problems import NotFound, Problem
from shared.problems.versions import Preconditions, check_version


async def lock_for(
    tx: Transaction, evaluation_id: UUID, step: Step, if_match: Preconditions | None, *, by_who_decided: bool = True
) -> tuple[Evaluation, State]:
    """The evaluation, locked, and its state after the step; `by_who_decided`: not by where it moved to since.

    Raises NotFound, OutsideScope, PreconditionFailed, IllegalTransition, CycleNotOpen.
    """
    shown = await queries.get(tx, evaluation_id)
    if shown is None:
        raise NotFound(what="evaluation")
    if by_who_decided:
        check_decides(tx.access, shown)
    # Lock order: the cycle before its evaluations. What is committed here was done before the cycle closed.
    await hold_open(tx, shown["cycle_id"])
    evaluation = await queries.lock(tx, evaluation_id)
    if evaluation is None:  # moved away meanwhile
        raise NotFound(what="evaluation")
    check_version(if_match, evaluation.version)
    return evaluation, check_step(evaluation, step)


def check_decides(access: Access, row: Mapping[str, Any]) -> None:
    """Who leads a Party organization that moved sees what was decided before, and leaves it to who did.

    Raises OutsideScope (403).
    """
    if row["moved_to"] is not None and not access.reaches(row["division"]):
        raise OutsideScope(division=row["division"])


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


async def check_seat(
    tx: Transaction, evaluation: Evaluation, step: str, bodies: Collection[str], now: datetime
) -> None:
    """The first check is made for the body that it belongs to; the body that its affiliation leads up to rates (H18).

    Raises FoundedInYear, NoFirstCheck (409), NotTheIndustryBody, NotTheRatingBody (403).
    """
    barred = evaluation.progress(()).bars(step) or bar_industry(evaluation, step, bodies)
    if barred is None and step in RATED:
        today = china_day(now)
        asked = {evaluation.id: (evaluation.belongs_to(), evaluation.policy.raters)}
        barred = bar_rater((await find_raters(tx, asked, today))[evaluation.id], bodies, tx.access, today)
    if barred is not None:
        raise barred


def bar_industry(evaluation: Evaluation, stage: str, bodies: Collection[str]) -> Problem | None:
    """What bars a caller who acts for these bodies from a stage; None where it is no first check."""
    if stage != FIRST_CHECK:
        return None
    affiliation = Affiliation(evaluation.affiliated_to, evaluation.affiliated_as, evaluation.affiliated_name)
    return bar_first_check(evaluation.policy.parameters.first_check, affiliation, bodies)


async def check_turn(tx: Transaction, evaluation: Evaluation, stage: str, now: datetime) -> None:
    """A stage that decides does not come before those that the policy lets it wait for. Raises StageFirst (409)."""
    sheets = (await queries.sheets(tx, [evaluation.id]))[evaluation.id]
    first = evaluation.progress(sheets).waits_for(stage, china_day(now))
    if first is not None:
        raise first


async def put_by_interested(tx: Transaction, evaluation: Evaluation, sheet: Record) -> bool:
    actor = sheet["put_by"]
    return actor is not None and await declared_interest(tx, actor, evaluation.party_organization_id)


async def stored_sheet(tx: Transaction, evaluation_id: UUID, stage: Stage) -> Record | None:
    sheets = (await queries.sheets(tx, [evaluation_id]))[evaluation_id]
    return next((sheet for sheet in sheets if sheet["stage"] == stage), None)
