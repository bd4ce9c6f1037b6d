"""How long a grade holds, and what bars or limits it (H24, D13, domain 4.4). Pure: no I/O."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from services.registry.assessment_grades.grade import Facts, Limit, Verification, Why
from services.registry.civil_years.policies import (
    AssessmentPolicy,
    Ceiling,
    Grade,
    InspectionBars,
    NoPartyOrganizationCeiling,
    StarCeiling,
    Validity,
    VerificationCeiling,
    grade_of,
    rank,
)
from services.registry.published_standings.rating import Rating

_ONE_DAY = timedelta(days=1)
_MONTHS = 12


def validity_of(validity: Validity, announced_on: date) -> tuple[date, date]:
    """The first and the last day of a grade announced on a day."""
    if validity.begins == "next_year":
        first = announced_on.year + 1
        return date(first, 1, 1), date(first + validity.years - 1, 12, 31)
    return announced_on, add_months(announced_on, validity.years * _MONTHS) - _ONE_DAY


def add_months(day: date, months: int) -> date:
    """The day of the same number `months` later; where there is none, the first of the month after."""
    months += day.month - 1
    year, month = day.year + months // _MONTHS, months % _MONTHS + 1
    try:
        return date(year, month, day.day)
    except ValueError:
        return date(year + month // _MONTHS, month % _MONTHS + 1, 1)


def limits_of(policy: AssessmentPolicy, facts: Facts, now: datetime) -> list[Limit]:
    """What each rule of the measures says, of those that allow everything too: they say why they do."""
    found = [_registered_long_enough(policy.min_registered_years, facts, now)] if policy.min_registered_years else []
    if policy.inspection_bars is not None:
        found.append(_inspected(policy.inspection_bars, facts, now))
    return found + [_ceiling(one, facts, now) for one in policy.ceilings]


def ceiling_of(limits: Sequence[Limit]) -> int | None:
    """What all of them together allow; None: any grade."""
    return min((one.at_most for one in limits if one.at_most is not None), default=None)


def barring(limits: Sequence[Limit], grade: Grade) -> list[Limit]:
    """Those that a grade lies above."""
    return [one for one in limits if one.at_most is not None and one.at_most < rank(grade)]


def ceiling_word(at_most: int | None) -> str | None:
    """A ceiling as clients see it: `2A`, `none` where no grade may be given, None where any may."""
    if at_most is None:
        return None
    return grade_of(at_most) if at_most else "none"


def _registered_long_enough(years: int, facts: Facts, now: datetime) -> Limit:
    since = facts.content.registered_on
    earliest = add_months(since, years * _MONTHS)
    too_young = facts.day < earliest
    given: dict[str, object] = {"registered_on": since, "min_registered_years": years, "earliest": earliest}
    return _limit("R-registered-years", 0 if too_young else None, given, now)


def _inspected(bars: InspectionBars, facts: Facts, now: datetime) -> Limit:
    """By the last year before that is recorded, and those before it."""
    last = max((year for year in facts.outcomes if year < facts.day.year), default=None)
    if last is None:
        return _limit("R-inspection-bar", None, {"year": None}, now)
    outcome = facts.outcomes[last]
    run = 0
    while facts.outcomes.get(last - run) == "basically_qualified":
        run += 1
    barred = (
        (bars.not_filed and outcome == "not_filed")
        or (bars.unqualified and outcome == "unqualified")
        or 0 < bars.basically_qualified_years <= run
    )
    given: dict[str, object] = {"year": last, "outcome": outcome, "basically_qualified_years": run}
    return _limit("R-inspection-bar", 0 if barred else None, given, now)


def _ceiling(ceiling: Ceiling, facts: Facts, now: datetime) -> Limit:
    # By the word: to ask a model's class is slow where it is another one, and this is asked for ten thousand at a time.
    if ceiling.when == "star":
        return _by_star(ceiling, facts, now)
    if ceiling.when == "no_party_organization":
        return _by_coverage(ceiling, facts, now)
    return _by_verification(ceiling, facts.verification, facts.day, now)


def _by_star(ceiling: StarCeiling, facts: Facts, now: datetime) -> Limit:
    if facts.content.source not in ceiling.sources:
        return _limit(ceiling.rule, None, {"source": facts.content.source}, now, outcome="not_applicable")
    if facts.rating is None:
        return _limit(ceiling.rule, None, {}, now, outcome="not_rated")
    rating: Rating = facts.rating
    given = rating.facts() | {"stars_at_most": ceiling.stars_at_most, "grade_at_most": ceiling.grade_at_most}
    if rating.star > ceiling.stars_at_most:
        return _limit(ceiling.rule, None, given, now)
    return _limit(ceiling.rule, rank(ceiling.grade_at_most), given, now, cause=f"{rating.year}:{rating.star}")


def _by_coverage(ceiling: NoPartyOrganizationCeiling, facts: Facts, now: datetime) -> Limit:
    if facts.content.source not in ceiling.sources:
        return _limit(ceiling.rule, None, {"source": facts.content.source}, now, outcome="not_applicable")
    if facts.covered:
        return _limit(ceiling.rule, None, {"covered": True}, now)
    given: dict[str, object] = {
        "covered": False,
        "uncovered_since": facts.uncovered_since,
        "grade_at_most": ceiling.grade_at_most,
    }
    return _limit(ceiling.rule, rank(ceiling.grade_at_most), given, now, cause=str(facts.uncovered_since))


def _by_verification(
    ceiling: VerificationCeiling, verification: Verification | None, day: date, now: datetime
) -> Limit:
    if verification is None:
        return _limit(ceiling.rule, None, {}, now)
    until = add_months(verification.decided_on, ceiling.months)
    given: dict[str, object] = {
        "outcome": verification.outcome,
        "grade": verification.grade,
        "decided_on": verification.decided_on,
        "until": until,
    }
    if not verification.decided_on <= day < until:
        return _limit(ceiling.rule, None, given, now)
    return _limit(ceiling.rule, 0 if verification.grade is None else rank(verification.grade), given, now)


def _limit(
    rule: str,
    at_most: int | None,
    facts: dict[str, object],
    now: datetime,
    *,
    outcome: str | None = None,
    cause: str = "",
) -> Limit:
    word = ceiling_word(at_most)
    says = outcome or ("no_ceiling" if word is None else "no_grade" if at_most == 0 else f"at_most_{word}")
    reason = Why(rule, says, facts, now)
    return Limit(at_most, reason, f"{rule}:{cause}" if cause else "")
