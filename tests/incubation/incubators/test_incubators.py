"""Incubators: recorded, activated once they have what they need, closed, founded again."""

import csv
import io
from datetime import date

import pytest

from tests.conftest import TokenFor
from tests.incubation.bodies.helpers import committee
from tests.incubation.conftest import Incubation, Organization
from tests.incubation.incubators.helpers import CODE, INCUBATOR, activated, bodies_known, errors, path, put


async def test_incubator__is_recorded_once_and_changed_by_its_version(incubation: Incubation) -> None:
    created = await put(incubation)
    assert (created.status_code, created.json()["state"], created.json()["version"]) == (201, "preparing", 1)
    again = await put(incubation)
    assert (again.status_code, again.json()["version"]) == (200, 1)
    changed = await put(incubation, version=1, capacity=50)
    assert (changed.status_code, changed.json()["capacity"], changed.headers["ETag"]) == (200, 50, '"2"')
    assert (await put(incubation, version=1, capacity=60)).status_code == 412
    assert [one["step"] for one in changed.json()["history"]] == ["recording", "recording"]
    by_id = await incubation.get(f"/incubators/{created.json()['id']}")
    assert by_id["code"] == CODE


async def test_h6_activation__is_blocked_without_a_party_member_social_worker(incubation: Incubation) -> None:
    await bodies_known(incubation)
    await put(incubation, party_social_workers=0)
    refused = await incubation.http.post(path("/activation"), headers={"Accept-Language": "en"})
    assert refused.status_code == 409, refused.text
    assert refused.json()["type"].endswith("incubator-unready")
    assert refused.json()["missing"] == ["H6"]
    assert errors(refused) == {"/party_social_workers": "At least 1 social worker(s) are Party members; there are 0."}
    shown = await incubation.get(f"/incubators/{CODE}")
    assert (shown["state"], shown["ready"], shown["missing"], shown["version"]) == ("preparing", False, ["H6"], 1)
    await put(incubation)
    assert (await incubation.post(f"/incubators/{CODE}/activation")).status_code == 200


async def test_h5_activation__names_everything_that_is_missing(incubation: Incubation) -> None:
    await put(
        incubation,
        premises={"address": "某路", "area_m2": 99},
        operator={"name": "示例", "outside": True, "grade": "2A"},
        party_social_workers=0,
    )
    refused = await incubation.post(f"/incubators/{CODE}/activation")
    assert refused.json()["missing"] == ["H5", "H6", "R-incubator-premises", "R-incubator-operator"]
    assert set(errors(refused)) == {"/committee", "/party_social_workers", "/premises/area_m2", "/operator/grade"}
    assert errors(refused)["/committee"] == "孵化器须有隶属民政部门的党委或党总支（机构未登记）。"


async def test_h5_activation__keeps_its_reasons_and_its_policy(incubation: Incubation) -> None:
    shown = await activated(incubation)
    assert (shown["state"], shown["activated_on"], shown["policy"]) == ("active", "2026-01-10", "hz-2021-incubators")
    assert [(one["rule"], one["outcome"]) for one in shown["reasons"]] == [
        ("H5", "met"),
        ("H6", "met"),
        ("R-incubator-premises", "met"),
        ("R-incubator-operator", "met"),
    ]
    assert shown["reasons"][0]["facts"]["structure"] == "GENERAL"
    # What becomes of its committee later changes what it needs now, and not why it was activated.
    await incubation.deliver(committee(sequence=2, until=date(2026, 2, 1)))
    later = await incubation.get(f"/incubators/{CODE}")
    assert (later["ready"], later["missing"], later["state"]) == (False, ["H5"], "active")
    assert later["reasons"] == shown["reasons"]


async def test_h5_incubator__is_not_activated_before_its_committee_was_there(incubation: Incubation) -> None:
    await bodies_known(incubation)
    await put(incubation)
    refused = await incubation.post(f"/incubators/{CODE}/activation", {"activated_on": "2012-12-31"})
    assert (refused.status_code, refused.json()["missing"]) == (409, ["H5"])
    assert (await incubation.post(f"/incubators/{CODE}/activation", {"activated_on": "2013-01-01"})).status_code == 200


