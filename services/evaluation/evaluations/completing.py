"""Completes evaluations: rated one by one, or as a session decided; the only place that publishes a rating."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.evaluation.catalogues.queries import entries_of
from services.evaluation.catalogues.rules import recorded_of
from services.evaluation.consequences.deriving.following import Consequences, follow_rating, lapse
from services.evaluation.consequences.deriving.rules import FinalRating
from services.evaluation.evaluations import queries
from services.evaluation.evaluations.enrolling.year_ends import publish_final
from services.evaluation.evaluations.errors import NO_SCORE, DivergenceUnexplained, RatedByInterested, ScoresMissing
from services.evaluation.evaluations.next_steps import due_first
from services.evaluation.evaluations.rules import Evaluation, frozen_basis, stored_as
from services.evaluation.evaluations.side_by_side import divergences_of, unexplained
from services.evaluation.evaluations.stepping import check_rater, lock_for, put_by_interested, stored_sheet
from services.evaluation.on_site.errors import OnSiteFirst
from services.evaluation.on_site.queries import apply_check, checks_of, is_due
from services.evaluation.party_organizations.queries import covered_by, dissolved_of
from services.evaluation.party_organizations.year_ends import covered_at_year_end
from services.evaluation.ratings.rules import Rating, missing_indicators, rate
from services.evaluation.sheets.rules import Sheet, from_json
from shared.bus.sending.outbox import NewEvent, emit
from shared.contracts.base import Reason
from shared.contracts.evaluation import EvaluationCompleted
from shared.db.session import Transaction
from shared.field.calendar import china_day
from shared.problems.problems import FieldError
from shared.problems.validation import pointer
from shared.problems.versions import Preconditions


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
    NoticeRunning, SameHand, ConflictOfInterest, RatedByInterested, DivergenceUnexplained, StageFirst, OnSiteFirst, and
    ScoresMissing naming each indicator that has no score there.
    """
    evaluation, state = await lock_for(tx, evaluation_id, "completion", if_match)
    first = evaluation.progress(()).bars("completion") or due_first(
        evaluation.policy.parameters, evaluation.state, evaluation.notice_until, china_day(now)
    )
    if first is not None:
        raise first
    await check_rater(tx, evaluation, "completion")
    if evaluation.decision is None:
        rating, basis = await _rate_alone(tx, evaluation, now)
    else:
        rating, basis = _as_decided(evaluation.decision)
    sequence = evaluation.sequence + 1
    await queries.save(
        tx,
        evaluation_id,
        {
            **stored_as(state),
            "total": rating.total,
            "star": rating.star,
            "reasons": queries.appended(rating.reasons),
            "basis": basis,
            "note": note,
            "sequence": sequence,
            "completed_at": now,
            "completed_by": tx.access.actor,
            "returned": queries.CLEARED,
            "steps": queries.with_step(tx, "completion", now, note),
        },
    )
    completed = completed_payload(evaluation, rating, await covered_by(tx, evaluation.party_organization_id), now)
    party = evaluation.party_organization_id
    await emit(tx, [NewEvent(evaluation_id, sequence, completed, evaluation.division, now, key=party)])
    final = _final(evaluation, rating, sequence, now)
    covered = (await covered_at_year_end(tx, [party], evaluation.year)).get(party, [])
    await publish_final(tx, final, covered, now)
    await follow_rating(tx, final, consequences, covered, now)
    await lapse(tx, await dissolved_of(tx, [party]), now)


def _final(evaluation: Evaluation, rating: Rating, sequence: int, now: datetime) -> FinalRating:
    day = china_day(now)
    return FinalRating(
        evaluation_id=evaluation.id,
        cycle_id=evaluation.cycle_id,
        year=evaluation.year,
        party_organization_id=evaluation.party_organization_id,
        party_organization_name=evaluation.party_organization_name,
        form=evaluation.form,
        division=evaluation.division,
        total=rating.total,
        star=rating.star,
        laggard=evaluation.decision is not None and bool(evaluation.decision.get("laggard")),
        published_on=evaluation.published_on or day,
        final_on=day,
        completed_at=now,
        sequence=sequence,
        corrects=evaluation.earlier[-1]["sequence"] if evaluation.earlier else None,
    )


def _as_decided(decision: Mapping[str, Any]) -> tuple[Rating, Mapping[str, Any]]:
    reasons = [Reason.model_validate(one) for one in decision["reasons"]]
    return Rating(Decimal(decision["total"]), decision["star"], reasons), decision["basis"]


async def _rate_alone(tx: Transaction, evaluation: Evaluation, now: datetime) -> tuple[Rating, Mapping[str, Any]]:
    system, policy = evaluation.system, evaluation.policy.parameters
    stored = await stored_sheet(tx, evaluation.id, policy.deciding_stage)
    entries = (await entries_of(tx, [evaluation.id]))[evaluation.id]
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
    sheets = (await queries.sheets(tx, [evaluation.id]))[evaluation.id]
    progress = evaluation.progress(sheets)
    waits_for = progress.waits_for("completion", china_day(now))
    if waits_for is not None:
        raise waits_for
    unsubmitted = progress.unsubmitted(china_day(now))
    silent = unexplained(divergences_of(sheets, evaluation.rated(), policy, system, now))
    if silent:
        raise DivergenceUnexplained(silent, count=len(silent))
    before = None
    if policy.step_up_max is not None:
        found = await queries.stars_before(tx, [evaluation.party_organization_id], evaluation.year)
        before = found.get(evaluation.party_organization_id)
    recorded = recorded_of(entries)
    check = (await checks_of(tx, [evaluation.id])).get(evaluation.id)
    if is_due(check, policy):
        raise OnSiteFirst
    sheet, otherwise = apply_check(sheet, check, policy, now)
    rating = rate(
        sheet,
        policy,
        now,
        system=system,
        not_for=not_for,
        before=before,
        recorded=recorded,
        unsubmitted=unsubmitted,
    )
    rating = replace(rating, reasons=[*otherwise, *rating.reasons])
    return rating, frozen_basis(sheet, system, evaluation.policy, entries, unsubmitted)


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
        corrects=evaluation.earlier[-1]["sequence"] if evaluation.earlier else None,
    )
