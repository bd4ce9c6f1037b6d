"""Working days, and due dates by them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.field.calendar import LIBRARY_ONLY, WorkingDays, china_day, days_after, months_after

KNOWN_YEARS = st.dates(date(2020, 1, 1), date(2026, 12, 31))
UNKNOWN_YEARS = st.dates(date(2098, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 3, 2), True),
        (date(2026, 3, 1), False),
        (date(2026, 10, 1), False),
        (date(2026, 10, 10), True),
    ],
    ids=["Monday", "Sunday", "National Day", "Saturday made up"],
)
def test_works(day: date, works: bool) -> None:
    assert LIBRARY_ONLY.works(day) is works


@given(UNKNOWN_YEARS)
def test_works__of_a_year_without_a_list_goes_by_the_week(day: date) -> None:
    assert LIBRARY_ONLY.works(day) is (day.isoweekday() <= 5)


@pytest.mark.parametrize(
    ("day", "days", "due"),
    [
        (date(2026, 3, 2), 3, date(2026, 3, 5)),
        (date(2026, 3, 2), 0, date(2026, 3, 2)),
        (date(2026, 3, 5), 30, date(2026, 4, 7)),
        (date(2026, 9, 1), 30, date(2026, 10, 8)),
        (date(2026, 9, 10), 30, date(2026, 10, 10)),
        (date(2026, 9, 11), 30, date(2026, 10, 12)),
        (date(2098, 12, 2), 30, date(2099, 1, 1)),
        (date(2098, 12, 4), 30, date(2099, 1, 5)),
    ],
    ids=[
        "a working day",
        "no days",
        "Saturday before Qingming, a holiday of three days",
        "National Day",
        "Saturday made up",
        "Sunday after it",
        "New Year of a year without a list",
        "Saturday of a year without a list",
    ],
)
def test_due_date(day: date, days: int, due: date) -> None:
    assert LIBRARY_ONLY.due_date(day, days) == due


@given(KNOWN_YEARS | UNKNOWN_YEARS, st.integers(0, 400))
def test_due_date__is_the_first_working_day_from_the_last_day_on(day: date, days: int) -> None:
    last, due = day + timedelta(days=days), LIBRARY_ONLY.due_date(day, days)
    assert LIBRARY_ONLY.works(due)
    assert last <= due <= last + timedelta(days=12)
    assert not any(LIBRARY_ONLY.works(last + timedelta(days=n)) for n in range((due - last).days))


@pytest.mark.parametrize(
    ("day", "days", "last"),
    [
        (date(2026, 3, 2), 0, date(2026, 3, 2)),
        (date(2026, 3, 2), 1, date(2026, 3, 3)),
        (date(2026, 3, 2), 5, date(2026, 3, 9)),
        (date(2026, 3, 6), 1, date(2026, 3, 9)),
        (date(2026, 3, 7), 1, date(2026, 3, 9)),
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),
        (date(2026, 12, 30), 2, date(2027, 1, 1)),
    ],
    ids=[
        "none",
        "the next day",
        "over a weekend",
        "from Friday",
        "from Saturday",
        "over National Day",
        "a Saturday made up counts",
        "into a year that the library does not know",
    ],
)
def test_add_working_days(day: date, days: int, last: date) -> None:
    assert LIBRARY_ONLY.add_working_days(day, days) == last


@given(KNOWN_YEARS | UNKNOWN_YEARS, st.integers(1, 60))
def test_add_working_days__counts_each_working_day_once(day: date, days: int) -> None:
    last = LIBRARY_ONLY.add_working_days(day, days)
    assert LIBRARY_ONLY.works(last)
    assert sum(LIBRARY_ONLY.works(day + timedelta(days=n)) for n in range(1, (last - day).days + 1)) == days


def test_works__a_named_day_before_the_library_and_a_whole_year_instead_of_it() -> None:
    named = {date(2026, 3, 2): False, date(2027, 2, 6): True}
    days = WorkingDays(named, frozenset({2027}))
    assert [days.works(day) for day in (date(2026, 3, 2), date(2026, 10, 1), date(2026, 10, 10))] == [
        False,
        False,
        True,
    ]
    assert [days.works(day) for day in (date(2027, 2, 6), date(2027, 2, 7), date(2027, 1, 1))] == [True, False, True]
    assert days.add_working_days(date(2027, 2, 5), 2) == date(2027, 2, 8)


def test_calendar__ends_where_days_end() -> None:
    """What a client sends may be the last day that there is."""
    last = date.max - timedelta(days=1)
    assert [LIBRARY_ONLY.due_date(last, 30), LIBRARY_ONLY.add_working_days(last, 30)] == [date.max] * 2
    assert [days_after(last, 9), months_after(last, 1), months_after(last, 12)] == [date.max] * 3
    assert [days_after(date(1, 1, 5), -9), months_after(date(1, 1, 5), -1)] == [date.min] * 2
    assert LIBRARY_ONLY.before_working_days(date(1, 1, 5), 30) == date.min


def test_china_day__begins_at_sixteen_hours_utc() -> None:
    assert china_day(datetime(2026, 3, 9, 15, 59, 59, tzinfo=UTC)) == date(2026, 3, 9)
    assert china_day(datetime(2026, 3, 9, 16, tzinfo=UTC)) == date(2026, 3, 10)
