"""Whom a round is for, what a return must be, which jump needs a word, when a round is locked (D7). Pure: no I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.registry.survey_terms.periods import year_of
from services.registry.survey_terms.policies import SurveyPolicy
from services.registry.surveys.errors import JumpUnexplained, NotSurveyed, ReferenceDayAhead, SurveyIncomplete
from services.registry.surveys.survey import (
    ConfirmedAs,
    Figures,
    LastFigures,
    Return,
    SurveyState,
    SurveyStep,
)
from shared.contracts.base import Reason
from shared.field.policies import Policy
from shared.problems.language import Text
from shared.problems.problems import FieldError
from shared.problems.transitions import Transitions

TRANSITIONS: Transitions[SurveyState, SurveyStep] = Transitions(
    "survey",
    {
        ("open", "entry"): "open",
        ("open", "confirmation"): "open",
        ("open", "locking"): "locked",
        ("locked", "reopening"): "open",
    },
)
COUNTS, DUE, JUMP, CONFIRMATION, LOCKING = (
    "R-survey-counts",
    "R-survey-due",
    "R-survey-jump",
    "R-survey-confirmation",
    "R-survey-locking",
)
_BASE = 10_000
_STAFF = Text(
    zh="专职工作人员中的正式党员（{part} 人）不能多于专职工作人员（{whole} 人）。",
    en="There cannot be more full members among full-time staff ({part}) than full-time staff ({whole}).",
)
_IN_ALL = Text(
    zh="专职与兼职正式党员之和（{part} 人）不能多于正式党员总数（{whole} 人）。",
    en="Full members full-time and part-time together ({part}) cannot be more than full members in all ({whole}).",
)
_YEAR = Text(zh="统计期间须在 {first} 年至 {last} 年之间。", en="The period lies between {first} and {last}.")
_DUE = Text(
    zh="截止日期不能早于统计基准日 {reference_day}。", en="It cannot be due before the reference day {reference_day}."
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What says whether a round is for an organization; `ended` is the first day as of which it had ended."""

    division: str
    registered_on: date
    ended: date | None


def opening_errors(
    period: str, reference_day: date, due_on: date | None, policy: SurveyPolicy, today: date
) -> list[FieldError]:
    """What is wrong with a round: a year too early or far ahead, a term before there is anything to count."""
    errors = []
    first, last = policy.earliest_year, today.year + 1
    if not first <= year_of(period) <= last:
        errors.append(FieldError("/period", _YEAR, (("first", first), ("last", last))))
    if due_on is not None and due_on < reference_day:
        errors.append(FieldError("/due_on", _DUE, (("reference_day", reference_day),)))
    return errors


def check_due(standing: Standing, division: str, reference_day: date, now: datetime) -> Reason:
    """Why the round is for an organization: registered in its division on the reference day. Raises NotSurveyed."""
    ended = standing.ended is not None and standing.ended <= reference_day
    if not standing.division.startswith(division) or standing.registered_on > reference_day or ended:
        raise NotSurveyed(
            survey_division=division,
            reference_day=reference_day,
            division=standing.division,
            registered_on=standing.registered_on,
            ended=standing.ended,
        )
    facts: dict[str, object] = {"reference_day": reference_day, "registered_on": standing.registered_on}
    return Reason(rule=DUE, outcome="due", facts=facts | {"ended": standing.ended}, as_of=now)


def figure_errors(figures: Figures) -> list[FieldError]:
    """Where a part is more than its whole."""
    errors = []
    if figures.full_members_full_time > figures.full_time_staff:
        facts = (("part", figures.full_members_full_time), ("whole", figures.full_time_staff))
        errors.append(FieldError("/full_members_full_time", _STAFF, facts))
    together = figures.full_members_full_time + figures.full_members_part_time
    if together > figures.full_members:
        facts = (("part", together), ("whole", figures.full_members))
        errors.append(FieldError("/full_members", _IN_ALL, facts))
    return errors


