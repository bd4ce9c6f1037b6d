"""What waits in formation: pending cases by the day that they are due, put off ones by the day they were put off to."""

from datetime import date, timedelta

from sqlalchemy import text

from shared.db.base import utc_now
from shared.field.calendar import china_day
from tests.conftest import SYSTEM
from tests.incubation.conftest import PLANNED, Incubation, Organization


async def test_task__is_a_pending_case_due_first_first(incubation: Incubation) -> None:
    alone, joint, late = Organization(1), Organization(2), Organization(3)
    await incubation.deliver(alone.state(4), joint.state(1), late.state(5))
    async with incubation.app.state.database.transaction(SYSTEM) as tx:
        change = "UPDATE formation_cases SET due_on = '2026-01-05' WHERE organization_id = :id"
        await tx.execute(text(change), {"id": late.id})
    found = await incubation.get("/tasks")
    assert [(task["kind"], task["subject"]["name"], task["overdue"]) for task in found["items"]] == [
        ("formation_case.approval", "示例组织3", True),
        ("formation_case.approval", "示例组织1", False),
        ("formation_case.joint_plan", "示例组织2", False),
    ]
    assert found["items"][0]["due_on"] == "2026-01-05"
    assert found["counts"] == [
        {"kind": "formation_case.approval", "count": 2, "overdue": 1},
        {"kind": "formation_case.joint_plan", "count": 1, "overdue": 0},
    ]
    assert [task["subject"]["name"] for task in (await incubation.get("/tasks", overdue="true"))["items"]] == [
        "示例组织3"
    ]
    case = await incubation.case(late)
    assert found["items"][0]["link"] == f"/incubation/v1/formation-cases/{case['id']}"


async def test_task__of_a_deferred_case_comes_back_on_its_day(incubation: Incubation) -> None:
    organization = Organization(1)
    await incubation.deliver(organization.state(4))
    until: date = china_day(utc_now()) + timedelta(days=9)
    case = await incubation.case(organization)
    deferred = await incubation.post(f"/formation-cases/{case['id']}/deferral", {**PLANNED, "until": until.isoformat()})
    assert deferred.status_code == 200, deferred.text
    [task] = (await incubation.get("/tasks"))["items"]
    assert task["due_on"] == until.isoformat()


async def test_task__ends_with_its_case(incubation: Incubation) -> None:
    organization, ended = Organization(1), Organization(2)
    await incubation.deliver(organization.state(4), ended.state(4))
    await incubation.deliver(ended.ended())
    case = await incubation.case(organization)
    assert (await incubation.post(f"/formation-cases/{case['id']}/approval")).status_code == 200
    assert await incubation.get("/tasks") == {"items": [], "next_cursor": None, "counts": []}
