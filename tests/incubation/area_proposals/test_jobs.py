"""S15: areas are proposed as a job, read, and adopted."""

from typing import Any
from uuid import uuid4

import pytest

from services.incubation.area_proposals.computing import Compute, compute_next
from services.incubation.area_proposals.process import Task, compute, compute_here
from services.incubation.area_proposals.search.proposing import ProposalDraft
from shared.computing.jobs import MAX_ATTEMPTS
from shared.computing.process import ComputingFailed, Report
from tests.incubation.areas.helpers import BOUNDARY, area, square
from tests.incubation.areas.test_areas import day, drawn, placed, put, uncovered
from tests.incubation.areas.test_filed_bodies import filed, stated
from tests.incubation.conftest import Incubation
from tests.incubation.joint_plans.helpers import closing_database


async def compute_all(incubation: Incubation, how: Compute = compute_here) -> None:
    """What a worker does: all proposals that wait."""
    async with closing_database(incubation.app.state.database.url) as database:
        while await compute_next(database, incubation.app.state.policies, compute=how):
            pass


async def proposed(incubation: Incubation, how: Compute = compute_here) -> dict[str, Any]:
    """A proposal that was requested, computed, and read."""
    response = await incubation.post("/areas:propose", {"division": "330106"})
    assert response.status_code == 202, response.text
    assert response.headers["location"].endswith(f"/v1/area-proposals/{response.json()['id']}")
    assert (response.json()["state"], response.json()["areas"]) == ("computing", None)
    await compute_all(incubation, how)
    found: dict[str, Any] = await incubation.get(f"/area-proposals/{response.json()['id']}")
    return found