def is_jump(before: int, now: int, policy: SurveyPolicy) -> bool:
    """Whether a change is over the bound: by more than the share, and by the least number or more."""
    change = abs(now - before)
    return change >= policy.jump_least and change * _BASE > policy.jump_bp * before


def compare(
    figures: Figures, last: LastFigures | None, word: str | None, policy: Policy[SurveyPolicy], now: datetime
) -> tuple[bool, Reason]:
    """Whether a figure jumped, and why that is so; without a last round there is nothing to compare."""
    bound = policy.parameters
    facts: dict[str, object] = {
        "policy": policy.id,
        "jump_bp": bound.jump_bp,
        "jump_least": bound.jump_least,
    }
    if last is None:
        return False, Reason(rule=JUMP, outcome="first", facts=facts, as_of=now)
    before = last.figures.plain()
    jumps = {
        name: [before[name], value] for name, value in figures.plain().items() if is_jump(before[name], value, bound)
    }
    outcome = "within" if not jumps else "unexplained" if word is None else "explained"
    facts |= {"last_period": last.period, "jumps": jumps}
    return bool(jumps), Reason(rule=JUMP, outcome=outcome, facts=facts, as_of=now)


def counted(figures: Figures, now: datetime) -> Reason:
    """That the figures are consistent: each part within its whole."""
    return Reason(rule=COUNTS, outcome="consistent", facts={**figures.plain()}, as_of=now)


def same_entry(stored: Return | None, figures: Figures, word: str | None) -> bool:
    """Whether an entry says what is stored already."""
    return stored is not None and (stored.figures, stored.word) == (figures, word)


def confirmed(one: Return, role: ConfirmedAs, actor: str, note: str | None, now: datetime) -> Return:
    """A return after its confirmation. Raises JumpUnexplained. Who had confirmed it already stays who did."""
    if one.state == "jump":
        raise JumpUnexplained
    facts: dict[str, object] = {"confirmed_as": role, "entered_by": one.entered_by}
    outcome = {"unit": "by_unit", "street": "by_street_for_unit"}[role]
    reason = Reason(rule=CONFIRMATION, outcome=outcome, facts=facts, as_of=now).model_dump(mode="json")
    kept = [stored for stored in one.reasons if stored["rule"] != CONFIRMATION]
    step = step_of("confirmation", actor, now, role, note=note)
    return replace(
        one,
        confirmed_by=actor,
        confirmed_at=now,
        confirmed_as=role,
        reasons=[*kept, reason],
        steps=[*one.steps, step],
        version=one.version + 1,
    )


def step_of(
    step: str,
    actor: str,
    now: datetime,
    role: str | None,
    *,
    figures: Figures | None = None,
    note: str | None = None,
) -> dict[str, Any]:
    """A step of a return's or a round's history: who, as what, when, with which figures."""
    given = None if figures is None else figures.plain()
    return {"step": step, "at": now.isoformat(), "by": actor, "as": role, "note": note, "figures": given}


def check_lockable(
    counts: Mapping[str, int], word: str | None, reference_day: date, today: date, now: datetime
) -> Reason:
    """Why a round can be locked. Raises ReferenceDayAhead, SurveyIncomplete with the counts."""
    if today < reference_day:
        raise ReferenceDayAhead(reference_day=reference_day)
    lacking = counts["missing"] + counts["entered"]
    if counts["jump"] or (lacking and word is None):
        raise SurveyIncomplete(counts)
    return Reason(rule=LOCKING, outcome="with_word" if lacking else "complete", facts={**counts}, as_of=now)


def entered_all(entered_by: Sequence[str], locked_by: str) -> bool:
    """Whether who locks entered everything himself: recorded, and no bar."""
    return bool(entered_by) and set(entered_by) == {locked_by}


def overlap(division: str, others: Sequence[Mapping[str, Any]]) -> tuple[UUID, str] | None:
    """The first round of a period that holds a division or lies in it."""
    for other in others:
        theirs = other["division"]
        if theirs.startswith(division) or division.startswith(theirs):
            return other["id"], theirs
    return None
