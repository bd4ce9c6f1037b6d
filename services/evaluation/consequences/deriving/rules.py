"""What follows from a final rating (H20-H25, D14), and what a correction of it changes. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal
from uuid import UUID

from services.evaluation.consequences.deriving.policies import Measures
from services.evaluation.consequences.deriving.stars import (
    ceiling_of,
    is_behind,
    is_low,
    is_nominated,
    is_talked_to,
    opinion_of,
    procurement_of,
)
from services.evaluation.consequences.lives import TABLES, Kind, State
from shared.contracts.base import Form, Reason

OF_ORGANIZATIONS: frozenset[Kind] = frozenset({"score_letter", "ceiling", "procurement"})
"""What concerns those that a rating counts for."""
_CENT = Decimal("0.01")
_FULL = 100


@dataclass(frozen=True, slots=True)
class FinalRating:
    """A rating that nobody can object to any more, as its completion published it."""

    evaluation_id: UUID
    cycle_id: UUID
    year: int
    party_organization_id: UUID
    party_organization_name: str
    form: Form
    division: str
    total: Decimal
    star: int
    laggard: bool
    published_on: date
    final_on: date
    completed_at: datetime
    sequence: int
    corrects: int | None
    reasons: Sequence[Reason] = ()


@dataclass(frozen=True, slots=True)
class Due:
    """A consequence that the rules ask for."""

    kind: Kind
    working_days: int | None
    policy: str
    reason: Reason
    effect: Mapping[str, Any] = field(default_factory=dict)


def derive(rating: FinalRating, measures: Measures, kinds: Sequence[str | None]) -> list[Due]:
    """Everything that follows; `kinds` are those of the organizations that it counts for (decision 4)."""
    return [*_of_party_organization(rating, measures), *_of_organizations(rating, measures, kinds)]


def _of_party_organization(rating: FinalRating, measures: Measures) -> Iterable[Due]:
    if measures.consequences is None:
        return
    policy, rules = measures.consequences.id, measures.consequences.parameters
    behind, opinion = is_behind(rules, laggard=rating.laggard), opinion_of(rating.star, rules, laggard=rating.laggard)
    if rules.rectification is not None and opinion == "rectification":
        days = rules.rectification.plan_working_days
        rule = "H20" if is_low(rating.star, rules) else "R-laggard"
        yield Due("rectification", days, policy, _reason(rating, rule, "rectification", laggard=rating.laggard))
    elif rules.improvement is not None and opinion == "improvement":
        days = rules.improvement.plan_working_days
        yield Due("improvement", days, policy, _reason(rating, "H20", "improvement", laggard=rating.laggard))
    if behind:
        yield Due("laggard", None, policy, _reason(rating, "R-laggard", "listed"))
    if rules.talk is not None and is_talked_to(rating.star, rules):
        yield Due("talk", rules.talk.working_days, policy, _reason(rating, "H22", "talk"))
    if is_nominated(rating.star, rules):
        yield Due("nomination", None, policy, _reason(rating, "H21", "main_basis"))


def _of_organizations(rating: FinalRating, measures: Measures, kinds: Sequence[str | None]) -> Iterable[Due]:
    """Civil affairs and procurement: nothing follows where the rating counts for no organization."""
    rules = None if measures.consequences is None else measures.consequences.parameters
    elsewhere = () if rules is None else rules.not_by_civil_affairs
    registered = sum(kind not in elsewhere for kind in kinds)
    counted = {"organizations": len(kinds), "by_civil_affairs": registered}
    if rules is not None and rules.score_letter is not None and measures.standing is not None and registered:
        weight = measures.standing.parameters.score
        points = (rating.total * weight.points / _FULL).quantize(_CENT, ROUND_HALF_UP)
        effect = {"total": f"{rating.total:.2f}", "points": f"{points:.2f}", "of": str(weight.of), **counted}
        reason = _reason(rating, "H23", "score_sent", **effect)
        yield Due("score_letter", rules.score_letter.working_days, measures.standing.id, reason, effect)
    if measures.assessment is not None and registered:
        grade = ceiling_of(rating.star, measures.assessment.parameters.ceilings)
        if grade is not None:
            effect = {"grade_at_most": grade, **counted}
            reason = _reason(rating, "H24", f"at_most_{grade}", **effect)
            yield Due("ceiling", None, measures.assessment.id, reason, effect)
    if measures.standing is not None and kinds:
        strictest = procurement_of(rating.star, measures.standing.parameters.procurement)
        effect = {"effect": strictest, **counted}
        yield Due("procurement", None, measures.standing.id, _reason(rating, "H25", strictest, **effect), effect)


def _reason(rating: FinalRating, rule: str, outcome: str, **facts: object) -> Reason:
    read = {
        "star": rating.star,
        "total": f"{rating.total:.2f}",
        "year": rating.year,
        "final_on": rating.final_on.isoformat(),
        **facts,
    }
    return Reason(rule=rule, outcome=outcome, facts=read, as_of=rating.completed_at)


@dataclass(frozen=True, slots=True)
class Stored:
    """A consequence that an earlier completion of the evaluation had."""

    id: UUID
    kind: Kind
    state: State
    effect: Mapping[str, Any]


Change = Literal["kept", "superseded", "done"]


@dataclass(frozen=True, slots=True)
class Correction:
    """What a completion changes of what there is: each stored one with what becomes of it, and what is new."""

    stored: Sequence[tuple[Stored, Change, Reason]]
    new: Sequence[Due]

    @property
    def rectified(self) -> bool:
        """Whether the rectification that is due was accepted: a listing that is new is settled by it (D14)."""
        return any(one.kind == "rectification" and one.state == "closed" for one, _, _ in self.stored)


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a correction makes of a stored one; `closes`: an event says so."""

    rating: FinalRating
    id: UUID
    state: State
    effect: Mapping[str, Any] | None
    reasons: Sequence[Reason]
    closes: bool


