"""Activities of Party organizations: what each kind must say, and its life (H13, S23, S32–S34)."""

from typing import Any

import pytest

from tests.conftest import TokenFor
from tests.incubation.activities.helpers import CONTENT, PARTIES, activity, establish, record
from tests.incubation.conftest import Incubation
from tests.incubation.meetings.helpers import outcomes
from tests.registry.bodies.helpers import pointers

RULES = {
    "vanguard_post": "H13",
    "integrity_vanguard": "H13",
    "volunteering": "H13",
    "check_in": "S23",
    "report": "S23",
    "member_check_in": "S23",
    "member_report": "S23",
    "staff_communication": "S22",
    "shared_venue": "S32",
    "pairing": "S33",
    "alliance": "S33",
    "partner_day": "S34",
}


@pytest.fixture(autouse=True)
async def parties(incubation: Incubation) -> None:
    await establish(incubation)


async def test_h13_s32_s33_s34_each_kind_is_recorded_under_its_rule(incubation: Incubation) -> None:
    assert CONTENT.keys() == RULES.keys()
    for kind, rule in RULES.items():
        found = await record(incubation, kind)
        assert outcomes(found) == [(rule, "recorded")]
        assert (await incubation.get(f"/activities/{found['id']}"))["kind"] == kind
    listed = await incubation.get("/activities", party_organization=str(PARTIES[1]))
    assert [one["kind"] for one in listed["items"]] == ["alliance"]


@pytest.mark.parametrize(
    ("kind", "changes", "found"),
    [
        ("volunteering", {"service": None, "participants": None}, ["/service", "/participants"]),
        ("check_in", {"place": "无"}, ["/place"]),
        ("member_check_in", {"participants": None}, ["/participants"]),
        ("member_report", {"service": "无"}, ["/service"]),
        ("staff_communication", {"service": None}, ["/service"]),
        ("pairing", {"partner": None}, ["/partner"]),
        ("alliance", {"party_organizations": [str(PARTIES[0])]}, ["/party_organizations"]),
        ("alliance", {"party_organizations": [str(PARTIES[0])] * 2}, ["/party_organizations"]),
        ("vanguard_post", {"party_organizations": []}, ["/party_organizations"]),
        ("report", {"until": "2026-04-01"}, ["/until"]),
        ("pairing", {"until": "2026-03-10"}, ["/until"]),
        ("pairing", {"party_organizations": ["0190a0a0-0000-7000-8000-000000000000"]}, ["/party_organizations/0"]),
        ("report", {"on_day": "2999-01-01"}, ["/on_day"]),
        ("report", {"kind": "gossip"}, ["/kind"]),
        ("report", {"division": "330199"}, ["/division"]),
    ],
)
async def test_h13_activity__that_does_not_say_what_it_must_is_refused(
    incubation: Incubation, kind: str, changes: dict[str, Any], found: list[str]
) -> None:
    assert pointers(await incubation.post("/activities", activity(kind) | changes)) == found
    assert (await incubation.get("/activities"))["items"] == []


async def test_s34_partner_day__no_more_than_a_hundred_is_named(incubation: Incubation) -> None:
    for participants, outcome in ((99, "few_participants"), (100, "few_participants"), (101, "recorded")):
        found = await record(incubation, "partner_day", participants=participants, title=f"{participants}家")
        assert outcomes(found) == [("S34", outcome)]


async def test_s33_pairing__ends_once_and_is_on_in_the_years_between(incubation: Incubation) -> None:
    pairing = await record(incubation, "pairing", on_day="2024-06-01")
    url, why = f"/activities/{pairing['id']}/ending", {"until": "2026-01-01", "reason": "协议到期"}
    assert [step["step"] for step in pairing["next_steps"]] == ["correction", "ending", "withdrawal"]
    assert pointers(await incubation.post(url, {**why, "until": "2024-06-01"})) == ["/until"]
    ended = await incubation.post(url, why)
    assert (ended.json()["until"], ended.json()["state"]) == ("2026-01-01", "recorded")
    assert pointers(await incubation.post(url, why)) == ["/until"]
    for year, count in (("2023", 0), ("2024", 1), ("2025", 1), ("2026", 0)):
        assert len((await incubation.get("/activities", year=year))["items"]) == count
    report = await record(incubation, "report")
    assert pointers(await incubation.post(f"/activities/{report['id']}/ending", why)) == ["/until"]
    assert [len((await incubation.get("/activities", year=year))["items"]) for year in ("2025", "2026")] == [1, 1]


async def test_h13_correction__takes_the_whole_content_again(incubation: Incubation) -> None:
    made = await record(incubation, "volunteering")
    url = f"/activities/{made['id']}"
    content = {k: v for k, v in activity("volunteering").items() if k not in ("kind", "division")}
    right = {**content, "participants": 20, "party_organizations": [str(PARTIES[1])], "reason": "人数有误"}
    assert (await incubation.post(f"{url}/correction", right, **{"If-Match": '"2"'})).status_code == 412
    corrected = (await incubation.post(f"{url}/correction", right)).json()
    assert (corrected["participants"], corrected["party_organizations"]) == (20, [str(PARTIES[1])])
    assert corrected["history"][-1]["note"] == "人数有误"
    withdrawn = await incubation.post(f"{url}/withdrawal", {"reason": "重复登记"})
    assert withdrawn.json()["state"] == "withdrawn"
    for step, body in (("correction", right), ("withdrawal", {"reason": "x"})):
        assert (await incubation.post(f"{url}/{step}", body)).status_code == 409


async def test_h13_activity__is_seen_by_the_party_organizations_that_take_part(
    incubation: Incubation, token_for: TokenFor
) -> None:
    own, others, both = (
        await record(incubation, "pairing"),
        await record(incubation, "pairing", party_organizations=[str(PARTIES[1])]),
        await record(incubation, "alliance"),
    )
    await record(incubation, "partner_day")
    for party, year in zip(PARTIES, (1, 2), strict=True):
        counts = {"staff_to_members": year, "members_to_staff": 0}
        assert (await incubation.http.put(f"/v1/cultivation/{party}/2026", json=counts)).status_code == 201
    secretary = token_for("secretary", ["330106"], "支部书记", units=[str(PARTIES[0])])
    headers = {"Authorization": f"Bearer {secretary}"}

    async def read(path: str) -> Any:
        return (await incubation.http.get(f"/v1{path}", headers=headers)).json()

    assert [one["id"] for one in (await read("/activities"))["items"]] == [own["id"], both["id"]]
    # Whom it did that with is not among what it sees.
    shown = await read(f"/activities/{both['id']}")
    assert shown["party_organizations"] == [str(PARTIES[0])]
    assert {(one["allowed"], one["problem"]) for one in shown["next_steps"]} == {(False, "forbidden")}
    assert (await read(f"/activities/{others['id']}"))["status"] == 404
    assert [one["staff_to_members"] for one in (await read("/cultivation"))["items"]] == [1]
    # Who writes activities writes them for a division, and a token with units does not.
    street = token_for("street_officer", ["330106"], "社工", units=[str(PARTIES[0])])
    refused = await incubation.http.post(
        f"/v1/activities/{own['id']}/withdrawal",
        json={"reason": "误录"},
        headers={"Authorization": f"Bearer {street}"},
    )
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:shuangfu:problem:outside-units")
