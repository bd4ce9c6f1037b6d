"""D7: what may be counted, and which jump needs a word, at the bound and one beside it."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from services.registry.survey_terms.periods import is_period, reference_day
from services.registry.survey_terms.policies import SurveyPolicy
from services.registry.surveys.errors import NotSurveyed, ReferenceDayAhead, SurveyIncomplete
from services.registry.surveys.rules import (
    Standing,
    check_due,
    check_lockable,
    compare,
    entered_all,
    figure_errors,
    is_jump,
    overlap,
)
from services.registry.surveys.survey import Figures, LastFigures
from shared.field.policies import Policy
from tests.registry.surveys.helpers import COUNTS, counts

NOW = datetime(2026, 7, 10, tzinfo=UTC)
BOUND = SurveyPolicy(earliest_year=2013, jump_bp=3000, jump_least=3)
POLICY = Policy("p", "", date(2013, 1, 1), None, "s", BOUND)
DAY = date(2026, 6, 30)


@pytest.mark.parametrize(
    ("period", "day"),
    [
        ("2026", date(2026, 12, 31)),
        ("2026H1", date(2026, 6, 30)),
        ("2026H2", date(2026, 12, 31)),
        ("2026Q1", date(2026, 3, 31)),
        ("2024Q2", date(2024, 6, 30)),
        ("2026Q3", date(2026, 9, 30)),
        ("2026Q4", date(2026, 12, 31)),
    ],
)
def test_d7_period__is_counted_as_of_its_last_day(period: str, day: date) -> None:
    assert is_period(period)
    assert reference_day(period) == day


@pytest.mark.parametrize(
    "text", ["", "26", "2026H3", "2026Q0", "2026Q5", "2026h1", "2026-06", "２０２６", "0000", "2026 "]
)
def test_d7_period__is_written_in_no_other_way(text: str) -> None:
    assert not is_period(text)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({}, []),
        ({"full_members_full_time": 6, "full_members_part_time": 4}, []),
        ({"full_members_full_time": 6, "full_members_part_time": 5}, ["/full_members"]),
        ({"full_members_full_time": 7}, ["/full_members_full_time"]),
        ({"full_members_full_time": 7, "full_members": 7}, ["/full_members_full_time", "/full_members"]),
        ({"probationary_members": 90, "applicants": 90}, []),
    ],
)
def test_d7_figures__no_part_is_more_than_its_whole(changes: dict[str, int], fields: list[str]) -> None:
    errors = figure_errors(Figures(**counts(**changes)))
    assert [error.pointer for error in errors] == fields


@pytest.mark.parametrize(
    ("before", "now", "jump"),
    [
        (10, 13, False),  # 30 %, which is the bound
        (10, 14, True),
        (10, 7, False),
        (10, 6, True),
        (0, 2, False),  # below the least
        (0, 3, True),
        (2, 4, False),
        (2, 5, True),
        (1000, 1300, False),
        (1000, 1301, True),
        (5, 5, False),
    ],
)
def test_d7_jump__is_over_the_share_and_not_below_the_least(before: int, now: int, jump: bool) -> None:
    assert is_jump(before, now, BOUND) is jump


def test_d7_compare__says_which_figure_jumped_from_what_to_what() -> None:
    last = LastFigures(uuid4(), "2025", date(2025, 12, 31), Figures(**COUNTS))
    jumped = Figures(**counts(applicants=9))
    assert compare(jumped, None, None, POLICY, NOW)[1].outcome == "first"
    assert compare(Figures(**COUNTS), last, None, POLICY, NOW)[1].outcome == "within"
    jump, reason = compare(jumped, last, None, POLICY, NOW)
    assert (jump, reason.outcome, reason.facts["jumps"]) == (True, "unexplained", {"applicants": [2, 9]})
    assert (reason.facts["jump_bp"], reason.facts["jump_least"], reason.facts["last_period"]) == (3000, 3, "2025")
    jump, reason = compare(jumped, last, "新入职", POLICY, NOW)
    assert (jump, reason.outcome) == (True, "explained"), "a word explains a jump, it is one all the same"


@pytest.mark.parametrize(
    ("standing", "due"),
    [
        (Standing("330106", DAY, None), True),
        (Standing("330106", date(2026, 7, 1), None), False),
        (Standing("330106", date(2020, 1, 1), date(2026, 7, 1)), True),
        (Standing("330106", date(2020, 1, 1), DAY), False),
        (Standing("330105", date(2020, 1, 1), None), False),
    ],
)
def test_d7_due__is_who_was_registered_there_on_the_reference_day(standing: Standing, due: bool) -> None:
    if due:
        assert check_due(standing, "330106", DAY, NOW).outcome == "due"
    else:
        with pytest.raises(NotSurveyed):
            check_due(standing, "330106", DAY, NOW)


@pytest.mark.parametrize(
    ("missing", "entered", "jump", "word", "outcome"),
    [
        (0, 0, 0, None, "complete"),
        (1, 0, 0, None, None),
        (0, 1, 0, None, None),
        (1, 0, 0, "失联", "with_word"),
        (0, 1, 0, "已电话核实", "with_word"),
        (0, 0, 1, "失联", None),
    ],
)
def test_d7_locking__needs_words(missing: int, entered: int, jump: int, word: str | None, outcome: str | None) -> None:
    found = {"due": 9, "missing": missing, "entered": entered, "confirmed": 9 - missing - entered - jump, "jump": jump}
    if outcome is not None:
        assert check_lockable(found, word, DAY, DAY, NOW).outcome == outcome
    else:
        with pytest.raises(SurveyIncomplete) as refused:
            check_lockable(found, word, DAY, DAY, NOW)
        assert refused.value.facts == found


def test_d7_locking__not_before_the_reference_day() -> None:
    found = {"due": 1, "missing": 0, "entered": 0, "confirmed": 1, "jump": 0}
    with pytest.raises(ReferenceDayAhead):
        check_lockable(found, None, DAY, date(2026, 6, 29), NOW)


def test_d7_locking__records_whether_one_person_did_everything() -> None:
    assert entered_all(["a"], "a")
    assert not entered_all(["a", "b"], "a")
    assert not entered_all(["b"], "a")
    assert not entered_all([], "a")


def test_d7_overlap__whatever_holds_a_division_or_lies_in_it() -> None:
    one, other = {"id": uuid4(), "division": "3301"}, {"id": uuid4(), "division": "310101"}
    assert overlap("330106", [other, one]) == (one["id"], "3301")
    assert overlap("33", [one]) == (one["id"], "3301")
    assert overlap("3302", [one, other]) is None
