"""How an evaluation comes out: rated by its deciding stage, or as a session decided; and who may complete it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from services.evaluation.catalogues.rules import recorded_of
from services.evaluation.consequences.deriving.rules import FinalRating
from services.evaluation.evaluations.errors import NO_SCORE, DivergenceUnexplained, RatedByInterested, ScoresMissing
from services.evaluation.evaluations.next_steps import due_first
from services.evaluation.evaluations.rules import Evaluation, check_step, earlier_hand, frozen_basis, hands_of
from services.evaluation.evaluations.side_by_side import divergences_of, unexplained
from services.evaluation.on_site.errors import OnSiteFirst
from services.evaluation.on_site.queries import apply_check, is_due
from services.evaluation.ratings.rules import Rating, missing_indicators, rate
from services.evaluation.sheets.rules import Sheet, from_json
from shared.contracts.base import Reason
from shared.db.session import Record
from shared.field.calendar import china_day
from shared.problems.duties import ConflictOfInterest, SameHand, same_person
from shared.problems.problems import FieldError
from shared.problems.validation import pointer

Basis = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """What there is of an evaluation that is to be completed."""

    evaluation: Evaluation
    sheets: Sequence[Record]
    entries: Sequence[Record]
    """Bonuses and vetoes by the cycle's catalogue."""
    interested: Sequence[str]
    """Who declared an interest in the Party organization."""
    check: Record | None
    """Its on-site check."""
    before: int | None
    """The star of its last rating."""


def come_out(found: Found, actor: str, now: datetime) -> tuple[Rating, Basis]:
    """The rating, and what it is based on. Raises what `complete` raises of an evaluation that is there."""
    evaluation = found.evaluation
    check_step(evaluation, "completion")
    policy = evaluation.policy.parameters
    first = evaluation.progress(()).bars("completion")
    first = first or due_first(policy, evaluation.state, evaluation.notice_until, china_day(now))
    if first is not None:
        raise first
    _check_actor(found, actor)
    return _rate_alone(found, now) if evaluation.decision is None else _as_decided(evaluation.decision)


def _check_actor(found: Found, actor: str) -> None:
    """Nobody takes two duties that are apart, and nobody rates where they declared an interest."""
    if any(same_person(one, actor) for one in found.interested):
        raise ConflictOfInterest
    evaluation = found.evaluation
    earlier = earlier_hand(
        "completion",
        hands_of(found.sheets, found.entries),
        actor,
        opened_by=evaluation.opened_by,
        separate_duties=evaluation.policy.parameters.separate_duties,
    )
    if earlier is not None:
        raise SameHand(what="cycle" if earlier == "opening" else "evaluation", earlier=earlier, step="completion")


def _as_decided(decision: Mapping[str, Any]) -> tuple[Rating, Basis]:
    reasons = [Reason.model_validate(one) for one in decision["reasons"]]
    return Rating(Decimal(decision["total"]), decision["star"], reasons), decision["basis"]


def _rate_alone(found: Found, now: datetime) -> tuple[Rating, Basis]:
    evaluation = found.evaluation
    system, policy = evaluation.system, evaluation.policy.parameters
    stored = next((one for one in found.sheets if one["stage"] == policy.deciding_stage), None)
    given = [one["put_by"] for one in (stored, *found.entries) if one is not None]
    if any(same_person(one, subject) for one in given for subject in found.interested):
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
    progress = evaluation.progress(found.sheets)
    waits_for = progress.waits_for("completion", china_day(now))
    if waits_for is not None:
        raise waits_for
    unsubmitted = progress.unsubmitted(china_day(now))
    silent = unexplained(divergences_of(found.sheets, evaluation.rated(), policy, system, now))
    if silent:
        raise DivergenceUnexplained(silent, count=len(silent))
    if is_due(found.check, policy):
        raise OnSiteFirst
    sheet, otherwise = apply_check(sheet, found.check, policy, now)
    rating = rate(
        sheet,
        policy,
        now,
        system=system,
        not_for=not_for,
        before=found.before,
        recorded=recorded_of(found.entries),
        unsubmitted=unsubmitted,
    )
    rating = replace(rating, reasons=[*otherwise, *rating.reasons])
    return rating, frozen_basis(sheet, system, evaluation.policy, found.entries, unsubmitted)


def final_of(evaluation: Evaluation, rating: Rating, now: datetime) -> FinalRating:
    """The rating as what follows reads it, with the sequence that it is published under."""
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
        sequence=evaluation.sequence + 1,
        corrects=corrected_by(evaluation),
    )


def corrected_by(evaluation: Evaluation) -> int | None:
    """The sequence of the rating that its next completion takes the place of; None where there is none."""
    return evaluation.earlier[-1]["sequence"] if evaluation.earlier else None
