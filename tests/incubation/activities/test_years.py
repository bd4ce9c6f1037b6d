"""What a Party organization had in a year: double check-in and report (S23), activities (H13), cultivation (H12)."""

from typing import Any

import pytest

from shared.db.base import utc_now
from shared.field.calendar import china_day
from tests.conftest import TokenFor
from tests.incubation.activities.helpers import PARTIES, establish, record
from tests.incubation.conftest import Incubation, Organization, dissolved, established
from tests.registry.bodies.helpers import pointers

YEAR = china_day(utc_now()).year
COUNTS = {"staff_to_members": 2, "members_to_staff": 1}


@pytest.fixture(autouse=True)
async def parties(incubation: Incubation) -> None:
    await establish(incubation)


async def years(incubation: Incubation, year: int = 2026) -> dict[str, dict[str, Any]]:
    items = (await incubation.get("/year-work", year=str(year), division="330106"))["items"]
    return {one["party_organization_id"]: one for one in items}


def outcome(one: dict[str, Any], rule: str) -> list[str]:
    return [reason["outcome"] for reason in one["reasons"] if reason["rule"] == rule]


async def test_s23_double_report__needs_the_organization_s_and_its_members_of_one_year(incubation: Incubation) -> None:
    first, second = map(str, PARTIES)
    for kind in ("check_in", "member_check_in", "member_report"):
        await record(incubation, kind, on_day="2026-02-01", party_organizations=[first, second])
    await record(incubation, "report", on_day="2025-12-31", party_organizations=[first])
    found = await years(incubation)
    assert [(one["double_report"], outcome(one, "S23")) for one in found.values()] == [(False, ["some_missing"])] * 2
    made = await record(incubation, "report", on_day="2026-01-01", party_organizations=[first])
    found = await years(incubation)
    assert (found[first]["double_report"], outcome(found[first], "S23")) == (True, ["complete"])
    assert found[second]["reasons"][0]["facts"]["missing"] == ["report"]
    assert outcome((await years(incubation, 2024))[first], "S23") == ["none"]
    await incubation.post(f"/activities/{made['id']}/withdrawal", {"reason": "误登"})
    assert (await years(incubation))[first]["double_report"] is False


@pytest.mark.parametrize("missing", ["check_in", "report", "member_check_in", "member_report"])
async def test_s23_double_report__of_the_organization_or_its_members_alone_does_not_count(
    incubation: Incubation, missing: str
) -> None:
    for kind in {"check_in", "report", "member_check_in", "member_report"} - {missing}:
        await record(incubation, kind)
    found = (await years(incubation))[str(PARTIES[0])]
    assert (found["double_report"], found["reasons"][0]["facts"]["missing"]) == (False, [missing])


async def test_h13_year__counts_what_was_on_and_names_no_figure_of_its_own(incubation: Incubation) -> None:
    first = str(PARTIES[0])
    await record(incubation, "vanguard_post", on_day="2025-05-01")
    await record(incubation, "volunteering")
    await record(incubation, "volunteering", on_day="2026-04-10")
    one = (await years(incubation))[first]
    facts = {r["facts"]["kind"]: (r["outcome"], r["facts"]["count"]) for r in one["reasons"] if r["rule"] == "H13"}
    assert facts == {"vanguard_post": ("held", 1), "volunteering": ("held", 2)}
    assert all(r["facts"]["yearly_min"] is None for r in one["reasons"] if r["rule"] == "H13")


async def test_h13_year__falls_below_where_the_policy_names_a_figure(incubation: Incubation) -> None:
    [policy] = incubation.app.state.activities.policies
    kinds = dict(policy.parameters.kinds)
    kinds["volunteering"] = kinds["volunteering"].model_copy(update={"yearly_min": 2})
    changed = policy.parameters.model_copy(update={"kinds": kinds})
    book = type(incubation.app.state.activities)
    incubation.app.state.activities = book([type(policy)(policy.id, "", policy.effective_from, None, "x", changed)])
    await record(incubation, "volunteering")
    first, second = map(str, PARTIES)
    found = await years(incubation)
    assert (outcome(found[first], "H13"), outcome(found[second], "H13")) == (["below"], ["below"])
    await record(incubation, "volunteering", title="第二场")
    assert outcome((await years(incubation))[first], "H13") == ["held"]


