"""Decision 59, D9: reminders and escalation follow from the due date, the policy and the calendar."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.incubation.formation.superiors.terms import (
    Reminder,
    decided_by,
    escalated_since,
    last_reminder,
    thresholds,
)
from services.incubation.policies import FormationPolicies, Reminders, read_formation_policies
from shared.field.calendar import LIBRARY_ONLY
from shared.settings import REPOSITORY_POLICIES

POLICIES = read_formation_policies(REPOSITORY_POLICIES, REPOSITORY_POLICIES)
DUE = date(2026, 3, 16)
"""A Monday, with full weeks around it."""
POLICY = POLICIES.get("330106", DUE)
DAYS = LIBRARY_ONLY


def with_figures(before: tuple[int, ...], after: tuple[int, ...], escalation: int | None) -> FormationPolicies:
    """The same figures for every region."""
    figures = {"reminders": Reminders(before=before, after=after), "escalation_working_days": escalation}
    changed = [replace(one, parameters=one.parameters.model_copy(update=figures)) for one in POLICIES.policies]
    return replace(POLICIES, policies=changed)


@pytest.mark.parametrize(
    ("today", "reminder"),
    [
        (date(2026, 3, 1), None),
        (date(2026, 3, 2), Reminder(date(2026, 3, 2), "before", 10)),
        (date(2026, 3, 10), Reminder(date(2026, 3, 2), "before", 10)),
        (date(2026, 3, 11), Reminder(date(2026, 3, 11), "before", 3)),
        (date(2026, 3, 16), Reminder(date(2026, 3, 11), "before", 3)),
        (date(2026, 3, 17), Reminder(date(2026, 3, 17), "after", 1)),
        (date(2026, 3, 22), Reminder(date(2026, 3, 17), "after", 1)),
        (date(2026, 3, 23), Reminder(date(2026, 3, 23), "after", 5)),
        (date(2027, 3, 23), Reminder(date(2026, 3, 23), "after", 5)),
    ],
)
def test_d9_reminder__is_the_last_that_has_come(today: date, reminder: Reminder | None) -> None:
    assert last_reminder(DUE, POLICY, DAYS, today) == reminder


@pytest.mark.parametrize(
    ("today", "since"),
    [(date(2026, 3, 29), None), (date(2026, 3, 30), date(2026, 3, 30)), (date(2026, 5, 1), date(2026, 3, 30))],
)
def test_d9_escalation__comes_with_the_policy_s_working_day(today: date, since: date | None) -> None:
    assert escalated_since(DUE, POLICY, DAYS, today) == since


def test_d9_escalation__is_off_where_the_policy_names_no_figure() -> None:
    policy = with_figures((), (), None).get("330106", DUE)
    assert escalated_since(DUE, policy, DAYS, date(2027, 1, 1)) is None
    assert last_reminder(DUE, policy, DAYS, date(2027, 1, 1)) is None


def test_d8_deferral__moves_the_day_and_a_decision_ends_it() -> None:
    later = date(2026, 6, 1)
    assert [decided_by(state, DUE, later) for state in ("open", "deferred", "approved", "closed")] == [
        DUE,
        later,
        None,
        None,
    ]
    assert decided_by("deferred", DUE, None) is None


@given(
    today=st.dates(date(2025, 12, 1), date(2026, 12, 20)),
    before=st.lists(st.integers(1, 12), max_size=2),
    after=st.lists(st.integers(1, 12), max_size=2),
    escalation=st.none() | st.integers(1, 15),
)
def test_decision_59_thresholds__say_of_every_due_date_what_the_rules_say(
    today: date, before: list[int], after: list[int], escalation: int | None
) -> None:
    """The tasks compare a due date with one day; a case is shown by the rules. Holidays and make-up days included."""
    policies = with_figures(tuple(before), tuple(after), escalation)
    [found] = [one for one in thresholds(policies, today) if one.region == "3301"]
    policy = policies.get("330106", today)
    for days in range(-45, 45):
        due = today + timedelta(days=days)
        reminded = last_reminder(due, policy, DAYS, today) is not None
        assert reminded == (found.reminded is not None and due <= found.reminded), due
        escalated = escalated_since(due, policy, DAYS, today) is not None
        assert escalated == (found.escalated is not None and due <= found.escalated), due
