"""What waits in formation: pending cases by the day that they are due, put off ones by the day they were put off to."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import text

from shared.db.base import utc_now
from shared.field.calendar import LIBRARY_ONLY, china_day
from tests.conftest import SYSTEM, TokenFor
from tests.incubation.conftest import PLANNED, Incubation, Organization
from tests.incubation.formation.superiors.helpers import (
    CITY,
    DISTRICT,
    LAWYERS,
    REFUSED,
    WHOLE_CITY,
    Officers,
    all_bodies,
    body,
    opened,
)


async def test_task__is_a_pending_case_due_first_first(incubation: Incubation) -> None:
    alone, joint, late = Organization(1), Organization(2), Organization(3)
    await incubation.deliver(alone.state(4), joint.state(1), late.state(5))
    async with incubation.app.state.database.transaction(SYSTEM) as tx:
        change = "UPDATE formation_cases SET due_on = '2026-01-05' WHERE organization_id = :id"
        await tx.execute(text(change), {"id": late.id})
    found = await incubation.get("/tasks")
    assert [(task["kind"], task["subject"]["name"], task["overdue"]) for task in found["items"]] == [
        ("formation_case.approval", "示例组织3", True),
        ("formation_case.escalation", "示例组织3", True),
        ("formation_case.reminder", "示例组织3", True),
        ("formation_case.approval", "示例组织1", False),
        ("formation_case.joint_plan", "示例组织2", False),
    ]
    assert found["items"][0]["due_on"] == "2026-01-05"
    assert found["counts"] == [
        {"kind": "formation_case.approval", "count": 2, "overdue": 1, "due_today": 0},
        {"kind": "formation_case.escalation", "count": 1, "overdue": 1, "due_today": 0},
        {"kind": "formation_case.joint_plan", "count": 1, "overdue": 0, "due_today": 0},
        {"kind": "formation_case.reminder", "count": 1, "overdue": 1, "due_today": 0},
    ]
    async with incubation.app.state.database.transaction(SYSTEM) as tx:
        change = "UPDATE formation_cases SET due_on = :today WHERE organization_id = :id"
        await tx.execute(text(change), {"id": alone.id, "today": china_day(utc_now())})
    approvals = (await incubation.get("/tasks"))["counts"][0]
    assert approvals == {"kind": "formation_case.approval", "count": 2, "overdue": 1, "due_today": 1}
    overdue = (await incubation.get("/tasks", overdue="true"))["items"]
    assert {task["subject"]["name"] for task in overdue} == {"示例组织3"}
    case = await incubation.case(late)
    assert found["items"][0]["link"] == f"/incubation/v1/formation-cases/{case['id']}"


async def test_task__of_a_deferred_case_comes_back_on_its_day(incubation: Incubation) -> None:
    organization = Organization(1)
    await incubation.deliver(organization.state(4))
    until: date = china_day(utc_now()) + timedelta(days=9)
    case = await incubation.case(organization)
    deferred = await incubation.post(f"/formation-cases/{case['id']}/deferral", {**PLANNED, "until": until.isoformat()})
    assert deferred.status_code == 200, deferred.text
    tasks = (await incubation.get("/tasks"))["items"]
    # Nine days lie within the ten working days of the first reminder.
    assert [task["kind"] for task in tasks] == ["formation_case.approval", "formation_case.reminder"]
    assert {task["due_on"] for task in tasks} == {until.isoformat()}


async def test_task__ends_with_its_case(incubation: Incubation) -> None:
    organization, ended = Organization(1), Organization(2)
    await incubation.deliver(organization.state(4), ended.state(4))
    await incubation.deliver(ended.ended())
    case = await incubation.case(organization)
    assert (await incubation.post(f"/formation-cases/{case['id']}/approval")).status_code == 200
    assert await incubation.get("/tasks") == {"items": [], "next_cursor": None, "counts": []}


async def due(incubation: Incubation, organization: Organization, day: date) -> None:
    """Have the pending case of an organization due on a day."""
    change = "UPDATE formation_cases SET due_on = :day WHERE organization_id = :id"
    await incubation.execute(change, day=day, id=organization.id)


async def test_d9_reminder__waits_for_the_body_above_before_and_beyond_the_due_day(incubation: Incubation) -> None:
    today = LIBRARY_ONLY.last_working_day(china_day(utc_now()))
    soon, later, late = Organization(1), Organization(2), Organization(3)
    await incubation.deliver(*all_bodies(), *(one.state(4) for one in (soon, later, late)))
    await due(incubation, soon, LIBRARY_ONLY.add_working_days(today, 10))
    await due(incubation, later, LIBRARY_ONLY.add_working_days(today, 11))
    await due(incubation, late, LIBRARY_ONLY.before_working_days(today, 1))
    tasks = (await incubation.get("/tasks", kind="formation_case.reminder"))["items"]
    assert [(task["subject"]["name"], task["overdue"]) for task in tasks] == [("示例组织3", True), ("示例组织1", False)]
    assert {task["body"]["code"] for task in tasks} == {DISTRICT}
    assert {task["waits_for"] for task in tasks} == {"district_officer"}
    assert (await incubation.get("/tasks", kind="formation_case.escalation"))["items"] == []
    assert (await incubation.case(soon))["reminder"]["when"] == "before"
    assert (await incubation.case(later))["reminder"] is None
    assert (await incubation.case(late))["reminder"]["when"] == "after"
    assert (await incubation.rows("SELECT count(*) AS n FROM task_assignments"))[0]["n"] == 0, "derived, not stored"


async def test_d9_escalation__is_with_the_next_body_above_from_the_policy_s_day_on(
    incubation: Incubation, token_for: TokenFor
) -> None:
    officers = Officers(incubation, token_for)
    today = LIBRARY_ONLY.last_working_day(china_day(utc_now()))
    one = Organization(1)
    case = await opened(incubation, one)
    await due(incubation, one, LIBRARY_ONLY.before_working_days(today, 9))
    assert (await incubation.case(one))["escalation"] is None
    assert (await officers.approve(case, division="3301", bodies=[CITY])).json()["type"] == REFUSED
    await due(incubation, one, LIBRARY_ONLY.before_working_days(today, 10))
    [task] = (await incubation.get("/tasks", kind="formation_case.escalation"))["items"]
    assert (task["body"]["code"], task["overdue"], task["subject"]["id"]) == (CITY, True, case["id"])
    found = (await incubation.case(one))["escalation"]
    assert (found["escalated_to"]["code"], found["since"]) == (CITY, today.isoformat())
    assert found["as_of"] == china_day(utc_now()).isoformat()
    [reason] = found["reasons"]
    assert (reason["rule"], reason["outcome"]) == ("R-escalation", "escalated")
    assert (reason["facts"]["body"], reason["facts"]["escalation_working_days"]) == (DISTRICT, 10)
    approved = await officers.approve(case, division="3301", bodies=[CITY])
    last = approved.json()["history"][-1]
    assert (last["body"], last["reasons"][0]["outcome"]) == (CITY, "escalated")
    assert approved.json()["escalation"] is None
    left = (await incubation.get("/tasks"))["items"]
    assert [task for task in left if task["kind"].startswith("formation_case.")] == []


async def test_d9_escalation__has_nowhere_to_go_above_the_city(incubation: Incubation) -> None:
    one = Organization(1)
    await incubation.deliver(body(CITY, **WHOLE_CITY), one.state(4))
    await due(incubation, one, date(2026, 1, 5))
    found = (await incubation.case(one))["escalation"]
    assert (found["escalated_to"], found["reasons"][0]["outcome"]) == (None, "no_body_above")
    [task] = (await incubation.get("/tasks", kind="formation_case.escalation"))["items"]
    assert task["body"] is None


async def test_d9_escalation__goes_to_the_territory_s_next_where_no_parent_is_recorded(incubation: Incubation) -> None:
    one = Organization(1)
    await incubation.deliver(body(CITY, **WHOLE_CITY), body(DISTRICT), one.state(4))
    await due(incubation, one, date(2026, 1, 5))
    assert (await incubation.case(one))["escalation"]["escalated_to"]["code"] == CITY


async def test_decision_59_mine__is_what_waits_for_a_body_of_the_token(
    incubation: Incubation, token_for: TokenFor
) -> None:
    """One district's case and one of the city's lawyers' committee; a token that names no body sees both."""
    await opened(incubation, Organization(1))
    await incubation.deliver(Organization(2).state(3, kind="law_firm"))
    expected = (
        ((), {"示例组织1", "示例组织2"}),
        ((DISTRICT,), {"示例组织1"}),
        ((LAWYERS,), {"示例组织2"}),
        ((CITY,), set()),
        ((DISTRICT, LAWYERS), {"示例组织1", "示例组织2"}),
    )
    for bodies, names in expected:
        token = token_for("district_officer", ("3301",), "officer", bodies=bodies)
        headers = {"Authorization": f"Bearer {token}"}

        async def tasks(headers: dict[str, str] = headers, **params: str) -> dict[str, Any]:
            found = await incubation.http.get("/v1/tasks", params=params, headers=headers)
            assert found.status_code == 200, found.text
            answered: dict[str, Any] = found.json()
            return answered

        mine = await tasks(mine="true", kind="formation_case.approval")
        assert {task["subject"]["name"] for task in mine["items"]} == names, bodies
        assert sum(one["count"] for one in mine["counts"]) == len(names), "counted as they are listed"
        assert len((await tasks(kind="formation_case.approval"))["items"]) == 2, "all are shown to who asks for all"