async def test_h12_cultivation__is_counted_by_year_and_unknown_until_then(incubation: Incubation) -> None:
    first = str(PARTIES[0])
    assert outcome((await years(incubation))[first], "H12") == ["unknown"]
    url = f"/v1/cultivation/{first}/2026"
    made = await incubation.http.put(url, json=COUNTS)
    assert (made.status_code, made.json()["division"], made.headers["ETag"]) == (201, "330106", '"1"')
    same = await incubation.http.put(url, json=COUNTS)
    assert (same.status_code, same.json()["version"]) == (200, 1)
    stale = await incubation.http.put(url, json={**COUNTS, "staff_to_members": 3}, headers={"If-Match": '"5"'})
    assert stale.status_code == 412
    changed = await incubation.http.put(url, json={**COUNTS, "staff_to_members": 3}, headers={"If-Match": '"1"'})
    assert (changed.json()["staff_to_members"], changed.json()["version"]) == (3, 2)
    [one] = [reason for reason in (await years(incubation))[first]["reasons"] if reason["rule"] == "H12"]
    assert (one["outcome"], one["facts"]["members_to_staff"]) == ("counted", 1)
    assert [item["year"] for item in (await incubation.get("/cultivation", year="2026"))["items"]] == [2026]
    assert (await incubation.get("/cultivation", year="2025"))["items"] == []


async def test_h12_cultivation__of_nobody_of_a_year_to_come_or_of_elsewhere_is_refused(
    incubation: Incubation, token_for: TokenFor
) -> None:
    later = await incubation.http.put(f"/v1/cultivation/{PARTIES[0]}/{YEAR + 1}", json=COUNTS)
    assert pointers(later) == ["/path/year"]
    nobody = await incubation.http.put("/v1/cultivation/0190a0a0-0000-7000-8000-000000000000/2026", json=COUNTS)
    assert nobody.status_code == 404
    other = {"Authorization": f"Bearer {token_for('district_officer', ('330105',), subject='别区')}"}
    elsewhere = await incubation.http.put(f"/v1/cultivation/{PARTIES[0]}/2026", json=COUNTS, headers=other)
    assert elsewhere.status_code == 404
    named = await incubation.http.put(f"/v1/cultivation/{PARTIES[0]}/2026", json={**COUNTS, "names": ["某"]})
    assert pointers(named) == ["/names"]


async def test_s23_year__is_the_same_whoever_asks(incubation: Incubation, token_for: TokenFor) -> None:
    """What was recorded in another district counts, and a unit sees its own year."""
    first = str(PARTIES[0])
    for kind in ("check_in", "report", "member_check_in", "member_report"):
        await record(incubation, kind, division="330105", party_organizations=[first])
    await incubation.http.put(f"/v1/cultivation/{first}/2026", json=COUNTS)
    district = token_for("district_officer", ("330106",))
    own = token_for("secretary", ("330106",), units=[first])
    for token in (token_for("district_officer", ("3301",)), district, own):
        headers = {"Authorization": f"Bearer {token}"}
        listed = (await incubation.http.get("/v1/year-work", params={"year": "2026"}, headers=headers)).json()["items"]
        [one] = [one for one in listed if one["party_organization_id"] == first]
        assert (outcome(one, "S23"), outcome(one, "H12")) == (["complete"], ["counted"])


async def test_h12_cultivation__moves_with_its_party_organization(incubation: Incubation, token_for: TokenFor) -> None:
    first = str(PARTIES[0])
    url = f"/v1/cultivation/{first}/2026"
    assert (await incubation.http.put(url, json=COUNTS)).status_code == 201
    unit = Organization(1)
    await incubation.deliver(established("standalone", unit, party=PARTIES[0], sequence=2, division="330105"))
    other = {"Authorization": f"Bearer {token_for('district_officer', ('330105',), subject='别区')}"}
    moved = await incubation.http.put(url, json={**COUNTS, "members_to_staff": 4}, headers=other)
    assert (moved.status_code, moved.json()["division"], moved.json()["version"]) == (200, "330105", 2)


async def test_s23_year__leaves_out_who_was_dissolved(incubation: Incubation) -> None:
    await incubation.deliver(dissolved(PARTIES[0]))
    assert set(await years(incubation)) == {str(PARTIES[1])}


async def test_s23_year__is_this_one_where_none_is_named(incubation: Incubation) -> None:
    [first, *_] = (await incubation.get("/year-work", division="330106"))["items"]
    assert first["year"] == YEAR
