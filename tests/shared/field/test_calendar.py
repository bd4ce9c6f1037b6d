import pickle
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.field import calendar
from shared.field.calendar import CalendarUnknown


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
    assert calendar.is_working_day(day) is works


@pytest.mark.parametrize(
    ("day", "n", "last"),
    [
        (date(2026, 3, 2), 0, date(2026, 3, 2)),
        (date(2026, 3, 2), 5, date(2026, 3, 9)),
        (date(2026, 9, 30), 5, date(2026, 10, 13)),
    ],
)
def test_add_working_days(day: date, n: int, last: date) -> None:
    assert calendar.add_working_days(day, n) == last


def test_add_working_days__forward_only() -> None:
    with pytest.raises(ValueError, match="forward"):
        calendar.add_working_days(date(2026, 3, 2), -1)


def test_due_date__moves_past_a_holiday() -> None:
    assert calendar.due_date(date(2026, 3, 2), 3) == date(2026, 3, 5)
    assert calendar.due_date(date(2026, 9, 25), 10) == date(2026, 10, 8)


def test_calendar_unknown__beyond_the_last_published_list() -> None:
    with pytest.raises(CalendarUnknown) as unknown:
        calendar.add_working_days(date(2099, 12, 30), 3)
    assert (unknown.value.reason, unknown.value.facts) == ("calendar_year_unknown", {"year": 2099})
    assert pickle.loads(pickle.dumps(unknown.value)).facts == {"year": 2099}


def test_declared__a_year_imported_by_hand() -> None:
    declared = {date(2099, 1, 1): False, date(2099, 1, 3): True}
    assert not calendar.is_working_day(date(2099, 1, 1), declared=declared)
    assert calendar.is_working_day(date(2099, 1, 2), declared=declared)
    assert calendar.is_working_day(date(2099, 1, 3), declared=declared)
    assert not calendar.is_working_day(date(2099, 1, 4), declared=declared)
    assert calendar.due_date(date(2098, 12, 31), 1, declared=declared) == date(2099, 1, 2)
    assert calendar.add_working_days(date(2099, 1, 1), 3, declared=declared) == date(2099, 1, 5)


@given(st.dates(date(2020, 1, 1), date(2025, 12, 31)), st.integers(0, 60))
def test_add_working_days__counts_what_it_passes(day: date, n: int) -> None:
    last = calendar.add_working_days(day, n)
    passed = range(day.toordinal() + 1, last.toordinal() + 1)
    assert sum(calendar.is_working_day(date.fromordinal(ordinal)) for ordinal in passed) == n
    assert n == 0 or calendar.is_working_day(last)


def test_fiscal_year() -> None:
    assert (calendar.fiscal_year(date(2025, 12, 31)), calendar.fiscal_year(date(2026, 1, 1))) == (2025, 2026)
