"""S15: filed bodies are known by the registry's lists, and each is in one area or listed."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.incubation.areas import assigning
from services.incubation.areas.following import assign_due
from shared.bus.handlers import Received
from shared.contracts.filed_bodies import FiledBodiesRecorded
from tests.incubation.areas.helpers import area, at, square
from tests.incubation.areas.test_areas import CODE, OTHER, day, drawn, uncovered
from tests.incubation.conftest import Incubation, received
from tests.incubation.joint_plans.helpers import closing_database

ASSIGNED = "filed_body.assigned"


def filed(number: int, east: float, north: float, *, sequence: int = 1, **changes: Any) -> dict[str, Any]:
    """A filed body as a list states it."""
    lon, lat = at(east, north)
    return {
        "id": UUID(int=1000 + number),
        "sequence": sequence,
        "number": f"备{number:04d}",
        "name": f"示例舞蹈队{number}",
        "kind": "culture_sports",
        "division": "330106",
        "street": "翠苑街道",
        "location": {"lon": lon, "lat": lat},
        "filed_on": date(2026, 3, 1),
        **changes,
    }


def stated(*bodies: dict[str, Any]) -> Received[Any]:
    """A list of them."""
    subject = uuid4()
    data = FiledBodiesRecorded.model_validate({"id": subject, "division": "330106", "bodies": list(bodies)})
    return received(data, subject, 1)


async def assigned(incubation: Incubation) -> list[tuple[str, int, str | None]]:
    """What was stated of each body: its number, the number of the statement, the area."""
    rows = await incubation.emitted(ASSIGNED)
    bodies = [body for row in rows for body in row["data"]["bodies"]]
    return [(str(UUID(body["id"]).int - 1000), body["sequence"], body["area"]) for body in bodies]


async def test_s15_filed_bodies__are_assigned_and_stated_as_they_change(incubation: Incubation) -> None:
    await incubation.deliver(stated(filed(1, 600, 600), filed(2, 5000, 600), filed(3, 0, 0, location=None)))
    assert [one["what"] for one in await uncovered(incubation)] == ["filed_body", "filed_body"]
    await drawn(incubation)
    assert await assigned(incubation) == [("1", 1, CODE)]
    await drawn(incubation, OTHER, area(square(1200)))
    await incubation.deliver(stated(filed(1, 1800, 600, sequence=2)))
    await incubation.deliver(stated(filed(1, 600, 600, sequence=1)))
    assert (await assigned(incubation))[1:] == [("1", 2, OTHER)], "an older statement is no news"
    await incubation.deliver(stated(filed(1, 1800, 600, sequence=3, until=day())))
    assert (await assigned(incubation))[2:] == [("1", 3, None)]
    [listed] = await uncovered(incubation)
    assert (listed["what"], listed["number"], listed["name"]) == ("filed_body", "备0002", "示例舞蹈队2")
    assert (await incubation.get("/areas"))["items"][1]["filed_bodies"] == 0


async def test_s15_filed_bodies__that_begin_or_end_are_followed_by_the_day(incubation: Incubation) -> None:
    await drawn(incubation)
    await incubation.deliver(
        stated(filed(1, 600, 600, until=day(3)), filed(2, 600, 600, filed_on=day(2), until=day(9)))
    )
    assert await assigned(incubation) == [("1", 1, CODE)]
    # As though four days had passed.
    await incubation.execute("UPDATE filed_bodies SET filed_on = filed_on - 4, until = until - 4")
    await incubation.execute("UPDATE area_divisions SET assigned_on = assigned_on - 4")
    async with closing_database(incubation.app.state.database.url) as database:
        assert await assign_due(database, incubation.app.state.policies)
    assert sorted((await assigned(incubation))[1:]) == [("1", 2, None), ("2", 1, CODE)]


async def test_t30_filed_bodies__are_stated_in_bounded_lists(
    incubation: Incubation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assigning, "MAX_ASSIGNED", 4)
    await incubation.deliver(stated(*(filed(number, 100 + number, 600) for number in range(1, 11))))
    await drawn(incubation)
    rows = await incubation.emitted(ASSIGNED)
    assert [len(row["data"]["bodies"]) for row in rows] == [4, 4, 2]
    assert len({row["subject"] for row in rows}) == 3
    assert sorted(await assigned(incubation)) == sorted((str(number), 1, CODE) for number in range(1, 11))
