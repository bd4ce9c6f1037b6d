"""What was recorded twice is refused (S23), and what lasts ends with its Party organizations (H13, S32, S33)."""

from datetime import date
from typing import Any

import pytest

from services.incubation.activities.lives import Life, end_of_lasting
from tests.incubation.activities.helpers import CONTENT, PARTIES, activity, establish, record
from tests.incubation.conftest import Incubation
from tests.incubation.reports.helpers import dissolved
from tests.registry.bodies.helpers import pointers

SINCE = date(2026, 3, 10)
GONE = Life(date(2020, 1, 1), date(2026, 6, 1))
BOTH = [str(party) for party in PARTIES]


@pytest.mark.parametrize(
    ("kind", "changes", "twice"),
    [
        ("check_in", {}, True),
        # S23: the same check-in under another title, of more Party organizations.
        ("check_in", {"title": "另一标题", "party_organizations": [BOTH[1], BOTH[0]]}, True),
        ("check_in", {"place": "文新社区"}, False),
        ("check_in", {"on_day": "2026-03-11"}, False),
        ("check_in", {"party_organizations": [BOTH[1]]}, False),
        ("member_check_in", {"participants": 4}, True),
        ("report", {}, True),
        ("report", {"service": "另一项报告"}, False),
        ("volunteering", {}, True),
        ("volunteering", {"title": "第二场"}, False),
        ("pairing", {}, True),
        ("pairing", {"partner": "另一公司"}, False),
    ],
)
async def test_s23_activity__recorded_twice_is_refused(
    incubation: Incubation, kind: str, changes: dict[str, Any], twice: bool
) -> None:
    await establish(incubation)
    first = await record(incubation, kind)
    again = await incubation.post("/activities", activity(kind, **changes))
    if not twice:
        assert again.status_code == 201, again.text
        return
    where = changes.get("party_organizations", BOTH).index(BOTH[0])
    assert pointers(again) == [f"/party_organizations/{where}"]
    # It does not become its twin by a correction either, and may be corrected itself.
    other = await record(incubation, kind, on_day="2026-03-20")
    content = {"title": "示例活动", "party_organizations": BOTH[:1], **CONTENT[kind], "reason": "日期有误"}
    moved = await incubation.post(f"/activities/{other['id']}/correction", {**content, "on_day": "2026-03-10"})
    assert pointers(moved) == ["/party_organizations/0"]
    same = await incubation.post(f"/activities/{first['id']}/correction", {**content, "on_day": "2026-03-10"})
    assert same.status_code == 200, same.text
    assert (await incubation.post(f"/activities/{first['id']}/withdrawal", {"reason": "误录"})).status_code == 200
    assert (await incubation.post("/activities", activity(kind, **changes))).status_code == 201


async def test_s34_partner_day__of_no_party_organization_is_recorded_once(incubation: Incubation) -> None:
    await record(incubation, "partner_day")
    assert pointers(await incubation.post("/activities", activity("partner_day", participants=130))) == ["/on_day"]
    for changes in ({"title": "另一伙伴日"}, {"place": "吴山广场"}, {"on_day": "2026-03-11"}):
        assert (await incubation.post("/activities", activity("partner_day", **changes))).status_code == 201


@pytest.mark.parametrize(
    ("lives", "until", "last"),
    [
        ([GONE], None, "2026-06-01"),
        ([GONE], date(2026, 6, 2), "2026-06-01"),
        ([GONE], date(2026, 6, 1), None),
        ([GONE, Life()], None, None),
        ([GONE, Life(None, date(2026, 7, 1))], None, "2026-07-01"),
        # It lasts a day at least.
        ([Life(None, SINCE)], None, "2026-03-11"),
        ([], None, None),
    ],
)
def test_s33_what_lasts__does_not_outlast_its_party_organizations(
    lives: list[Life], until: date | None, last: str | None
) -> None:
    found = [str(dict(fault.facts)["last"]) for fault in end_of_lasting(lives, SINCE, until)]
    assert found == ([] if last is None else [last])


async def ends(incubation: Incubation) -> dict[str, str | None]:
    return {one["kind"]: one["until"] for one in (await incubation.get("/activities"))["items"]}


async def test_s33_alliance_and_pairing__end_when_the_last_of_theirs_is_dissolved(incubation: Incubation) -> None:
    await establish(incubation)
    for kind in ("pairing", "alliance", "volunteering"):
        await record(incubation, kind)
    await record(incubation, "shared_venue", until="2026-05-01")
    await incubation.deliver(dissolved(PARTIES[0], "2026-06-01", 2))
    assert await ends(incubation) == {
        "pairing": "2026-06-01",
        "alliance": None,
        "volunteering": None,
        "shared_venue": "2026-05-01",
    }
    last = dissolved(PARTIES[1], "2026-06-20", 2)
    await incubation.deliver(last)
    await incubation.deliver(last)
    assert (await ends(incubation))["alliance"] == "2026-06-20"
    [shown] = (await incubation.get("/activities", kind="alliance"))["items"]
    detail = await incubation.get(f"/activities/{shown['id']}")
    assert ([one["step"] for one in detail["history"]], detail["version"]) == (["recording", "ending"], 2)
    # Recorded later, it says when it ended.
    late = activity("pairing", partner="另一公司")
    assert pointers(await incubation.post("/activities", late)) == ["/until"]
    assert (await incubation.post("/activities", {**late, "until": "2026-06-01"})).status_code == 201