def correct(
    rating: FinalRating, stored: Sequence[Stored], due: Sequence[Due], *, covered_on: date | None = None
) -> Correction:
    """Compare what there is with what follows now: nothing stands twice.

    What is due as before goes on where it is. What is not due any more is superseded, unless it was done: that stays,
    with the correction beside it. A letter that was sent with another content is superseded by a new one.
    `covered_on`: not the rating changed, but whom it counts for, by the state of that day.
    """
    wanted = {one.kind: one for one in due}
    found: list[tuple[Stored, Change, Reason]] = []
    kept: set[Kind] = set()
    for one in stored:
        now = wanted.get(one.kind)
        change = _change(one, now)
        if change != "superseded" and now is not None:
            kept.add(one.kind)
        facts: dict[str, object] = {"corrects": rating.corrects, "laggard": rating.laggard}
        if covered_on is not None:
            facts = {"covered_on": covered_on.isoformat()}
        found.append((one, change, _reason(rating, "R-corrected", change, **facts)))
    return Correction(found, [one for one in due if one.kind not in kept])


def restate(rating: FinalRating, stored: Sequence[Stored], due: Sequence[Due]) -> Correction:
    """The same for who counts for other organizations than before: only what differs for these changes."""
    wanted = {one.kind: one.effect for one in due if one.kind in OF_ORGANIZATIONS}
    same = {one.kind for one in stored if wanted.get(one.kind) == one.effect}
    concerned = [one for one in stored if one.kind in OF_ORGANIZATIONS and one.kind not in same]
    changed = [one for one in due if one.kind in wanted and one.kind not in same]
    return correct(rating, concerned, changed, covered_on=date(rating.year, 12, 31))


def _change(one: Stored, now: Due | None) -> Change:
    table = TABLES[one.kind]
    outdated = now is None or (one.kind == "score_letter" and one.state != "open" and now.effect != one.effect)
    if not outdated:
        return "kept"
    return "superseded" if (one.state, "superseding") in table else "done"
