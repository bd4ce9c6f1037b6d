"""S7: who owes a duty item, who may take which step, and which days and grades there are."""

from datetime import date, datetime
from typing import Any, get_args

import pytest

from services.evaluation.bodies.body import Body
from services.evaluation.bodies.queries import body_of
from services.evaluation.duty_items import rules
from services.evaluation.duty_items.policies import DUTY_ITEMS_KIND, DutyItemPolicy, current_year
from services.evaluation.duty_items.rules import TRANSITIONS, Acting, State, Step
from shared.db.access import Access
from shared.field.policies import read_policies
from shared.problems.problems import IllegalTransition, InvalidInput, Problem
from shared.problems.transitions import move
from shared.settings import REPOSITORY_POLICIES
from shared.superiors.policies import read_affiliation_policies
from tests.evaluation.bodies.helpers import CITY, DISTRICT, STREET, three_levels

BOOK = read_policies(REPOSITORY_POLICIES, DUTY_ITEMS_KIND, DutyItemPolicy)
AFFILIATIONS = read_affiliation_policies(REPOSITORY_POLICIES, REPOSITORY_POLICIES)
POLICY = BOOK.get("330106", date(2025, 12, 31))
TODAY = date(2026, 3, 1)


def bodies() -> dict[str, Body]:
    found = {}
    for event in three_levels():
        data = event.data
        names = [{"name": one.name, "from": one.from_.isoformat()} for one in data.names]
        found[data.code] = body_of({**data.model_dump(), "names": names, "since": data.from_, "sequence": 1})
    return found


def acting(*scope: str, of: tuple[str, ...] = (), actor: str = "乙") -> Acting:
    return Acting(Access(actor=actor, authority="district_officer", scope=scope), of)


def test_s7_policy__grades_are_the_four_of_the_bodies_with_their_source() -> None:
    assert [one.name.zh for one in POLICY.parameters.grades] == ["好", "较好", "一般", "差"]
    assert "S7" in POLICY.source
    terms = POLICY.parameters.terms(2025)
    assert (terms.opens_on, terms.report_due, terms.appraisal_due) == (
        date(2025, 11, 1),
        date(2026, 1, 31),
        date(2026, 3, 31),
    )


@pytest.mark.parametrize(
    ("today", "year"), [(date(2026, 10, 31), 2025), (date(2026, 11, 1), 2026), (date(2026, 1, 1), 2025)]
)
def test_s7_year__is_the_last_that_may_be_reported(today: date, year: int) -> None:
    assert current_year(BOOK, today) == year


def test_s7_policy__nobody_owed_one_before_there_was_the_duty() -> None:
    assert BOOK.by_region(date(2014, 12, 31)) == []


@pytest.mark.parametrize(
    "changes", [{"report_due": "04-01"}, {"grades": [{"code": "a", "name": {"zh": "好", "en": "good"}}] * 2}]
)
def test_s7_policy__is_refused_where_it_contradicts_itself(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"due no earlier|code of its own"):
        DutyItemPolicy.model_validate(POLICY.parameters.model_dump() | changes)


@pytest.mark.parametrize("state", get_args(State))
@pytest.mark.parametrize("step", get_args(Step))
def test_s7_transitions__are_these_and_no_others(state: State, step: Step) -> None:
    legal = {("due", "report"), ("reported", "report"), ("reported", "appraisal"), ("appraised", "reopening")}
    if (state, step) in legal:
        assert move(TRANSITIONS, state, step) == ("appraised" if step == "appraisal" else "reported")
    else:
        with pytest.raises(IllegalTransition):
            move(TRANSITIONS, state, step)


REPORTED = [{"step": "report", "by": "甲"}]


