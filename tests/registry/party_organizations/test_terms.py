"""Which terms end within some months: those whose reminder has come by today (D9)."""

from datetime import date, timedelta

import pytest

from services.registry.party_organizations.terms import last_end_within, reminder_of


@pytest.mark.parametrize("today", [date(2026, 11, 30), date(2026, 2, 28), date(2026, 6, 30), date(2026, 3, 31)])
@pytest.mark.parametrize("months", [0, 1, 3, 6])
def test_d9_a_term_ends_within_the_months_that_it_is_reminded_of(today: date, months: int) -> None:
    last = last_end_within(months, today)
    assert reminder_of(last, [months], today) == months
    assert reminder_of(last + timedelta(days=1), [months], today) is None
