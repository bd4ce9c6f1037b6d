"""What adds up, what is not known, and what is withheld with it."""

from datetime import date, timedelta

import pytest

from services.incubation.history.periods import Count, report_year
from services.incubation.reports.figures import catalog
from services.incubation.reports.report import places_of
from services.incubation.reports.rules import Value, Values, add_up, withhold
from tests.incubation.reports.helpers import CITY, GONGSHU, XIHU

TODAY = date(2026, 11, 29)
PAST, RUNNING = report_year(2025, TODAY), report_year(2026, TODAY)
KNOWN = dict.fromkeys((one.code for one in catalog().figures), date(2020, 1, 1))


def added(
    *counts: Count, running: bool = False, prefix: str = CITY, known: dict[str, date | None] | None = None
) -> Values:
    year = RUNNING if running else PAST
    return add_up(catalog(), year, counts, KNOWN if known is None else known, [XIHU, GONGSHU], prefix)


def test_h3_districts__without_one_of_their_own_are_those_that_lack_one() -> None:
    found = added(Count(XIHU, "incubators_of_district", 1), Count(GONGSHU, "incubators_active", 1))
    assert found[CITY]["incubators_due"] == Value(2)
    assert [found[one]["districts_without_incubator"].number for one in (CITY, XIHU, GONGSHU)] == [1, 0, 1]


def test_report__a_division_of_which_a_row_has_no_day_is_not_known_nor_what_it_is_a_part_of() -> None:
    found = added(Count(XIHU, "organizations", 3, unknown=2), Count(GONGSHU, "organizations", 4))
    undated = Value(None, "undated", 2)
    assert [found[one]["organizations"] for one in (CITY, XIHU, GONGSHU)] == [undated, undated, Value(4)]


@pytest.mark.parametrize(("days", "why"), [(-1, None), (0, None), (1, "not_recorded")])
def test_report__what_begins_after_the_day_is_not_known(days: int, why: str | None) -> None:
    known: dict[str, date | None] = {**KNOWN, "stations": PAST.day + timedelta(days=days)}
    assert added(known=known)[CITY]["stations"].why == why


def test_report__of_which_only_the_present_is_kept_has_no_past_figure() -> None:
    count = Count(XIHU, "party_social_workers", 3)
    assert added(count)[XIHU]["party_social_workers"] == Value(None, "not_kept")
    assert added(count, running=True)[XIHU]["party_social_workers"] == Value(3)


def test_h12_cultivation__that_nobody_reported_is_not_nought() -> None:
    found = added(Count(XIHU, "cultivation_reports", 1), Count(XIHU, "staff_to_members", 0))
    assert found[XIHU]["staff_to_members"] == found[CITY]["staff_to_members"] == Value(0)
    assert found[GONGSHU]["staff_to_members"] == Value(None, "nothing_recorded")


@pytest.mark.parametrize(
    ("part", "whole", "share"), [(1, 3, 3333), (2, 3, 6667), (1, 20000, 1), (1, 20001, 0), (5, 5, 10000)]
)
def test_s9_share__is_rounded_half_up(part: int, whole: int, share: int) -> None:
    found = added(Count(XIHU, "eligible", whole), Count(XIHU, "eligible_with_own", part))
    assert found[XIHU]["built_bp"] == Value(share)
    assert found[GONGSHU]["built_bp"] == Value(None, "nothing_to_divide")


def test_report__what_a_city_has_recorded_itself_is_a_part_of_it() -> None:
    found = added(Count("330100", "meetings_city", 2), Count(XIHU, "meetings_city", 0))
    assert (found[CITY]["meetings_city"], found["330100"]["meetings_city"]) == (Value(2), Value(2))
    places = {place.division: (place.name.zh, place.level) for place in places_of(CITY, found, PAST)}
    assert places["330100"] == ("杭州市（市本级）", "own")
    assert places[CITY] == ("杭州市", "city")


def test_report__a_municipality_has_districts_and_nothing_between() -> None:
    found = add_up(catalog(), PAST, [Count("310101", "organizations", 1)], KNOWN, ["310101"], "31")
    assert [place.division for place in places_of("31", found, PAST)] == ["31", "310101"]


def test_report__of_what_is_withheld_nothing_else_is_shown() -> None:
    counts = [
        Count(XIHU, "supports_funds", 1),
        Count(XIHU, "support_fen", 300000),
        Count(XIHU, "eligible", 40),
        Count(XIHU, "eligible_with_own", 3),
        Count(GONGSHU, "organizations", 0),
        Count(XIHU, "cultivation_reports", 2),
        Count(XIHU, "staff_to_members", 30),
    ]
    shown = withhold(catalog(), added(*counts), 5)
    hidden = {code for code, value in shown[XIHU].items() if value.why == "withheld"}
    assert hidden == {
        "supports_funds",
        "support_fen",
        "eligible_with_own",
        "built_bp",
        "cultivation_reports",
        "staff_to_members",
        "members_to_staff",
    }
    assert shown[XIHU]["incubators_due"] == Value(1)
    assert shown[GONGSHU]["organizations"] == Value(0)
    assert withhold(catalog(), added(*counts), 1) == added(*counts)