async def some_bodies(incubation: Incubation) -> None:
    bodies = [filed(number, 250 * (number % 12), 300 * (number // 12)) for number in range(1, 61)]
    await incubation.deliver(placed(1, 700, 700)[1], placed(2, 9000, 9000)[1], stated(*bodies))


def adoption(proposal: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The body that adopts all of a proposal."""
    named = [
        {"number": one["number"], "code": f"330106-P{one['number']:03d}", "name": f"第{one['number']}片区"}
        for one in proposal["areas"]
    ]
    return {"areas": named, **changes}


async def test_s15_proposal__is_computed_in_a_process_of_its_own(incubation: Incubation) -> None:
    await some_bodies(incubation)
    found = await proposed(incubation, compute)
    assert (found["state"], found["bodies"], found["settled"], found["version"]) == ("ready", 62, 62, 2)
    assert found["within"] == "boundary_unknown"
    assert found["left_out"] == {"count": 0, "bodies": []}
    assert sum(one["bodies"] for one in found["areas"]) == 62
    assert found["balance"]["areas"] == len(found["areas"])
    assert all(13 <= one["cells"] <= 24 for one in found["areas"])
    again = await proposed(incubation)
    assert again["areas"] == found["areas"], "the process answers as the search itself does"
    listed = (await incubation.get("/area-proposals"))["items"]
    assert [one["id"] for one in listed] == [again["id"], found["id"]]


async def test_s15_proposal__that_is_adopted_is_drawn_and_leaves_nobody_out(incubation: Incubation) -> None:
    await some_bodies(incubation)
    found = await proposed(incubation)
    assert len(await uncovered(incubation, limit=500)) == 62
    response = await incubation.post(f"/area-proposals/{found['id']}/adoption", adoption(found))
    assert response.status_code == 200, response.text
    assert [one["code"] for one in response.json()["areas"]] == [
        f"330106-P{n:03d}" for n in range(1, len(found["areas"]) + 1)
    ]
    assert [one for one in await uncovered(incubation) if one["what"] != "gap"] == []
    areas = {one["code"]: one for one in (await incubation.get("/areas"))["items"]}
    for one in found["areas"]:
        stands = areas[f"330106-P{one['number']:03d}"]
        assert stands["organizations"] + stands["filed_bodies"] == one["bodies"]
        assert (stands["workers"], stands["square_metres"]) == (1, one["square_metres"])
    assert len(await incubation.emitted("area.recorded")) == len(areas)
    twice = await incubation.post(f"/area-proposals/{found['id']}/adoption", adoption(found))
    assert (twice.status_code, twice.json()["code"]) == (409, "330106-P001")
    nothing_left = await proposed(incubation)
    assert (nothing_left["bodies"], nothing_left["areas"]) == (0, [])


async def test_s15_proposal__is_adopted_in_part_and_the_rest_is_proposed_beside_it(incubation: Incubation) -> None:
    await some_bodies(incubation)
    found = await proposed(incubation)
    assert len(found["areas"]) > 2
    part = adoption(found)
    part["areas"] = part["areas"][:1]
    assert (await incubation.post(f"/area-proposals/{found['id']}/adoption", part)).status_code == 200
    rest = await proposed(incubation)
    assert rest["bodies"] == 62 - found["areas"][0]["bodies"]
    whole = adoption(rest)
    for number, one in enumerate(whole["areas"]):
        one["code"] = f"330106-Q{number:03d}"
    response = await incubation.post(f"/area-proposals/{rest['id']}/adoption", whole)
    assert response.status_code == 200, response.text
    assert sum(one["what"] == "overlap" for one in await uncovered(incubation)) == 0


async def test_s15_proposal__that_others_have_drawn_over_is_refused(incubation: Incubation) -> None:
    await some_bodies(incubation)
    found = await proposed(incubation)
    await drawn(incubation, "330106-X1", area(square(300, 300)))
    response = await incubation.post(f"/area-proposals/{found['id']}/adoption", adoption(found))
    assert (response.status_code, response.json()["other"]) == (409, "330106-X1")
    assert len((await incubation.get("/areas"))["items"]) == 1, "all or none"


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"number": 999}, "/areas/0/number"),
        ({"code": "330105-P1"}, "/areas/0/code"),
        ({"code": "330106-P002"}, "/areas/1/code"),
        ({"number": 2}, "/areas/1/number"),
        ({"workers": 5}, "/areas/0/workers"),
        ({"name": " "}, "/areas/0/name"),
    ],
)
async def test_s15_adoption__what_is_wrong_is_named(incubation: Incubation, change: dict[str, Any], where: str) -> None:
    await some_bodies(incubation)
    found = await proposed(incubation)
    body = adoption(found)
    body["areas"][0] |= change
    response = await incubation.post(f"/area-proposals/{found['id']}/adoption", body)
    assert response.status_code == 422, response.text
    assert where in [error["pointer"] for error in response.json()["errors"]]


async def test_s15_adoption__from_a_day_before_there_was_a_policy_is_refused(incubation: Incubation) -> None:
    await some_bodies(incubation)
    found = await proposed(incubation)
    early = adoption(found, **{"from": "2012-06-01"})
    response = await incubation.post(f"/area-proposals/{found['id']}/adoption", early)
    assert response.status_code == 422, response.text
    assert [error["pointer"] for error in response.json()["errors"]] == ["/from"]


async def test_s15_adoption__of_a_code_in_use_or_a_stale_version_is_refused(incubation: Incubation) -> None:
    await some_bodies(incubation)
    found = await proposed(incubation)
    assert (await put(incubation, "330106-P001", area(square(20_000)))).status_code == 201
    path = f"/area-proposals/{found['id']}/adoption"
    response = await incubation.post(path, adoption(found))
    assert [error["pointer"] for error in response.json()["errors"]] == ["/areas/0/code"]
    assert (await incubation.post(path, adoption(found), **{"If-Match": '"1"'})).status_code == 412
    assert (await incubation.post(f"/area-proposals/{uuid4()}/adoption", adoption(found))).status_code == 404


async def test_s15_proposal__stays_inside_a_recorded_boundary(incubation: Incubation) -> None:
    assert (await incubation.http.put("/v1/division-boundaries/330106", json=BOUNDARY)).status_code == 201
    await some_bodies(incubation)
    found = await proposed(incubation)
    assert found["within"] == "inside"
    # One organization is far outside.
    assert found["left_out"]["count"] >= 1
    assert found["left_out"]["bodies"][0].keys() == {"id", "what"}
    response = await incubation.post(f"/area-proposals/{found['id']}/adoption", adoption(found))
    assert response.status_code == 200, response.text
    stands = (await incubation.get("/areas", on=day().isoformat()))["items"]
    assert {one["within"] for one in stands} == {"inside"}


async def test_s15_job__that_dies_is_taken_up_again_then_failed(incubation: Incubation) -> None:
    response = await incubation.post("/areas:propose", {"division": "330106"})

    runs = []

    async def dies(task: Task, report: Report) -> ProposalDraft:
        runs.append(task)
        raise ComputingFailed

    await compute_all(incubation, dies)
    failed = await incubation.get(f"/area-proposals/{response.json()['id']}")
    assert (failed["state"], failed["failure"][:4]) == ("failed", "计算进程")
    refused = await incubation.post(
        f"/area-proposals/{failed['id']}/adoption", {"areas": [{"number": 1, "code": "330106-A", "name": "一区"}]}
    )
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:shuangfu:problem:area-proposal-not-ready")
    assert len(runs) == MAX_ATTEMPTS


async def test_s15_proposal__of_no_county_level_division_is_refused(incubation: Incubation) -> None:
    response = await incubation.post("/areas:propose", {"division": "330100"})
    assert [error["pointer"] for error in response.json()["errors"]] == ["/division"]
