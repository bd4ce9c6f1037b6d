"""By when stages are due, which are late, and what follows from a missing one."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.evaluation.deadlines.errors import StageFirst, SupplementFirst
from services.evaluation.deadlines.rules import (
    Unsubmitted,
    due_days,
    find_dues,
    find_unsubmitted,
    submitted_of,
    waits_for,
    working_days_after,
)
from services.evaluation.evaluations.rules import Step
from services.evaluation.policies import EvaluationParameters, Stage
from services.evaluation.ratings.deductions import deduct
from services.evaluation.stage_policies import DueStage
from shared.field.calendar import LIBRARY_ONLY
from shared.field.policies import read_policies
from shared.problems.duties import SameHand
from shared.settings import REPOSITORY_POLICIES

OPENED = date(2026, 9, 28)  # a Monday; 1 to 7 October are holidays, 10 October is worked
NOW = datetime(2026, 12, 1, tzinfo=UTC)


def policy(**changes: Any) -> EvaluationParameters:
    [found] = [
        one
        for one in read_policies(REPOSITORY_POLICIES, "evaluation", EvaluationParameters).policies
        if one.id == "default-evaluation"
    ]
    return EvaluationParameters.model_validate(found.parameters.model_dump() | changes)


SELF = {"self": {"working_days": 5, "by_type": {"T02": 3}, "missing": "goes_on", "missing_deducts": "2.5"}}


def frozen(parameters: EvaluationParameters) -> list[str]:
    return working_days_after(OPENED, parameters, LIBRARY_ONLY)


def test_deadlines__are_working_days_after_the_opening_and_by_type() -> None:
    parameters = policy(deadlines=SELF)
    days = frozen(parameters)
    assert days[:5] == ["2026-09-29", "2026-09-30", "2026-10-08", "2026-10-09", "2026-10-10"]
    assert due_days(parameters, "T10", OPENED, days) == {"self": "2026-10-10"}
    assert due_days(parameters, "T02", OPENED, days) == {"self": "2026-10-08"}


def test_deadlines__of_who_joins_later_count_from_then() -> None:
    parameters = policy(deadlines=SELF)
    days = frozen(parameters)
    assert due_days(parameters, "T02", date(2026, 10, 3), days) == {"self": "2026-10-10"}
    assert due_days(parameters, "T10", date(2027, 12, 30), days) == {"self": days[-1]}, "beyond them, the last day"
    assert days[-1] == "2027-12-31"


def test_deadlines__without_any_freeze_nothing() -> None:
    assert frozen(policy()) == []
    assert due_days(policy(), "T10", OPENED, []) == {}


@given(st.dates(date(2026, 1, 1), date(2026, 12, 20)), st.integers(1, 250))
def test_deadlines__from_the_frozen_days_are_those_of_the_calendar(start: date, term: int) -> None:
    parameters = policy(deadlines={"self": {"working_days": term}})
    days = working_days_after(start, parameters, LIBRARY_ONLY)
    found = due_days(parameters, "T10", start, days)
    assert found == {"self": LIBRARY_ONLY.add_working_days(start, term).isoformat()}


def test_submitted__first_and_not_when_it_was_put_again() -> None:
    steps = [
        {"step": "self", "at": "2026-10-08T16:30:00+00:00"},  # the 9th in China
        {"step": "self", "at": "2026-11-20T01:00:00+00:00"},
        {"step": "decision", "at": "2026-11-21T01:00:00+00:00"},
    ]
    assert submitted_of(steps, [], decided=False) == {"self": date(2026, 10, 9)}
    assert submitted_of(steps, [], decided=True)["session"] == date(2026, 11, 21)
    sheet = {"stage": "committee", "put_at": datetime(2026, 11, 1, 1, tzinfo=UTC)}
    assert submitted_of([], [sheet], decided=False) == {"committee": date(2026, 11, 1)}


def test_late__after_the_day_and_not_on_it() -> None:
    [due] = find_dues({"self": "2026-10-10"}, None, {}, 2026, {})
    assert [due.is_late(date(2026, 10, day)) for day in (9, 10, 11)] == [False, False, True]
    [in_time] = find_dues({"self": "2026-10-10"}, None, {}, 2026, {"self": date(2026, 10, 10)})
    assert not in_time.is_late(date(2027, 1, 1))
    [extended] = find_dues({"self": "2026-10-10"}, {"self": "2026-10-20"}, {}, 2026, {})
    assert (extended.due_on, extended.first_due_on) == (date(2026, 10, 20), date(2026, 10, 10))
    [calendar] = find_dues(None, None, {"self": "01-31"}, 2026, {})
    assert calendar.due_on == date(2027, 1, 31)


@pytest.mark.parametrize(
    ("missing", "today", "waits"),
    [
        ("goes_on", date(2026, 10, 10), True),
        ("goes_on", date(2026, 10, 11), False),
        ("waits", date(2027, 10, 11), True),
        (None, date(2026, 10, 1), False),
    ],
)
def test_missing__lets_the_committee_wait_or_go_on(missing: str | None, today: date, waits: bool) -> None:
    parameters = policy(deadlines={"self": {"working_days": 5, "missing": missing}})
    dues = find_dues({"self": "2026-10-10"}, None, {}, 2026, {})
    for stage in ("committee", "completion"):
        assert isinstance(waits_for(stage, dues, {}, parameters.deadlines, "committee", today), StageFirst) == waits
        assert waits_for(stage, dues, {"self": today}, parameters.deadlines, "committee", today) is None
    assert waits_for("group", dues, {}, parameters.deadlines, "committee", today) is None
    assert waits_for("self", dues, {}, parameters.deadlines, "committee", today) is None


def test_unsubmitted__names_what_is_missing_and_what_came_late() -> None:
    parameters = policy(deadlines=SELF)
    dues = find_dues({"self": "2026-10-10"}, None, {}, 2026, {})
    [missing] = find_unsubmitted(dues, {}, parameters.deadlines, date(2026, 11, 1))
    assert (missing.missing, missing.deducts) == (True, Decimal("2.5"))
    submitted = {"self": date(2026, 10, 11)}
    dues = find_dues({"self": "2026-10-10"}, None, {}, 2026, submitted)
    [late] = find_unsubmitted(dues, submitted, parameters.deadlines, date(2026, 11, 1))
    assert (late.missing, late.deducts) == (False, Decimal(0))
    submitted = {"self": date(2026, 10, 10)}
    dues = find_dues({"self": "2026-10-10"}, None, {}, 2026, submitted)
    assert find_unsubmitted(dues, submitted, parameters.deadlines, date(2026, 11, 1)) == []


def test_deduction__is_stated_and_stops_at_zero() -> None:
    gone = Unsubmitted("self", date(2026, 10, 10), None, Decimal("2.50"))
    total, [reason] = deduct(Decimal("91.25"), [gone], NOW)
    assert total == Decimal("88.75")
    assert (reason.rule, reason.outcome) == ("R-not-submitted", "goes_on_without")
    assert reason.facts["deducts"] == "2.50"
    assert deduct(Decimal("1.00"), [gone], NOW)[0] == 0
    late = Unsubmitted("self", date(2026, 10, 10), date(2026, 10, 12), Decimal(0))
    total, [reason] = deduct(Decimal("91.25"), [late], NOW)
    assert (total, reason.outcome) == (Decimal("91.25"), "late")


@pytest.mark.parametrize(
    "changes",
    [
        {"calendar": {"self": "01-31"}, "deadlines": {"self": {"working_days": 5}}},
        {"deadlines": {"committee": {"working_days": 5, "missing": "waits"}}},
        {"deadlines": {"self": {"working_days": 0}}},
        {"deadlines": {"self": {"working_days": 5, "by_type": {"T12": 3}}}},
        {"deadlines": {"nobody": {"working_days": 5}}},
        {"deadlines": {"self": {"working_days": 5, "misspelt": 1}}},
        {"extension": {"working_days": 5, "times": 0}},
    ],
)
def test_policy__refuses_what_nobody_can_mean(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        policy(**changes)


def test_t48_stages__have_their_words_in_chinese_sentences() -> None:
    """What a stage is called, and what it is to have taken it: no sentence has its code."""
    stages = {*get_args(DueStage), *get_args(Stage)}
    steps = {*get_args(Stage), *get_args(Step), "on_site"} - {"scoring"}
    said = [problem(stage=stage, due_on="-") for stage in sorted(stages) for problem in (StageFirst, SupplementFirst)]
    said += [SameHand(what="evaluation", earlier="self", step=step) for step in sorted(steps)]
    said += [SameHand(what="evaluation", earlier=stage, step="completion") for stage in sorted(get_args(Stage))]
    assert [
        one.document("zh")["detail"] for one in said if re.search("[a-z_]", str(one.document("zh")["detail"]))
    ] == []