async def test_incubator__is_not_activated_by_who_recorded_it(incubation: Incubation, token_for: TokenFor) -> None:
    await bodies_known(incubation)
    officer = {"Authorization": f"Bearer {token_for('district_officer', ['3301'], subject='甲')}"}
    assert (await incubation.http.put(path(), json=INCUBATOR, headers=officer)).status_code == 201
    shown = (await incubation.http.get(path(), headers=officer)).json()
    [step] = shown["next_steps"]
    assert (step["step"], step["allowed"], step["problem"]) == ("activation", False, "same-hand")
    refused = await incubation.http.post(path("/activation"), headers=officer)
    assert (refused.status_code, refused.json()["type"].endswith("same-hand")) == (403, True)
    # Nor once somebody else has corrected it.
    third = {"Authorization": f"Bearer {token_for('district_officer', ['3301'], subject='丙')}"}
    corrected = await incubation.http.put(path(), json={**INCUBATOR, "capacity": 50}, headers=third)
    assert corrected.status_code == 200
    for headers in (officer, third):
        assert (await incubation.http.post(path("/activation"), headers=headers)).status_code == 403
    tasks = (await incubation.http.get("/v1/tasks", params={"mine": True}, headers=officer)).json()["items"]
    assert [one["kind"] for one in tasks if one["kind"] == "incubator.activation"] == []
    other = {"Authorization": f"Bearer {token_for('district_officer', ['3301'], subject='乙')}"}
    assert (await incubation.http.post(path("/activation"), headers=other)).status_code == 200


async def test_incubator__is_closed_and_founded_again(incubation: Incubation) -> None:
    await activated(incubation)
    assert (await incubation.post(f"/incubators/{CODE}/activation")).status_code == 409
    early = await incubation.post(f"/incubators/{CODE}/closing", {"reason": "场地到期", "closed_on": "2026-01-09"})
    assert list(errors(early)) == ["/closed_on"]
    closed = await incubation.post(f"/incubators/{CODE}/closing", {"reason": "场地到期", "closed_on": "2026-05-01"})
    assert (closed.json()["state"], closed.json()["closed_on"]) == ("closed", "2026-05-01")
    assert (await incubation.post(f"/incubators/{CODE}/closing", {"reason": "再次"})).status_code == 409
    before = await incubation.post(f"/incubators/{CODE}/activation", {"activated_on": "2026-04-30"})
    assert list(errors(before)) == ["/activated_on"]
    again = await incubation.post(f"/incubators/{CODE}/activation", {"activated_on": "2026-06-01"})
    shown = again.json()
    assert (shown["state"], shown["activated_on"], shown["closed_on"]) == ("active", "2026-06-01", None)
    assert [one["step"] for one in shown["history"]] == ["recording", "activation", "closing", "activation"]
    assert shown["history"][2]["note"] == "场地到期"


@pytest.mark.parametrize(
    ("code", "changes", "pointer"),
    [
        (CODE, {"division": "330100"}, "/division"),
        (CODE, {"division": "330103"}, "/division"),
        (CODE, {"capacity": 0}, "/capacity"),
        (CODE, {"social_workers": 0}, "/party_social_workers"),
        (CODE, {"premises": {"address": "某路", "area_m2": 0}}, "/premises/area_m2"),
        (CODE, {"operator": {"name": "示例", "outside": True, "grade": "6A"}}, "/operator/grade"),
        (CODE, {"name": "张某 13800000000"}, "/name"),
        ("coverage", {}, "/code"),
    ],
)
async def test_incubator__with_bad_values_is_not_recorded(
    incubation: Incubation, code: str, changes: dict[str, object], pointer: str
) -> None:
    refused = await put(incubation, code, **changes)
    assert refused.status_code == 422, refused.text
    assert list(errors(refused)) == [pointer]
    assert await incubation.rows("SELECT id FROM incubators") == []


