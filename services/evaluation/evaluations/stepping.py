"""What every step of one evaluation begins with: the row is locked, and whoever takes it may."""

from uuid import UUID

from services.evaluation.catalogues.queries import entries_of
from services.evaluation.cycles.queries import hold_open
from services.evaluation.evaluations import queries
from services.evaluation.evaluations.rules import Evaluation, State, Step, check_step, earlier_hand, hands_of
from services.evaluation.interests.queries import declared_interest
from services.evaluation.policies import Stage
from shared.db.session import Record, Transaction
from shared.problems.duties import ConflictOfInterest, SameHand
from shared.problems.problems import NotFound
from shared.problems.versions import Preconditions, check_version


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


async def stored_sheet(tx: Transaction, evaluation_id: UUID, stage: Stage) -> Record | None:
    sheets = (await queries.sheets(tx, [evaluation_id]))[evaluation_id]
    return next((sheet for sheet in sheets if sheet["stage"] == stage), None)
