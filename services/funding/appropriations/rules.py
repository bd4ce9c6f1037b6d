"""Appropriations: what is left of them, what grants take, and what goes on at the year's end. Pure."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from services.funding.appropriations.errors import (
    BelowCommitted,
    BudgetExceeded,
    NoAppropriation,
    NoSuccessor,
    YearNotOver,
)
from services.funding.policies import Level
from shared.contracts.base import Reason
from shared.field.money import BP_PER_WHOLE
from shared.problems.transitions import Transitions

AppropriationState = Literal["entered", "open", "closed"]
AppropriationStep = Literal["confirmation", "changing", "closing"]
TRANSITIONS: Transitions[AppropriationState, AppropriationStep] = Transitions(
    "appropriation",
    {
        ("entered", "changing"): "entered",
        ("entered", "confirmation"): "open",
        ("open", "changing"): "open",
        ("open", "confirmation"): "open",
        ("open", "closing"): "closed",
    },
)


@dataclass(frozen=True, slots=True)
class Budget:
    """What there is of an appropriation, and what was taken of it."""

    id: UUID
    code: str
    division: str
    amount_fen: int
    carried_fen: int
    committed_fen: int
    paid_fen: int
    warn_from_bp: int
    policy: str

    @property
    def whole_fen(self) -> int:
        """What there is in all."""
        return self.amount_fen + self.carried_fen

    @property
    def left_fen(self) -> int:
        """What is not committed."""
        return self.whole_fen - self.committed_fen

    @property
    def nearly_used_up(self) -> bool:
        """Whether the policy's part of it is committed."""
        return self.committed_fen * BP_PER_WHOLE >= self.warn_from_bp * self.whole_fen


@dataclass(frozen=True, slots=True)
class Charge:
    """What a grant takes, and of which line."""

    grant_id: UUID
    division: str
    level: Level
    source: str
    purpose: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Charged:
    """Appropriations after the charges, which grant takes of which, and why each may."""

    budgets: Sequence[Budget]
    taken: Mapping[UUID, UUID]
    reasons: Mapping[UUID, Reason]


def charge(
    charges: Sequence[Charge],
    lines: Mapping[UUID, UUID],
    budgets: Mapping[UUID, Budget],
    required: Collection[UUID],
    year: int,
    now: datetime,
) -> Charged:
    """Commit the charges, all or none. `lines` says which appropriation each grant takes of, where there is one;
    `required` names the grants that need one.

    Raises NoAppropriation, BudgetExceeded (409).
    """
    asked: dict[UUID, int] = defaultdict(int)
    for one in charges:
        if one.grant_id in lines:
            asked[lines[one.grant_id]] += one.amount_fen
        elif one.grant_id in required:
            raise NoAppropriation(
                division=one.division, year=year, source=one.source, purpose=one.purpose, level=one.level
            )
    after = {}
    for key in sorted(asked):
        before = budgets[key]
        if asked[key] > before.left_fen:
            raise BudgetExceeded(appropriation=before.code, left_fen=before.left_fen, asked_fen=asked[key])
        after[key] = replace(before, committed_fen=before.committed_fen + asked[key])
    taken = {one.grant_id: lines[one.grant_id] for one in charges if one.grant_id in lines}
    reasons = {one.grant_id: _why(one, after.get(lines.get(one.grant_id, one.grant_id)), year, now) for one in charges}
    return Charged(list(after.values()), taken, reasons)


def _why(one: Charge, budget: Budget | None, year: int, now: datetime) -> Reason:
    line: dict[str, object] = {"year": year, "level": one.level, "source": one.source, "purpose": one.purpose}
    if budget is None:
        return Reason(rule="R-budget", outcome="not_required", facts=line, as_of=now)
    facts = line | {
        "appropriation": budget.code,
        "asked_fen": one.amount_fen,
        "left_fen": budget.left_fen,
        "warn_from_bp": budget.warn_from_bp,
        "policy": budget.policy,
    }
    return Reason(
        rule="R-budget", outcome="nearly_used_up" if budget.nearly_used_up else "committed", facts=facts, as_of=now
    )


def settle(budget: Budget, paid_fen: int, released_fen: int) -> Budget:
    """The appropriation once some of what is committed was paid, and some given back."""
    return replace(budget, committed_fen=budget.committed_fen - released_fen, paid_fen=budget.paid_fen + paid_fen)


def check_amount(code: str, amount_fen: int, carried_fen: int, committed_fen: int) -> None:
    """Raises BelowCommitted (409)."""
    if amount_fen + carried_fen < committed_fen:
        raise BelowCommitted(
            appropriation=code, committed_fen=committed_fen, carried_fen=carried_fen, asked_fen=amount_fen
        )


@dataclass(frozen=True, slots=True)
class Close:
    """What a year's end does with an appropriation: unpaid commitments go on, and the rest goes on or lapses."""

    unpaid_fen: int
    carried_fen: int
    lapsed_fen: int
    reason: Reason

    @property
    def carried_out_fen(self) -> int:
        """All that the next year's appropriation takes over."""
        return self.unpaid_fen + self.carried_fen


def close(budget: Budget, year: int, today: date, now: datetime, *, carries: bool, policy: str) -> Close:
    """Raises YearNotOver (409)."""
    if today.year <= year:
        raise YearNotOver(year=year)
    unpaid, left = budget.committed_fen - budget.paid_fen, budget.left_fen
    carried, lapsed = (left, 0) if carries else (0, left)
    facts: dict[str, object] = {
        "year": year,
        "rest_goes_on": carries,
        "paid_fen": budget.paid_fen,
        "unpaid_fen": unpaid,
        "carried_fen": carried,
        "lapsed_fen": lapsed,
        "policy": policy,
    }
    outcome = "carried_over" if unpaid + carried else "closed"
    return Close(unpaid, carried, lapsed, Reason(rule="R-budget-close", outcome=outcome, facts=facts, as_of=now))


def check_successor(closing: Close, found: UUID | None, year: int) -> None:
    """Raises NoSuccessor (409) where something is carried over and nothing takes it."""
    if found is None and closing.carried_out_fen:
        raise NoSuccessor(carried_fen=closing.carried_out_fen, year=year + 1)


def goes_on(reasons: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the rest of a closed year went on, by its appropriation's reasons: what comes back later does too."""
    closings = [one["facts"] for one in reasons if one["rule"] == "R-budget-close" and "unpaid_fen" in one["facts"]]
    # One that was closed by the version before says only what went on.
    return any(one.get("rest_goes_on", one["carried_fen"] > 0) for one in closings[-1:])


def next_open(year: int, later: Sequence[tuple[UUID, int, str]]) -> list[UUID]:
    """The years after a closed one, without a gap, up to the first open one; none where there is no such one.

    `later` are appropriations of the line: id, year, and state, by year.
    """
    way = []
    for place, (key, found, state) in enumerate(later, 1):
        if found != year + place:
            break
        way.append(key)
        if state == "open":
            return way
    return []
