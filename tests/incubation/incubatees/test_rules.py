"""When a track lags, when visits are missed, when both lists pass: at their boundaries."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.incubation.incubatees.incubatee import Incubatee, Known, Mark
from services.incubation.incubatees.rules import (
    faults_of_mark,
    in_step,
    judge,
    known_by,
    known_marks,
    missed_visits,
    visit_due,
)
from services.incubation.incubating.incubatee_policies import IncubateePolicy, read_incubatee_policies
from services.incubation.organizations.standing import Standing
from tests.conftest import REPOSITORY

ENTERED = date(2026, 3, 10)
POLICIES = Path(REPOSITORY) / "policies"
POLICY: IncubateePolicy = read_incubatee_policies(POLICIES, POLICIES).get("330106", ENTERED).parameters
INCUBATEE = Incubatee(
    UUID(int=1), "incubating", date(2026, 3, 1), date(2026, 3, 5), ENTERED, date(2028, 3, 9), None, None,
    {code: {"passed": True, "evidence": "x"} for code in ("O2", "O3", "O4", "P3", "P4")},
)  # fmt: skip
KNOWN = Known(
    "registered", date(2026, 2, 1), "standalone", "standalone", date(2026, 2, 2), UUID(int=2), "支部", date(2026, 4, 1),
    "active", date(2026, 4, 20), date(2029, 4, 20),
)  # fmt: skip
BOTH = (Mark("party_organization", "entry", ENTERED, known=False),)


def mark(track: Any, moment: Any, day: date) -> Mark:
    return Mark(track, moment, day, known=False)


def test_d15_moment__lags_the_day_after_the_policys_days_and_not_before() -> None:
    marks = [mark("organization", "management", ENTERED)]
    last = ENTERED + timedelta(days=POLICY.lag_days)
    for today, behind in ((ENTERED, None), (last, None), (last + timedelta(days=1), "party_organization")):
        [found] = [one for one in in_step(marks, POLICY, today) if one.moment == "management"]
        assert (found.behind, found.due_on) == (behind, last)


def test_d15_moment__lags_whichever_track_is_behind_and_not_where_both_or_neither_went_through() -> None:
    later = ENTERED + timedelta(days=1000)
    found = {one.moment: one for one in in_step([mark("party_organization", "inspection", ENTERED)], POLICY, later)}
    assert found["inspection"].behind == "organization"
    assert (found["selection"].behind, found["selection"].due_on) == (None, None)
    both = [mark("party_organization", "inspection", ENTERED), mark("organization", "inspection", later)]
    assert all(one.behind is None for one in in_step(both, POLICY, later))
    assert [one.moment for one in in_step([], POLICY, later)] == list(POLICY.moments)
    assert len(POLICY.moments) == 6


def test_visits__are_missed_where_two_lie_further_apart_than_a_quarter() -> None:
    due = visit_due(ENTERED, [], 3)
    assert due == date(2026, 6, 10)
    assert not missed_visits(ENTERED, [], 3, due)
    assert missed_visits(ENTERED, [], 3, due + timedelta(days=1))
    assert not missed_visits(ENTERED, [due], 3, date(2026, 9, 10))
    assert missed_visits(ENTERED, [due], 3, date(2026, 9, 11))
    assert missed_visits(ENTERED, [due + timedelta(days=1)], 3, due + timedelta(days=2))
    # One before the entry is none of these.
    assert missed_visits(ENTERED, [date(2026, 3, 1)], 3, due + timedelta(days=1))
    assert visit_due(ENTERED, [due, date(2026, 5, 1)], 3) == date(2026, 9, 10)


def missing(known: Known = KNOWN, incubatee: Incubatee = INCUBATEE, marks: tuple[Mark, ...] = BOTH) -> list[str]:
    visits = [date(2026, 6, 1), date(2026, 9, 1)]
    all_marks = [*known_marks(incubatee, known), *marks]
    judged = judge(incubatee, known, all_marks, visits, POLICY, date(2026, 10, 1))
    return [one.code for one in judged if not one.passed]


def test_h8_lists__pass_together() -> None:
    assert missing() == []


@pytest.mark.parametrize(
    ("coverage", "due", "lacking"),
    [
        ("uncovered", "area", ["P1"]),
        ("area", "standalone", ["P1"]),
        ("joint", "joint", []),
        ("standalone", "joint", []),
        ("joint", "standalone", ["P1"]),
        ("area", "area", []),
        ("area", None, ["P1"]),
    ],
)
def test_h8_party_list__asks_for_coverage_in_the_form_that_is_due(coverage: Any, due: Any, lacking: list[str]) -> None:
    assert missing(replace(KNOWN, coverage=coverage, due=due)) == lacking


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({}, []),
        ({"established_on": date(2026, 10, 1)}, []),
        ({"established_on": date(2026, 10, 2)}, ["P1", "P2"]),
        ({"registered_on": date(2026, 10, 2)}, ["O1"]),
        ({"established_on": None}, []),
        ({"term_since": date(2026, 10, 1)}, []),
        ({"term_since": date(2026, 10, 2)}, ["P2"]),
        ({"term_since": None}, []),
    ],
)
def test_h8_lists__do_not_pass_before_the_founding(changes: dict[str, Any], lacking: list[str]) -> None:
    assert missing(known_by(replace(KNOWN, **changes), None, date(2026, 10, 1))) == lacking


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({}, []),
        ({"registered": False}, ["O1"]),
        ({"coverage": "uncovered", "party_state": None}, ["P1", "P2"]),
        ({"coverage": "joint"}, ["P1"]),
        ({"party_state": "founding"}, ["P2"]),
        # Of what no day was kept, what is known now stands.
        ({"registered": None, "coverage": None, "party_state": "founding"}, []),
    ],
)
def test_h8_lists__are_as_the_organization_stood_on_the_day(changes: dict[str, Any], lacking: list[str]) -> None:
    then = Standing(
        True, "330106", "standalone", UUID(int=2), "支部", date(2026, 4, 1), "active", date(2026, 4, 20), None
    )
    assert missing(known_by(KNOWN, replace(then, **changes), date(2026, 10, 1))) == lacking


def test_d15_moment__is_recorded_once_where_it_happens_once() -> None:
    marks = [mark("organization", "entry", ENTERED), mark("organization", "inspection", ENTERED)]
    later = ENTERED + timedelta(days=1)
    found = [
        (moment, day, bool(faults_of_mark("organization", moment, day, marks)))
        for moment in ("entry", "inspection")
        for day in (ENTERED, later)
    ]
    assert found == [
        ("entry", ENTERED, True), ("entry", later, True), ("inspection", ENTERED, True), ("inspection", later, False),
    ]  # fmt: skip
    assert faults_of_mark("party_organization", "entry", ENTERED, marks) == []


def test_h8_lists__name_each_thing_that_is_missing() -> None:
    assert missing(Known()) == ["O1", "P1", "P2"]
    assert missing(replace(KNOWN, party_state="founding")) == ["P2"]
    assert missing(replace(KNOWN, party_state="founding", coverage="area", due="area")) == []
    assert missing(replace(KNOWN, status="deregistered")) == ["O1"]
    failed = {**INCUBATEE.assessed, "P3": {"passed": False, "evidence": "x"}}
    assert missing(incubatee=replace(INCUBATEE, assessed=failed)) == ["P3"]
    assert missing(incubatee=replace(INCUBATEE, assessed={})) == ["O2", "O3", "O4", "P3", "P4"]
    # The entry of the organization alone, since 10 March.
    assert missing(marks=()) == ["P5"]


def test_d15_known_marks__are_registration_entry_and_the_check_at_registration() -> None:
    found = [(one.track, one.moment, one.on) for one in known_marks(INCUBATEE, KNOWN)]
    assert found == [
        ("organization", "registration", date(2026, 2, 1)),
        ("organization", "entry", ENTERED),
        ("party_organization", "registration", date(2026, 2, 1)),
    ]
