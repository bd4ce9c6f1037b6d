"""S23: what is stated of a Party organization's double check-in and report in a year, and when it is."""

import asyncio
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import text

from services.incubation.activities.stating_old import state_old
from services.incubation.routine.activity_policies import ActivitiesPolicy
from tests.conftest import SYSTEM
from tests.incubation.activities.helpers import PARTIES, activity, establish, record
from tests.incubation.conftest import Incubation
from tests.incubation.joint_plans.helpers import closing_database

FIRST, SECOND = map(str, PARTIES)
BOTH = ("check_in", "member_check_in", "report", "member_report")


@pytest.fixture(autouse=True)
async def parties(incubation: Incubation) -> None:
    await establish(incubation)


async def stated(incubation: Incubation) -> list[tuple[str, int, int, str, int]]:
    """(Party organization, year, sequence, outcome, activities) of each event, in order."""
    statement = text("SELECT data, sequence FROM outbox WHERE type LIKE '%.double_report.counted.v1' ORDER BY seq")
    async with incubation.app.state.database.transaction(SYSTEM) as tx:
        rows = [(one["data"], one["sequence"]) for one in await tx.records(statement)]
    return [
        (data["party_organization_id"], data["year"], sequence, data["outcome"], sum(data["counts"].values()))
        for data, sequence in rows
    ]


async def test_s23_events__state_each_change_of_a_year_and_nothing_else(incubation: Incubation) -> None:
    for kind in BOTH[:3]:
        await record(incubation, kind, on_day="2026-02-01")
    await record(incubation, "vanguard_post")
    made = await record(incubation, BOTH[3], on_day="2026-02-01", party_organizations=[FIRST, SECOND])
    assert await stated(incubation) == [
        (FIRST, 2026, 1, "some_missing", 1),
        (FIRST, 2026, 2, "some_missing", 2),
        (FIRST, 2026, 3, "some_missing", 3),
        (FIRST, 2026, 4, "complete", 4),
        (SECOND, 2026, 1, "some_missing", 1),
    ]
    # It was in the year before, and of the first alone: both years and both Party organizations are stated.
    correction = corrected(BOTH[3], on_day="2025-12-31", party_organizations=[FIRST])
    response = await incubation.post(f"/activities/{made['id']}/correction", correction)
    assert response.status_code == 200, response.text
    assert sorted((await stated(incubation))[5:]) == [
        (FIRST, 2025, 1, "some_missing", 1),
        (FIRST, 2026, 5, "some_missing", 3),
        (SECOND, 2025, 1, "none", 0),
        (SECOND, 2026, 2, "none", 0),
    ]
    await incubation.post(f"/activities/{made['id']}/withdrawal", {"reason": "误登"})
    assert (await stated(incubation))[9:] == [(FIRST, 2025, 2, "none", 0)]
    # A title alone changes no count.
    [other] = (await incubation.get("/activities", kind=BOTH[2]))["items"]
    renamed = await incubation.post(f"/activities/{other['id']}/correction", corrected(BOTH[2], title="改名"))
    assert renamed.status_code == 200, renamed.text
    assert len(await stated(incubation)) == 10


def corrected(kind: str, **changes: Any) -> dict[str, Any]:
    given = activity(kind, on_day="2026-02-01", reason="登记有误") | changes
    return {name: value for name, value in given.items() if name not in ("kind", "division")}


async def test_s23_events__of_two_at_once_the_last_counts_both(incubation: Incubation) -> None:
    both = [FIRST, SECOND]
    days = [f"2026-03-1{number}" for number in range(4)]
    await asyncio.gather(*(record(incubation, "check_in", party_organizations=both, on_day=day) for day in days))
    found = await stated(incubation)
    assert sorted(found) == [(party, 2026, n, "some_missing", n) for party in (FIRST, SECOND) for n in (1, 2, 3, 4)]


async def test_s23_activities_of_before__are_stated_once(incubation: Incubation) -> None:
    await record(incubation, BOTH[0], on_day="2025-03-01", party_organizations=[FIRST, SECOND])
    await record(incubation, BOTH[1], on_day="2026-02-01")
    await record(incubation, "vanguard_post", on_day="2024-02-01")
    policies, before = incubation.app.state.activities, await stated(incubation)
    async with closing_database(incubation.app.state.database.url) as worker:
        assert await state_old(worker, policies, batch=1) == 0
        async with worker.transaction() as tx:  # as the version before left them
            await tx.execute(
                text("UPDATE double_reports SET version = 0, counts = '{}', outcome = 'none', policy = ''")
            )
        await incubation.as_admin(worker.url, "DELETE FROM outbox")
        assert await state_old(worker, policies, batch=1) == 3
        assert sorted(await stated(incubation)) == sorted(before)
        assert await state_old(worker, policies, batch=1) == 0


def test_s23_policy__what_is_counted_by_the_year_is_not_lasting() -> None:
    kind = {"rule": "S23", "name": {"zh": "报到", "en": "check-in"}, "lasting": True, "parties_min": 1}
    given = {"kinds": {"check_in": kind}, "both": ["check_in"], "station_committee_kinds": ["incubator_committee"]}
    with pytest.raises(ValidationError, match="not lasting: check_in"):
        ActivitiesPolicy.model_validate(given | {"territory_levels": ["street"]})
