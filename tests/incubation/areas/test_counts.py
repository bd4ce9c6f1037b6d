"""S16: what a leader's dashboard adds up is kept by triggers, and is what there is, whatever becomes of it."""

from typing import Any

from sqlalchemy import text

from services.incubation.areas.following import assign_due
from tests.incubation.areas.helpers import area, at, square
from tests.incubation.areas.test_areas import CODE, OTHER, day, drawn, placed
from tests.incubation.areas.test_filed_bodies import filed, stated
from tests.incubation.conftest import Incubation
from tests.incubation.joint_plans.helpers import closing_database
from tests.incubation.reports.helpers import ended

_HELD = "GROUP BY 1, 2, 3 HAVING sum(bodies) <> 0"
KEPT_FILED = f"SELECT division, filed_year, until, CAST(sum(bodies) AS bigint) FROM filed_body_counts {_HELD}"
COUNTED_FILED = """
SELECT division, CAST(to_char(filed_on, 'YYYY') AS integer), until, count(*) FROM filed_bodies GROUP BY 1, 2, 3
"""
KEPT_INSIDE = f"SELECT division, area, filed, CAST(sum(bodies) AS bigint) FROM area_body_counts {_HELD}"
COUNTED_INSIDE = """
SELECT division, area, filed, count(*) FROM area_bodies WHERE area IS NOT NULL GROUP BY 1, 2, 3
"""
CODES = ("filed_bodies", "filed_bodies_in_areas", "organizations_inside_areas")


async def figures(incubation: Incubation, division: str = "3301") -> tuple[int, ...]:
    """Filed bodies, those in areas, and organizations in areas, of today; nothing kept differs from what there is."""
    async with closing_database(incubation.app.state.database.url) as database, database.transaction() as tx:
        for pair in ((KEPT_FILED, COUNTED_FILED), (KEPT_INSIDE, COUNTED_INSIDE)):
            kept, counted = [sorted(map(str, map(tuple, await tx.rows(text(one))))) for one in pair]
            assert kept == counted
    report: dict[str, Any] = await incubation.get(f"/reports/{day().year}", division=division)
    named = {one["code"]: one["value"] for one in report["figures"]}
    return tuple(named[code] for code in CODES)


async def test_s16_counts__follow_what_becomes_of_bodies_and_areas(incubation: Incubation) -> None:
    assert await figures(incubation) == (0, 0, 0)
    organization, state = placed(1, 600, 600)
    await incubation.deliver(state, stated(*(filed(number, 600, 600) for number in (1, 2, 3)), filed(4, 9000, 600)))
    assert await figures(incubation) == (4, 0, 0)
    await drawn(incubation)
    await drawn(incubation, OTHER, area(square(1200), **{"from": day(-5).isoformat()}))
    assert await figures(incubation) == (4, 3, 1)
    await incubation.deliver(stated(filed(1, 1800, 600, sequence=2), filed(5, 1800, 600, until=day(3))))
    assert await figures(incubation) == (5, 4, 1)
    lon, lat = at(600, 600)
    moved = filed(2, 600, 600, sequence=2, division="330105", location={"lon": lon, "lat": lat})
    await incubation.deliver(stated(moved))
    assert (await figures(incubation), await figures(incubation, "330106")) == ((5, 3, 1), (4, 3, 1))
    await incubation.deliver(
        stated(filed(3, 600, 600, sequence=2, until=day())), ended(organization, day().isoformat())
    )
    assert await figures(incubation) == (4, 2, 0)
    await incubation.execute("UPDATE filed_bodies SET until = until - 4")
    await incubation.execute("UPDATE area_divisions SET assigned_on = assigned_on - 4")
    async with closing_database(incubation.app.state.database.url) as database:
        assert await assign_due(database, incubation.app.state.policies)
    assert await figures(incubation) == (3, 1, 0)
    body = {"on": day().isoformat(), "followed_by": [], "why": "撤并"}
    assert (await incubation.post(f"/areas/{OTHER}/dissolution", body)).status_code == 200
    assert await figures(incubation) == (3, 0, 0)
    await incubation.execute("DELETE FROM filed_bodies WHERE division = '330105'")
    assert await figures(incubation) == (2, 0, 0)
    assert (await drawn(incubation, CODE, area(square(wide=1100))))["code"] == CODE
