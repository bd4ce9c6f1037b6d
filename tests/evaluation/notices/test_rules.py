"""How long a notice runs, and when one objects."""

from datetime import date

import pytest

from services.evaluation.notices.errors import NoticeOver
from services.evaluation.notices.rules import answer_due, check_objected_on, notice_until
from services.evaluation.stage_policies import NoticeRules
from shared.field.calendar import LIBRARY_ONLY
from shared.problems.problems import InvalidInput

FIVE = NoticeRules(working_days=5, answer_working_days=10)
HELD = date(2026, 1, 28)


def test_notice__counts_working_days_over_the_spring_festival() -> None:
    """Published on Wednesday 11 February 2026: the festival's rest days do not count, its make-up days do."""
    until = notice_until(FIVE, LIBRARY_ONLY, date(2026, 2, 11), [HELD], date(2026, 2, 11))
    assert until == date(2026, 2, 25)


@pytest.mark.parametrize(
    ("published_on", "today"),
    [
        (date(2026, 3, 3), date(2026, 3, 2)),
        (date(2026, 1, 27), date(2026, 1, 28)),
        (date(2026, 3, 2), date(2026, 3, 10)),
    ],
    ids=["to come", "before the session", "run out before it is recorded"],
)
def test_notice__of_another_day_is_refused(published_on: date, today: date) -> None:
    with pytest.raises(InvalidInput) as refused:
        notice_until(FIVE, LIBRARY_ONLY, published_on, [HELD], today)
    assert refused.value.errors[0].pointer == "/published_on"


def test_notice__may_be_recorded_until_its_last_day() -> None:
    assert notice_until(FIVE, LIBRARY_ONLY, date(2026, 3, 2), [HELD], date(2026, 3, 9)) == date(2026, 3, 9)


def test_objection__is_raised_from_the_first_to_the_last_day() -> None:
    first, last, later = date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 12)
    check_objected_on(first, first, last, later)
    check_objected_on(last, first, last, later)
    with pytest.raises(NoticeOver):
        check_objected_on(date(2026, 3, 10), first, last, later)
    for day in (date(2026, 3, 1), date(2026, 3, 13)):
        with pytest.raises(InvalidInput):
            check_objected_on(day, first, last, later)


def test_answer__is_due_where_the_policy_says_so() -> None:
    assert answer_due(FIVE, LIBRARY_ONLY, date(2026, 3, 2)) == date(2026, 3, 16)
    assert answer_due(NoticeRules(working_days=5), LIBRARY_ONLY, date(2026, 3, 2)) is None
    assert answer_due(None, LIBRARY_ONLY, date(2026, 3, 2)) is None
