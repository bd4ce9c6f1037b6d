"""Activities and counts of a year are of Party organizations that were there then (H12, H13, S33)."""

from datetime import date
from uuid import UUID

import pytest

from services.incubation.activities.lives import Life, life_faults, year_faults
from tests.incubation.activities.helpers import PARTIES, activity, establish, record
from tests.incubation.activities.test_years import COUNTS
from tests.incubation.conftest import Incubation, Organization, dissolved, established
from tests.registry.bodies.helpers import pointers

DAY = date(2026, 3, 10)
EARLIER, LATER = Life(date(2020, 1, 1)), Life(date(2026, 3, 11))
ENDED, UNKNOWN = Life(date(2020, 1, 1), date(2026, 3, 9)), Life()


@pytest.mark.parametrize(
    ("lives", "until", "lasting", "found"),
    [
        ([Life(DAY), Life(date(2020, 1, 1), DAY), UNKNOWN], None, False, []),
        ([EARLIER, LATER, ENDED], None, False, [1, 2]),
        # Who is founded later joins what goes on, where another one began it.
        ([EARLIER, LATER], None, True, []),
        ([UNKNOWN, LATER], date(2026, 3, 12), True, []),
        ([EARLIER, LATER], date(2026, 3, 11), True, [1]),
        ([LATER, LATER], None, True, [0, 1]),
        ([EARLIER, ENDED], None, True, [1]),
        ([], None, True, []),
    ],
)
def test_h13_party_organization__was_there_on_the_day(
    lives: list[Life], until: date | None, lasting: bool, found: list[int]
) -> None:
    faults = life_faults(lives, DAY, until, lasting=lasting)
    assert [fault.pointer for fault in faults] == [f"/party_organizations/{place}" for place in found]


@pytest.mark.parametrize(("year", "refused"), [(2019, True), (2020, False), (2026, False), (2027, True)])
def test_h12_year__is_one_in_which_it_was_there(year: int, refused: bool) -> None:
    assert [fault.pointer for fault in year_faults(ENDED, year)] == ["/path/year"] * refused
    assert year_faults(UNKNOWN, year) == []


async def test_h12_h13_before_the_founding_and_after_the_end_nothing_is_recorded(incubation: Incubation) -> None:
    await establish(incubation, on=date(2026, 3, 9))
    before = await incubation.post("/activities", activity("check_in", on_day="2026-03-08"))
    assert pointers(before) == ["/party_organizations/0"]
    assert "2026年3月9日" in before.json()["errors"][0]["detail"]
    made = await record(incubation, "check_in", on_day="2026-03-09")
    content = {name: value for name, value in activity("check_in").items() if name not in ("kind", "division")}
    earlier = {**content, "on_day": "2026-03-08", "reason": "日期有误"}
    assert pointers(await incubation.post(f"/activities/{made['id']}/correction", earlier)) == [
        "/party_organizations/0"
    ]
    url = f"/v1/cultivation/{PARTIES[0]}"
    assert pointers(await incubation.http.put(f"{url}/2025", json=COUNTS)) == ["/path/year"]
    assert (await incubation.http.put(f"{url}/2026", json=COUNTS)).status_code == 201
    await incubation.deliver(dissolved(PARTIES[0]))
    assert (await incubation.post("/activities", activity("report", on_day="2026-04-01"))).status_code == 201
    assert pointers(await incubation.post("/activities", activity("report", on_day="2026-04-02"))) == [
        "/party_organizations/0"
    ]


async def test_s33_alliance__is_joined_by_one_that_was_founded_later(incubation: Incubation) -> None:
    await establish(incubation, on=date(2020, 1, 1))
    unit, young = Organization(3), UUID(int=73)
    await incubation.deliver(unit.state(3), established("standalone", unit, party=young, on=date(2026, 3, 9)))
    joined = [str(PARTIES[0]), str(young)]
    made = await record(incubation, "alliance", on_day="2024-06-01", party_organizations=joined)
    assert set(made["party_organizations"]) == set(joined)
    alone = activity("pairing", on_day="2024-06-01", party_organizations=[str(young)])
    assert pointers(await incubation.post("/activities", alone)) == ["/party_organizations/0"]
