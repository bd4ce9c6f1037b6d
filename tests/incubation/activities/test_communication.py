"""S22: regular communication with the staff: its interval, and when it is overdue."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from services.incubation.activities.rules import Talked, communication_of
from services.incubation.routine.activity_policies import (
    ActivitiesPolicies,
    ActivitiesPolicy,
    asked_since,
    read_activities_policies,
)
from shared.db.base import utc_now
from shared.field.calendar import china_day, months_after
from shared.field.policies import Policy, PolicyBook
from shared.settings import REPOSITORY_POLICIES
from tests.incubation.activities.helpers import PARTIES, establish, record
from tests.incubation.activities.test_years import outcome, years
from tests.incubation.conftest import Incubation, Organization, established

TODAY = china_day(utc_now())
[POLICY] = [
    one for one in read_activities_policies(REPOSITORY_POLICIES, REPOSITORY_POLICIES).policies if not one.region
]


@pytest.fixture
async def parties(incubation: Incubation) -> None:
    await establish(incubation)


def judged(day: date, founded_on: date | None = None, last_on: date | None = None) -> tuple[str, object]:
    [reason] = communication_of(Talked(founded_on, last_on), day, POLICY, POLICY.effective_from, utc_now())
    assert reason.rule == "S22"
    return reason.outcome, reason.facts["due_on"]


def test_s22_interval__is_over_on_the_day_after_the_last() -> None:
    last, due = date(2026, 1, 31), date(2026, 4, 30)
    for day, found in ((due, "in_time"), (due + timedelta(days=1), "overdue")):
        assert judged(day, last_on=last) == (found, due)
        assert judged(day, founded_on=last) == (found, due), "the first follows the founding"
    assert judged(due, founded_on=date(2020, 1, 1), last_on=last) == ("in_time", due)
    assert judged(due) == ("unknown", None)
    before = POLICY.effective_from - timedelta(days=900)
    assert judged(POLICY.effective_from, founded_on=before)[0] == "in_time", "nothing was due before the policy"
    silent = POLICY.parameters.model_copy(update={"communication": None})
    assert communication_of(Talked(last, None), due, replace(POLICY, parameters=silent), last, utc_now()) == []


def test_s22_interval__does_not_begin_again_with_a_new_version() -> None:
    began, silent = POLICY.effective_from, POLICY.parameters.model_copy(update={"communication": None})
    second, third = (months_after(began, months) for months in (12, 24))

    def book(middle: ActivitiesPolicy) -> tuple[ActivitiesPolicies, Policy[ActivitiesPolicy]]:
        last = replace(POLICY, id="last", region="330106", effective_from=third)
        held = replace(POLICY, effective_to=second - timedelta(days=1))
        between = replace(POLICY, id="between", effective_from=second, parameters=middle)
        return PolicyBook((held, between, last)), last

    for middle, since in ((POLICY.parameters, began), (silent, third)):
        policies, last = book(middle)
        assert asked_since(policies, "330106", last) == since


async def tasks(incubation: Incubation) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await incubation.get("/tasks", kind="staff_communication.due"))["items"]
    return found


@pytest.mark.usefixtures("parties")
async def test_s22_communication__is_a_task_until_it_was_held(incubation: Incubation) -> None:
    first, second = map(str, PARTIES)
    months = POLICY.parameters.communication.months  # type: ignore[union-attr]
    for party in (first, second):
        listed = (await years(incubation, TODAY.year))[party]
        due = date.fromisoformat(listed["communication_due_on"])
        assert (listed["communication_overdue"], outcome(listed, "S22")) == (
            due < TODAY,
            ["overdue" if due < TODAY else "in_time"],
        )
    soon = months_after(TODAY, -months) + timedelta(days=10)
    for party, day in ((first, months_after(TODAY, -months) - timedelta(days=1)), (second, soon)):
        await record(incubation, "staff_communication", on_day=day.isoformat(), party_organizations=[party])
    found = {one["subject"]["id"]: one for one in await tasks(incubation)}
    assert {party: one["overdue"] for party, one in found.items()} == {first: True, second: False}
    assert (found[first]["waits_for"], found[first]["due_on"]) == (
        "street_officer",
        (await years(incubation, TODAY.year))[first]["communication_due_on"],
    )
    held = await record(incubation, "staff_communication", on_day=TODAY.isoformat(), party_organizations=[first])
    assert [one["subject"]["id"] for one in await tasks(incubation)] == [second]
    assert (await years(incubation, TODAY.year))[first]["communication_overdue"] is False
    await incubation.post(f"/activities/{held['id']}/withdrawal", {"reason": "误登"})
    assert len(await tasks(incubation)) == 2


async def test_s22_communication__is_not_an_area_s(incubation: Incubation) -> None:
    """It has no staff of its own."""
    units = [Organization(1), Organization(2)]
    await incubation.deliver(*(one.state(1) for one in units), established("area", *units))
    assert await tasks(incubation) == []
    [area] = (await years(incubation)).values()
    assert (outcome(area, "S22"), area["communication_due_on"]) == ([], None)
