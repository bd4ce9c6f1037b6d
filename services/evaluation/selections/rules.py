"""Recommendation, site visit, overall assessment, commendation: none is skipped (H26). Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from services.evaluation.selections import errors as e
from services.evaluation.selections.policies import SelectionPolicy, TierRules
from shared.contracts.base import Reason
from shared.contracts.evaluation import Tier
from shared.problems.duties import same_person
from shared.problems.problems import FieldError
from shared.problems.transitions import Transitions

State = Literal["recommended", "visited", "assessed", "commended", "passed_over", "withdrawn"]
Step = Literal[
    "recommendation", "visit", "assessment", "commendation", "passing_over", "withdrawal", "publicity", "ending", "move"
]

TRANSITIONS: Transitions[State, Step] = Transitions(
    "selection",
    {
        ("recommended", "visit"): "visited",
        ("visited", "assessment"): "assessed",
        ("assessed", "commendation"): "commended",
        ("assessed", "passing_over"): "passed_over",
        ("recommended", "withdrawal"): "withdrawn",
        ("visited", "withdrawal"): "withdrawn",
        ("assessed", "withdrawal"): "withdrawn",
        ("withdrawn", "recommendation"): "recommended",
        ("recommended", "move"): "recommended",
        ("visited", "move"): "visited",
        ("assessed", "move"): "assessed",
        ("commended", "publicity"): "commended",
        ("commended", "ending"): "commended",
    },
)
"""Every move that a selection can make. Whether an assessed one is commended or passed over, the seats decide; who is
dissolved is withdrawn, and who moves to another division competes there."""

UNDER_WAY: tuple[State, ...] = ("recommended", "visited")
RULES: Mapping[Tier, str] = {"A": "H27", "B": "H28", "C": "H29"}
_WHOLE = 10_000
_CITY_DIGITS = 4


def scope_of(policy: SelectionPolicy, tier: Tier, division: str) -> str:
    """Who shares the seats of a tier: the city's or the district's, whichever manages."""
    return division[:_CITY_DIGITS] if policy.tiers[tier].level == "city" else division


def check_days(*days: tuple[str, date], today: date) -> list[FieldError]:
    """Days that follow each other, none of them to come; the last one is at fault."""
    pointer, last = days[-1]
    if last > today:
        return [FieldError(pointer, e.TO_COME)]
    before = max((day for _, day in days[:-1]), default=last)
    return [FieldError(pointer, e.TOO_EARLY, (("before", before),))] if last < before else []


def check_year(year: int, recommended_on: date) -> list[FieldError]:
    """A year that has begun: there is nothing yet to recommend anybody for in a later one."""
    return [FieldError("/year", e.YEAR_TO_COME, (("year", year),))] if year > recommended_on.year else []


def check_managed(managed_from: date | None, commended_on: date) -> list[FieldError]:
    """What a commendation means for management begins with it, or later."""
    if managed_from is None or managed_from >= commended_on:
        return []
    return [FieldError("/managed_from", e.MANAGED_TOO_EARLY, (("commended_on", commended_on),))]


def check_partner(form: str | None, partner: UUID | None, itself: UUID) -> list[FieldError]:
    """A pairing, and nothing else, names another Party organization."""
    if form != "pairing":
        return [] if partner is None else [FieldError("/partner_id", e.PARTNER_UNASKED)]
    if partner is None:
        return [FieldError("/partner_id", e.PARTNER_NEEDED)]
    return [FieldError("/partner_id", e.PARTNER_ITSELF)] if partner == itself else []


def check_ending(ended_on: date, management: Mapping[str, Any]) -> list[FieldError]:
    """A day on which it was managed already, or the first of it: then it never was. Raises ManagementEnded."""
    if management.get("ended_on") is not None:
        raise e.ManagementEnded(ended_on=management["ended_on"])
    begun = date.fromisoformat(management["managed_from"])
    return [FieldError("/ended_on", e.BEFORE_MANAGED, (("managed_from", begun),))] if ended_on < begun else []


def why_ended(tier: Tier, ended_on: date, reason: str, now: datetime) -> Reason:
    """Why a commended one is managed as its affiliation says again (H27-H29)."""
    return Reason(rule=RULES[tier], outcome="ended", facts={"ended_on": ended_on.isoformat(), "why": reason}, as_of=now)


def reaches(tier: TierRules, star: int | None) -> bool:
    """Whether a star is what a tier asks for; None: there is no rating."""
    return tier.stars_at_least is None or (star is not None and star >= tier.stars_at_least)


def why_eligible(
    policy: SelectionPolicy, policy_id: str, tier: Tier, rating: Mapping[str, Any] | None, now: datetime
) -> Reason:
    """Whether the latest completed rating lets somebody be recommended for a tier (H21): `eligible`, or not."""
    least = policy.tiers[tier].stars_at_least
    star = None if rating is None else rating["star"]
    reached = reaches(policy.tiers[tier], star)
    facts = {
        "tier": tier,
        "star": star,
        "stars_at_least": least,
        "year": None if rating is None else rating["year"],
        "policy": policy_id,
    }
    return Reason(rule="H21", outcome="eligible" if reached else "not_eligible", facts=facts, as_of=now)


def has_quorum(policy: SelectionPolicy, present: int, due: int) -> bool:
    """Whether enough members decide, one of them at least."""
    return present > 0 and present * _WHOLE >= policy.quorum_bp * due


def earlier_step(step: str, steps: Iterable[Mapping[str, Any]], actor: str, separate: Sequence[str]) -> str | None:
    """What the actor did of this selection, since it was last recommended, that bars them from a step."""
    if step not in separate:
        return None
    taken: list[str] = []
    for one in steps:
        if one["step"] == "recommendation":
            taken = []
        if one["step"] in separate and same_person(one["by"], actor):
            taken.append(one["step"])
    return next(iter(taken), None)


def competing_since(steps: Iterable[Mapping[str, Any]]) -> datetime:
    """Since when somebody competes where it is: its recommendation, or its last move there."""
    return max(datetime.fromisoformat(one["at"]) for one in steps if one["step"] in ("recommendation", "move"))


@dataclass(frozen=True, slots=True)
class Rival:
    """One of those who compete for the seats, whether decided already or not.

    `held`: it was commended before the other one competed there, and keeps its seat. `star`: that of its latest
    rating now; of whoever is commended it is not asked again.
    """

    total: Decimal
    held: bool
    star: int | None = None
    commended: bool = False


def place(
    total: Decimal, rivals: Sequence[Rival], policy: SelectionPolicy, policy_id: str, tier: Tier, now: datetime
) -> tuple[bool, list[Reason]]:
    """Whether an assessed one is commended among the `rivals` of its tier and scope, and why (D1, D2).

    Nothing here looks at an id or an order: equal totals at the edge share one fate.
    """
    rules = policy.tiers[tier]
    rivals = [one for one in rivals if one.commended or reaches(rules, one.star)]
    facts: dict[str, object] = {"tier": tier, "total": str(total), "policy": policy_id}
    if total < policy.total_min:
        why = Reason(rule="H26", outcome="below_the_total", facts=facts | {"total_min": policy.total_min}, as_of=now)
        return False, [why]
    if rules.seats is not None:
        competing = [one.total for one in rivals if one.total >= policy.total_min] + [total]
        # Who shares a round is compared by totals alone; who comes after a commendation finds its seat taken.
        held = sum(one.held and one.total < total for one in rivals)
        seats = max(rules.seats - held, 0)
        above, equal = sum(one > total for one in competing), competing.count(total)
        inside = above + equal <= seats or (policy.ties == "in" and above < seats)
        ranked = facts | {"rank": above + 1, "competing": len(competing), "seats": seats, "held": held}
        if not inside:
            tied = above < seats
            outcome = "fell_in_a_tie" if tied else "fell_by_the_quota"
            more = {"tied": equal, "ties": policy.ties} if tied else {}
            return False, [Reason(rule="R-tie" if tied else "R-quota", outcome=outcome, facts=ranked | more, as_of=now)]
        facts = ranked
    outcome = f"{rules.mode}_{rules.level}"
    return True, [
        Reason(rule="H26", outcome="commended", facts=facts, as_of=now),
        Reason(rule=RULES[tier], outcome=outcome, facts={"demonstration_site": rules.demonstration_site}, as_of=now),
    ]
