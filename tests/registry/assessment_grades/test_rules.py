"""How long grades hold, and what limits them, at each boundary; by the measures of the day (H24, D13)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from services.registry.assessment_grades.grade import Facts, Verification
from services.registry.assessment_grades.rules import add_months, barring, ceiling_of, limits_of, validity_of
from services.registry.civil_years.policies import AssessmentPolicy, read_standing_policies
from services.registry.organizations.organization import Content
from services.registry.published_standings.rating import Rating
from shared.settings import REPOSITORY_POLICIES
from tests.registry.conftest import registration

NOW = datetime(2026, 11, 29, tzinfo=UTC)
BOOK = read_standing_policies(REPOSITORY_POLICIES, REPOSITORY_POLICIES).assessments


def policy(on: date, **changes: Any) -> AssessmentPolicy:
    found = BOOK.get("330106", on).parameters
    return AssessmentPolicy.model_validate({**found.model_dump(), **changes})


def content(**changes: Any) -> Content:
    given = {name: value for name, value in registration().items() if name != "as_of"}
    more = {"carrier": None, "lon": None, "lat": None, "evaluation_type": None, "status": "registered"}
    return Content(**{**given, **more, "source": "civil_affairs", "registered_on": date(2015, 3, 1), **changes})


def facts(day: date, star: int | None = None, **changes: Any) -> Facts:
    rating = None
    if star is not None:
        last = date(day.year - 1, 12, 31)
        rating = Rating(last.year, star, Decimal("60.00"), last, uuid4(), "示例支部", "standalone", uuid4(), day, day)
    return replace(Facts(content(), day, rating, covered=True), **changes)


@pytest.mark.parametrize(
    ("announced", "first", "last"),
    [
        ("2026-06-15", "2027-01-01", "2031-12-31"),
        ("2026-03-01", "2027-01-01", "2031-12-31"),
        ("2026-12-31", "2027-01-01", "2031-12-31"),
        ("2027-01-01", "2028-01-01", "2032-12-31"),
        ("2026-02-28", "2026-02-28", "2031-02-27"),
        ("2020-06-15", "2020-06-15", "2025-06-14"),
        ("2024-02-29", "2024-02-29", "2029-02-28"),
        ("2011-03-01", "2011-03-01", "2016-02-29"),
    ],
)
def test_h24_validity__follows_the_measures_of_the_announcement(announced: str, first: str, last: str) -> None:
    day = date.fromisoformat(announced)
    assert validity_of(policy(day).validity, day) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [("2024-01-31", 1, "2024-03-01"), ("2024-02-29", 24, "2026-03-01"), ("2025-12-15", 1, "2026-01-15")],
)
def test_months__end_on_the_day_of_the_same_number(day: str, months: int, then: str) -> None:
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(then)


@pytest.mark.parametrize(("star", "ceiling"), [(None, None), (0, 2), (1, 2), (2, None), (5, None)])
def test_h24_star_one_bars_3a(star: int | None, ceiling: int | None) -> None:
    day = date(2026, 6, 15)
    limits = limits_of(policy(day), facts(day, star), NOW)
    assert ceiling_of(limits) == ceiling
    barred = {grade for grade in ("1A", "2A", "3A", "4A", "5A") if barring(limits, grade)}
    assert barred == ({"3A", "4A", "5A"} if ceiling else set())


def test_h24_ceiling__is_not_for_sources_other_than_civil_affairs() -> None:
    day = date(2026, 6, 15)
    limits = limits_of(policy(day), facts(day, 0, content=content(source="justice")), NOW)
    assert ceiling_of(limits) is None
    assert limits[0].reason.outcome == "not_applicable"


NO_PARTY = {"rule": "R-no-party-organization", "when": "no_party_organization", "grade_at_most": "4A"}


@pytest.mark.parametrize("day", [date(2022, 1, 1), date(2026, 2, 28), date(2026, 3, 1)], ids=str)
def test_d13_no_party_organization__is_a_ceiling_where_the_region_ships_it(day: date) -> None:
    """Huaining has had it since 2022; everywhere else no Party organization bars nothing."""
    known = facts(day, 4, covered=False, uncovered_since=date(2021, 1, 1))
    for division, ceiling in (("340822", 4), ("340800", None), ("330106", None), ("310101", None)):
        assert ceiling_of(limits_of(BOOK.get(division, day).parameters, known, NOW)) == ceiling, division
    huaining = BOOK.get("340822", day).parameters
    assert ceiling_of(limits_of(huaining, replace(known, covered=True), NOW)) is None
    assert ceiling_of(limits_of(huaining, facts(day, 1, covered=False), NOW)) == 2, "H24 as everywhere"
    assert BOOK.get("340822", date(2021, 12, 31)).id == "default-assessment-2011"


@pytest.mark.parametrize(("covered", "ceiling"), [(True, None), (False, 4)])
def test_d13_no_party_organization__at_most_4a_where_a_region_has_it(covered: bool, ceiling: int | None) -> None:
    day = date(2026, 6, 15)
    without = policy(day)
    having = policy(day, ceilings=[*(one.model_dump() for one in without.ceilings), NO_PARTY])
    known = facts(day, 4, covered=covered, uncovered_since=date(2026, 1, 1))
    assert ceiling_of(limits_of(without, known, NOW)) is None
    assert ceiling_of(limits_of(having, known, NOW)) == ceiling
    # Both apply: the lower one counts, and a grade above both is barred by both.
    worse = limits_of(having, replace(known, rating=facts(day, 1).rating), NOW)
    assert ceiling_of(worse) == 2
    assert [one.reason.rule for one in barring(worse, "5A")] == (
        ["H24"] if covered else ["H24", "R-no-party-organization"]
    )


@pytest.mark.parametrize(
    ("outcome", "grade", "day", "ceiling"),
    [
        ("adjusted", "3A", date(2026, 7, 1), 3),
        ("adjusted", "3A", date(2027, 6, 30), 3),
        ("adjusted", "3A", date(2027, 7, 1), None),
        ("adjusted", "3A", date(2026, 6, 30), None),
        ("revoked", None, date(2026, 7, 1), 0),
        ("revoked", None, date(2027, 7, 1), None),
    ],
)
def test_d13_verification__caps_new_grades_for_twelve_months(
    outcome: Any, grade: Any, day: date, ceiling: int | None
) -> None:
    lowered = Verification(outcome, "5A", grade, date(2026, 7, 1))
    assert ceiling_of(limits_of(policy(day), facts(day, 5, verification=lowered), NOW)) == ceiling


@pytest.mark.parametrize(
    ("registered", "announced", "barred"),
    [
        ("2024-01-02", "2026-01-01", True),
        ("2024-01-01", "2026-01-01", False),
        ("2024-02-29", "2026-02-28", True),
        ("2025-12-01", "2026-03-01", False),
    ],
)
def test_h24_old_measures__ask_for_two_years(registered: str, announced: str, barred: bool) -> None:
    day = date.fromisoformat(announced)
    known = facts(day, content=content(registered_on=date.fromisoformat(registered)))
    assert (ceiling_of(limits_of(policy(day), known, NOW)) == 0) is barred


@pytest.mark.parametrize(
    ("outcomes", "barred"),
    [
        ({}, False),
        ({2024: "qualified"}, False),
        ({2024: "unqualified"}, True),
        ({2024: "not_filed"}, True),
        ({2023: "unqualified", 2024: "qualified"}, False),
        ({2024: "basically_qualified"}, False),
        ({2023: "basically_qualified", 2024: "basically_qualified"}, True),
        ({2022: "basically_qualified", 2024: "basically_qualified"}, False),
        ({2023: "basically_qualified", 2024: "qualified"}, False),
        # The year of the announcement itself has not been inspected yet.
        ({2024: "qualified", 2025: "unqualified"}, False),
    ],
)
def test_s6_old_measures__inspections_bar_and_the_revised_ones_let_them(outcomes: Any, barred: bool) -> None:
    before, after = date(2025, 9, 1), date(2026, 3, 1)
    assert (ceiling_of(limits_of(policy(before), facts(before, outcomes=outcomes), NOW)) == 0) is barred
    assert ceiling_of(limits_of(policy(after), facts(after, outcomes=outcomes), NOW)) is None
