"""S16: how many areas and workers there are, and what they cover, by division."""

from typing import Any
from uuid import UUID

from tests.incubation.areas.helpers import area, square
from tests.incubation.areas.test_areas import OTHER, day, drawn, placed
from tests.incubation.areas.test_filed_bodies import filed, stated
from tests.incubation.conftest import Incubation, established

NOTHING = {"areas": 0, "workers": 0, "filed_bodies": 0, "filed_bodies_covered": 0, "organizations_covered": 0}


async def totals(incubation: Incubation, **query: Any) -> dict[str, Any]:
    """Without the day."""
    found: dict[str, Any] = await incubation.get("/areas/totals", **query)
    del found["on"]
    return found


async def test_s16_totals__count_areas_workers_and_what_they_cover(incubation: Incubation) -> None:
    assert await totals(incubation) == {**NOTHING, "by_division": []}
    await drawn(incubation)
    await drawn(incubation, OTHER, area(square(1200), workers=1))
    await drawn(incubation, "330105-GS01", area(workers=2))
    organization, state = placed(1, 600, 600)
    await incubation.deliver(state, stated(filed(1, 600, 600), filed(2, 9000, 600), filed(3, 1800, 600, until=day())))
    await incubation.deliver(stated(filed(4, 600, 600, location=None), filed(5, 1800, 600)))
    party = (await incubation.approve(organization))["party_organization_id"]
    await incubation.deliver(established("area", organization, party=UUID(party)))
    xihu = {"areas": 2, "workers": 3, "filed_bodies": 4, "filed_bodies_covered": 2, "organizations_covered": 1}
    gongshu = {**NOTHING, "areas": 1, "workers": 2}
    assert await totals(incubation) == {
        **xihu,
        "areas": 3,
        "workers": 5,
        "by_division": [{**gongshu, "division": "330105"}, {**xihu, "division": "330106"}],
    }
    alone = {**gongshu, "by_division": [{**gongshu, "division": "330105"}]}
    assert await totals(incubation, division="330105") == alone
    assert (await totals(incubation, division="31"))["by_division"] == []


async def test_s16_totals__are_of_the_areas_of_a_day_and_the_bodies_of_today(incubation: Incubation) -> None:
    await drawn(incubation, body=area(**{"from": day(-9).isoformat(), "until": day(5).isoformat()}))
    await drawn(incubation, body=area(workers=1, **{"from": day(2).isoformat()}))
    await incubation.deliver(stated(filed(1, 600, 600)))
    found = {}
    for days in (-10, -9, 0, 1, 2):
        of_day = await totals(incubation, on=day(days))
        found[days] = (of_day["areas"], of_day["workers"], of_day["filed_bodies_covered"])
    assert found == {-10: (0, 0, 1), -9: (1, 2, 1), 0: (1, 2, 1), 1: (1, 2, 1), 2: (1, 1, 1)}
    assert (await incubation.get("/areas/totals"))["on"] == day().isoformat()