@pytest.mark.parametrize(
    ("step", "body", "who", "problem"),
    [
        ("report", STREET, acting("330106"), None),
        ("report", STREET, acting("330106", of=(STREET,)), None),
        ("report", STREET, acting("330106", of=(DISTRICT,)), "not-the-duty-body"),
        ("report", DISTRICT, acting("330108"), "not-the-duty-body"),
        ("appraisal", STREET, acting("330106"), None),
        ("appraisal", STREET, acting("330106", of=(DISTRICT,)), None),
        ("appraisal", STREET, acting("330106", of=(STREET,)), "not-the-appraising-body"),
        ("appraisal", STREET, acting("330106", actor="甲"), "same-hand"),
        ("appraisal", DISTRICT, acting("330106"), "not-the-appraising-body"),
        ("appraisal", DISTRICT, acting("3301"), None),
        ("appraisal", CITY, acting("3301"), "no-appraising-body"),
        ("reopening", DISTRICT, acting("3301", actor="甲"), "same-hand"),
        ("reopening", DISTRICT, acting("3301"), None),
    ],
)
def test_s7_steps__are_the_bodys_own_and_of_the_body_above_by_another_actor(
    step: Step, body: str, who: Acting, problem: str | None
) -> None:
    known = bodies()
    above = rules.appraising(known[body], known, AFFILIATIONS, TODAY)
    barred: Problem | None = rules.bar_step(step, known[body], above, who, REPORTED, TODAY)
    assert (None if barred is None else barred.slug) == problem


@pytest.mark.parametrize(
    ("day", "fits"), [("2025-10-31", False), ("2025-11-01", True), ("2026-03-01", True), ("2026-03-02", False)]
)
def test_s7_report__is_of_a_day_of_its_period_and_no_later_than_today(day: str, fits: bool) -> None:
    terms = POLICY.parameters.terms(2025)
    if fits:
        rules.check_report(date.fromisoformat(day), 2025, terms, TODAY)
    else:
        with pytest.raises(InvalidInput):
            rules.check_report(date.fromisoformat(day), 2025, terms, TODAY)


@pytest.mark.parametrize(("day", "outcome"), [("2026-01-31", "reported"), ("2026-02-01", "reported_late")])
def test_s7_report__says_whether_it_was_in_time(day: str, outcome: str) -> None:
    now = datetime.fromisoformat("2026-03-01T09:00:00+08:00")
    reason = rules.reported(bodies()[STREET], 2025, date.fromisoformat(day), date(2026, 1, 31), POLICY, now)
    assert (reason.rule, reason.outcome, reason.facts["body"]) == ("S7", outcome, STREET)


@pytest.mark.parametrize(
    ("grade", "day", "faults"),
    [
        ("fairly_good", "2026-02-01", 0),
        ("excellent", "2026-02-01", 1),
        ("good", "2026-01-19", 1),
        ("good", "2026-03-02", 1),
        ("excellent", "2026-03-02", 2),
    ],
)
def test_s7_appraisal__has_a_grade_of_the_policys_and_follows_the_report(grade: str, day: str, faults: int) -> None:
    if not faults:
        assert (
            rules.check_appraisal(grade, date.fromisoformat(day), date(2026, 1, 20), POLICY.parameters, TODAY).code
            == grade
        )
        return
    with pytest.raises(InvalidInput) as found:
        rules.check_appraisal(grade, date.fromisoformat(day), date(2026, 1, 20), POLICY.parameters, TODAY)
    assert len(found.value.errors) == faults


@pytest.mark.parametrize(
    ("state", "today", "overdue"),
    [
        ("due", "2026-01-31", False),
        ("due", "2026-02-01", True),
        ("reported", "2026-03-31", False),
        ("reported", "2026-04-01", True),
        ("appraised", "2026-04-01", False),
    ],
)
def test_s7_overdue__is_what_is_past_the_day_of_its_next_step(state: State, today: str, overdue: bool) -> None:
    assert rules.is_overdue(state, date(2026, 1, 31), date(2026, 3, 31), date.fromisoformat(today)) is overdue
