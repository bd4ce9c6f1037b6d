"""Working days, and due dates by them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.field.calendar import china_day, due_date, is_working_day

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
def test_is_working_day(day: date, works: bool) -> None:
    assert is_working_day(day) is works


@given(UNKNOWN_YEARS)
def test_is_working_day__of_a_year_without_a_list_goes_by_the_week(day: date) -> None:
    assert is_working_day(day) is (day.isoweekday() <= 5)


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
    assert due_date(day, days) == due


@given(KNOWN_YEARS | UNKNOWN_YEARS, st.integers(0, 400))
def test_due_date__is_the_first_working_day_from_the_last_day_on(day: date, days: int) -> None:
    last, due = day + timedelta(days=days), due_date(day, days)
    assert is_working_day(due)
    assert last <= due <= last + timedelta(days=12)
    assert not any(is_working_day(last + timedelta(days=n)) for n in range((due - last).days))


def test_china_day__begins_at_sixteen_hours_utc() -> None:
    assert china_day(datetime(2026, 3, 9, 15, 59, 59, tzinfo=UTC)) == date(2026, 3, 9)
    assert china_day(datetime(2026, 3, 9, 16, tzinfo=UTC)) == date(2026, 3, 10)
