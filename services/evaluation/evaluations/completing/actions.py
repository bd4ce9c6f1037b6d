"""Completes evaluations: rated one by one, or as a session decided; the only place that publishes a rating."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.evaluation.catalogues.queries import entries_of
from services.evaluation.consequences.deriving.following import Consequences, follow_ratings, lapse
from services.evaluation.cycles import queries as cycles
from services.evaluation.evaluations import queries
from services.evaluation.evaluations.completing.outcomes import Found, come_out, corrected_by, final_of
from services.evaluation.evaluations.completing.queries import lock_of_cycle, save
from services.evaluation.evaluations.enrolling.year_ends import publish_final
from services.evaluation.evaluations.rules import Evaluation
from services.evaluation.evaluations.stepping import lock_for
from services.evaluation.interests.queries import declared_in
from services.evaluation.on_site.queries import checks_of
from services.evaluation.party_organizations.queries import covered_by, dissolved_of
from services.evaluation.party_organizations.year_ends import covered_at_year_end
from services.evaluation.ratings.rules import Rating
from shared.bus.sending.outbox import NewEvent, emit
from shared.contracts.evaluation import EvaluationCompleted
from shared.db.session import Transaction
from shared.problems.problems import NotFound, Problem
from shared.problems.versions import Preconditions

CameOut = tuple[Evaluation, Rating, Mapping[str, Any]]


async def complete(
    tx: Transaction,
    evaluation_id: UUID,
    consequences: Consequences,
    *,
    note: str | None,
    if_match: Preconditions | None,
    now: datetime,
) -> None:
    """Rate by the deciding stage, or as the session decided, once the notice has run out; what follows is recorded.

    Raises NotFound, PreconditionFailed, IllegalTransition, CycleNotOpen, FoundedInYear, SessionFirst, NoticeFirst,
    NoticeRunning, SameHand, ConflictOfInterest, RatedByInterested, DivergenceUnexplained, StageFirst, SupplementFirst,
    OnSiteFirst, and ScoresMissing naming each indicator that has no score there.
    """
    evaluation, _ = await lock_for(tx, evaluation_id, "completion", if_match)
    came_out, refused = await _come_out(tx, [evaluation], now)
    for problem in refused.values():
        raise problem
    await _publish(tx, came_out, consequences, note, now)


async def complete_list(
    tx: Transaction,
    cycle_id: UUID,
    evaluation_ids: Sequence[UUID],
    consequences: Consequences,
    *,
    note: str | None,
    now: datetime,
) -> tuple[list[UUID], dict[UUID, Problem]]:
    """Complete those of a cycle that can be, as `complete` does; returns them, and of each other one what bars it.

    Raises NotFound for a cycle that is not seen.
    """
    if await cycles.get(tx, cycle_id) is None:
        raise NotFound(what="cycle")
    # Lock order: the cycle before its evaluations, and these by id.
    await cycles.hold_open(tx, cycle_id)
    evaluations = await lock_of_cycle(tx, cycle_id, evaluation_ids)
    came_out, refused = await _come_out(tx, evaluations, now)
    await _publish(tx, came_out, consequences, note, now)
    there = {one.id for one in evaluations}
    unknown = {one: NotFound(what="evaluation") for one in evaluation_ids if one not in there}
    return [evaluation.id for evaluation, *_ in came_out], {**refused, **unknown}


async def _come_out(
    tx: Transaction, evaluations: Sequence[Evaluation], now: datetime
) -> tuple[list[CameOut], dict[UUID, Problem]]:
    """How each of these, which are locked, comes out; or what bars that."""
    ids, parties = [one.id for one in evaluations], [one.party_organization_id for one in evaluations]
    sheets, entries = await queries.sheets(tx, ids), await entries_of(tx, ids)
    checks, interested = await checks_of(tx, ids), await declared_in(tx, parties)
    stepped = [one for one in evaluations if one.policy.parameters.step_up_max is not None]
    before: dict[UUID, int] = {}
    if stepped:
        # All are of one cycle, and so of one year.
        before = await queries.stars_before(tx, [one.party_organization_id for one in stepped], stepped[0].year)
    came_out: list[CameOut] = []
    refused: dict[UUID, Problem] = {}
    for one in evaluations:
        party = one.party_organization_id
        found = Found(
            one, sheets[one.id], entries[one.id], interested.get(party, ()), checks.get(one.id), before.get(party)
        )
        try:
            came_out.append((one, *come_out(found, tx.access.actor, now)))
        except Problem as problem:
            refused[one.id] = problem.without_chain()
    return came_out, refused


async def _publish(
    tx: Transaction, came_out: Sequence[CameOut], consequences: Consequences, note: str | None, now: datetime
) -> None:
    """Save how evaluations of one cycle came out, publish them, and record what follows."""
    if not came_out:
        return
    await save(tx, came_out, note, now)
    parties = [evaluation.party_organization_id for evaluation, *_ in came_out]
    # Whom a Party organization covers moved with it, where it is another division's since the decision.
    async with tx.system_scope():
        covers = await covered_by(tx, parties)
        covered = await covered_at_year_end(tx, parties, came_out[0][0].year)
        dissolved = await dissolved_of(tx, parties)
    await emit(
        tx,
        [
            NewEvent(
                evaluation.id,
                evaluation.sequence + 1,
                completed_payload(evaluation, rating, covers.get(evaluation.party_organization_id, []), now),
                evaluation.division,
                now,
                key=evaluation.party_organization_id,
            )
            for evaluation, rating, _ in came_out
        ],
    )
    ratings = [
        (final_of(evaluation, rating, now), covered.get(evaluation.party_organization_id, []))
        for evaluation, rating, _ in came_out
    ]
    await publish_final(tx, ratings, now)
    await follow_ratings(tx, ratings, consequences, now)
    await lapse(tx, dissolved, now)


def completed_payload(
    evaluation: Evaluation, rating: Rating, organization_ids: list[UUID], now: datetime
) -> EvaluationCompleted:
    """The payload, with all reasons that the evaluation has."""
    return EvaluationCompleted(
        id=evaluation.id,
        cycle_id=evaluation.cycle_id,
        year=evaluation.year,
        party_organization_id=evaluation.party_organization_id,
        party_organization_name=evaluation.party_organization_name,
        party_organization_kind=evaluation.party_organization_kind,
        form=evaluation.form,
        division=evaluation.division,
        type=evaluation.type,
        total=rating.total,
        star=rating.star,
        reasons=[*evaluation.reasons, *rating.reasons],
        completed_at=now,
        organization_ids=organization_ids,
        corrects=corrected_by(evaluation),
    )