@pytest.mark.parametrize("change", [(17, "A"), (16, "0"), (2, "999999"), (0, "ZZ")])
async def test_incubator__is_operated_by_an_organization_whose_code_can_be_right(
    incubation: Incubation, change: tuple[int, str]
) -> None:
    place, other = change
    right = Organization(7).code
    wrong = right[:place] + other + right[place + len(other) :]
    operator = {"name": "示例", "outside": True, "grade": "3A"}
    refused = await put(incubation, operator={**operator, "uscc": wrong})
    assert (refused.status_code, list(errors(refused))) == (422, ["/operator/uscc"])
    assert await incubation.rows("SELECT id FROM incubators") == []
    taken = await put(incubation, operator={**operator, "uscc": right.lower()})
    assert (taken.status_code, taken.json()["operator"]["uscc"]) == (201, right)


async def test_incubator__may_be_operated_by_an_organization_that_the_registry_took_with_a_wrong_digit(
    incubation: Incubation,
) -> None:
    one = Organization(7)
    operator = {"name": "示例", "outside": True, "grade": "3A", "uscc": one.code[:-1] + "A"}
    assert (await put(incubation, operator=operator)).status_code == 422
    await incubation.deliver(one.state(3, uscc=operator["uscc"]))
    assert (await put(incubation, operator=operator)).status_code == 201


async def test_incubator__is_operated_under_no_sample_code_where_those_are_refused(incubation: Incubation) -> None:
    incubation.app.state.settings.allow_sample_codes = False
    operator = {"name": "示例", "outside": True, "grade": "3A", "uscc": Organization(7).code}
    assert list(errors(await put(incubation, operator=operator))) == ["/operator/uscc"]


async def test_incubator__of_another_division_is_neither_seen_nor_taken(
    incubation: Incubation, token_for: TokenFor
) -> None:
    await put(incubation)
    elsewhere = {"Authorization": f"Bearer {token_for('incubator_worker', ['330108'], subject='乙')}"}
    taken = await incubation.http.put(path(), json={**INCUBATOR, "division": "330108"}, headers=elsewhere)
    assert list(errors(taken)) == ["/code"]
    assert (await incubation.http.get(path(), headers=elsewhere)).status_code == 404
    outside = await incubation.http.put(path(code="B"), json=INCUBATOR, headers=elsewhere)
    assert outside.status_code == 403


async def test_h3_coverage__lists_the_districts_without_one(incubation: Incubation) -> None:
    before = await incubation.get("/incubators/coverage", division="3301")
    assert (before["expected"], before["present"], len(before["missing"])) == (13, 0, 13)
    await activated(incubation)
    # A street's own does not stand for its district's, nor does one that is being prepared.
    await activated(incubation, "STREET", division="330106", street="翠苑街道")
    await put(incubation, "BINJIANG", division="330108")
    found = await incubation.get("/incubators/coverage", division="3301")
    assert (found["present"], "330106" in found["missing"], "330108" in found["missing"]) == (1, False, True)
    of = {one["division"]: one for one in found["divisions"]}
    assert (of["330106"]["active"], of["330106"]["of_streets"], of["330108"]["preparing"]) == (1, 1, 1)
    assert of["330106"]["division_name"] == "西湖区"
    [reason] = found["reasons"]
    assert (reason["rule"], reason["outcome"], len(reason["facts"]["missing"])) == ("H3", "incomplete", 12)
    await incubation.post(f"/incubators/{CODE}/closing", {"reason": "场地到期"})
    assert "330106" in (await incubation.get("/incubators/coverage", division="3301"))["missing"]


async def test_list__as_a_file_names_an_operator_without_a_code(incubation: Incubation) -> None:
    await put(incubation)
    answer = await incubation.http.get("/v1/incubators", params={"format": "csv"})
    [row] = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""))
    assert row["运营机构名称"] == "示例社会工作服务中心"
    assert row["运营机构统一社会信用代码"] == "", "the list says None where there is no code"
