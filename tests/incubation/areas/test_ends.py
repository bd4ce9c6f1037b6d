"""S15: an area that ends stays ended, whatever is corrected of it; and the days for which there is no policy."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from shared.field.policies import PolicyBook
from tests.incubation.areas.helpers import area, square
from tests.incubation.areas.test_areas import CODE, OTHER, day, drawn, placed, put
from tests.incubation.areas.test_coverage import covered
from tests.incubation.conftest import Incubation


async def ended(incubation: Incubation, on: int = -1) -> dict[str, Any]:
    """An area that began five days ago and was dissolved from a day on; another follows it."""
    await drawn(incubation, OTHER, area(square(1200)))
    await drawn(incubation, body=area(**{"from": day(-5).isoformat()}))
    body = {"on": day(on).isoformat(), "followed_by": [OTHER], "why": "与相邻片区合并"}
    response = await incubation.post(f"/areas/{CODE}/dissolution", body)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def days(found: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(one["from"], one["until"]) for one in found["periods"]]


@pytest.mark.parametrize("days_named", [{"from": -3, "until": 5}, {"from": -3, "until": 0}, {"until": 5}])
async def test_s15_area__that_ended_does_not_come_back_by_another_end(
    incubation: Incubation, days_named: dict[str, int]
) -> None:
    before = await ended(incubation)
    named = {name: day(days).isoformat() for name, days in days_named.items()}
    refused = await put(incubation, body=area(**named))
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:shuangfu:problem:area-ended")
    assert days(await incubation.get(f"/areas/{CODE}")) == days(before)


@pytest.mark.parametrize("on", [-1, 5])
async def test_s15_area__that_is_corrected_to_the_same_end_keeps_what_follows_it(
    incubation: Incubation, on: int
) -> None:
    await ended(incubation, on)
    until = day(on).isoformat()
    corrected = await drawn(incubation, body=area(square(wide=1100), **{"from": day(-5).isoformat(), "until": until}))
    assert days(corrected) == [(day(-5).isoformat(), until)]
    assert (corrected["followed_by"], corrected["ended_why"]) == ([OTHER], "与相邻片区合并")
    renamed = await drawn(
        incubation, body=area(square(wide=1100), name="二区", **{"from": day(-5).isoformat(), "until": until})
    )
    assert (renamed["name"], renamed["followed_by"]) == ("二区", [OTHER])


async def test_s15_area__that_is_to_end_on_another_day_loses_what_follows_it(incubation: Incubation) -> None:
    await ended(incubation, 5)
    body = area(**{"from": day(-5).isoformat(), "until": day(9).isoformat()})
    longer = await drawn(incubation, body=body)
    assert (longer["followed_by"], longer["ended_why"]) == ([], None)


async def test_s15_dissolution__ends_what_changed_on_the_same_day(incubation: Incubation) -> None:
    await drawn(incubation, body=area(**{"from": day(-5).isoformat()}))
    await drawn(incubation, body=area(square(wide=1300)))
    response = await incubation.post(f"/areas/{CODE}/dissolution", {"on": day().isoformat()})
    assert response.status_code == 200, response.text
    assert days(response.json()) == [(day(-5).isoformat(), day().isoformat())]


async def test_s15_days__before_there_was_a_policy_an_area_is_read_and_not_drawn(incubation: Incubation) -> None:
    await drawn(incubation)
    before = await incubation.get(f"/areas/{CODE}", on="2012-12-31")
    assert (before["from"], before["reasons"]) == (None, [])
    response = await put(incubation, OTHER, area(square(1200), **{"from": "2012-06-01"}))
    assert response.status_code == 422, response.text
    [error] = response.json()["errors"]
    assert (error["pointer"], "2012年6月1日" in error["detail"]) == ("/from", True)


def reach_back_to(incubation: Incubation, first: date) -> None:
    """As though a folder had been loaded whose policies on areas begin on a day."""
    policies = incubation.app.state.policies
    later = [replace(one, effective_from=first) for one in policies.areas.policies]
    incubation.app.state.policies = replace(policies, areas=PolicyBook(later))


async def test_s15_reasons__are_none_where_todays_policies_do_not_reach_back_to_the_drawing(
    incubation: Incubation,
) -> None:
    organization, state = placed(1, 600, 600)
    await incubation.deliver(organization.state(0))
    street = (await incubation.approve(organization))["party_organization_id"]
    await covered(incubation, organization, party=street)
    await drawn(incubation, body=area(**{"from": day(-5).isoformat()}))
    reach_back_to(incubation, day(-1))
    found = await incubation.get(f"/areas/{CODE}")
    assert (found["from"], found["reasons"]) == (day(-5).isoformat(), [])
    await incubation.deliver(organization.state(0, location=state.data.location.model_dump()))
    formed = (await incubation.emitted("party_organization.formed"))[-1]["data"]
    assert (formed["organization_ids"], formed["reasons"]) == ([str(organization.id)], [])
