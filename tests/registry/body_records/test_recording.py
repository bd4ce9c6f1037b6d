"""Superior bodies are recorded: role fixed, names dated, in a tree without circles (domain 4.5, S14, H5)."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.registry.bodies.helpers import (
    CITY,
    CITY_BODY,
    DISTRICT,
    JUSTICE,
    LAWYERS,
    STREET,
    body,
    body_events,
    pointers,
    put_body,
    record,
    record_hangzhou,
)
from tests.registry.helpers import rows


async def test_d45_role_is_fixed_and_the_name_dated(client: httpx.AsyncClient) -> None:
    names = [
        {"name": "中共杭州市委“两新”工委", "from": "2013-01-01"},
        {"name": "中共杭州市委社会工作部", "from": "2023-07-01"},
    ]
    made = await put_body(client, "CITY", {**CITY_BODY, "names": names})
    assert made.status_code == 201, made.text
    assert made.json() == {
        "code": "CITY",
        "name": "中共杭州市委社会工作部",
        "names": names,
        "level": "city",
        "kind": "work_committee",
        "structure": None,
        "department": None,
        "division": "330100",
        "street": None,
        "parent": None,
        "from": "2013-01-01",
        "until": None,
        "conference": None,
        "version": 1,
    }
    by_day = {
        day: (await client.get("/v1/bodies/CITY", params={"on": day})).json()["name"]
        for day in ("2013-01-01", "2023-06-30", "2023-07-01")
    }
    assert list(by_day.values()) == [names[0]["name"], names[0]["name"], names[1]["name"]]
    renamed = await put_body(client, "CITY", {**CITY_BODY, "names": names, "kind": "social_work_department"})
    assert (renamed.status_code, renamed.json()["type"]) == (409, "urn:shuangfu:problem:body-role-fixed")
    raised = await put_body(client, "CITY", {**CITY_BODY, "names": names, "level": "district", "division": "330106"})
    assert (raised.status_code, raised.json()["type"]) == (409, "urn:shuangfu:problem:body-role-fixed")
    assert (await client.get("/v1/bodies/CITY")).json() == made.json()


async def test_event__says_what_is_recorded_once(app: FastAPI, client: httpx.AsyncClient) -> None:
    await record(client, CITY=CITY_BODY, XIHU=DISTRICT)
    assert (await put_body(client, "XIHU", DISTRICT)).status_code == 200, "the same again"
    changed = await put_body(client, "XIHU", {**DISTRICT, "until": "2030-01-01"})
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    found = await body_events(app)
    assert [(one["data"]["code"], one["sequence"]) for one in found] == [("CITY", 1), ("XIHU", 1), ("XIHU", 2)]
    assert {(one["type"], one["topic"]) for one in found} == {("shuangfu.registry.body.recorded.v1", "registry.bodies")}
    assert found[2]["division"] == "330106"
    assert found[2]["subject"] == found[1]["subject"] == found[2]["data"]["id"]
    assert found[2]["data"] == {
        "id": found[1]["subject"],
        "code": "XIHU",
        "names": [{"name": "西湖区示例工委", "from": "2013-01-01"}],
        "level": "district",
        "kind": "work_committee",
        "structure": None,
        "department": None,
        "division": "330106",
        "street": None,
        "parent": "CITY",
        "from": "2013-01-01",
        "until": "2030-01-01",
        "conference": None,
    }


REFUSED = {
    "first name later than the body": (body(names=[{"name": "示例", "from": "2014-01-01"}]), ["/names/0/from"]),
    "names out of order": (
        body(names=[{"name": day, "from": day} for day in ("2013-01-01", "2023-01-01", "2020-01-01")]),
        ["/names/2/from"],
    ),
    "two names of one day": (body(names=[{"name": n, "from": "2013-01-01"} for n in ("甲", "乙")]), ["/names/1/from"]),
    "name after the end": (
        body(names=[{"name": day, "from": day} for day in ("2013-01-01", "2023-01-01")], until="2022-01-01"),
        ["/names/1/from"],
    ),
    "no name": (body(names=[]), ["/names"]),
    "blank name": (body(" "), ["/names/0/name"]),
    "ends as it begins": (body(until="2013-01-01"), ["/until"]),
    "ends on the calendar's first day": (body(until="0001-01-01"), ["/until"]),
    "no such kind": (body(kind="committee"), ["/kind"]),
    "no such day": (body(**{"from": "2013-02-30"}), ["/names/0/from", "/from"]),
    "division of another level": (body(level="city"), ["/division"]),
    "a city's division": (body(division="330100"), ["/division"]),
    "a province": (body(level="city", division="330000"), ["/division"]),
    "collective division": (body(division="330101"), ["/division"]),
    "ended division": (body(division="330103"), ["/division"]),
    "unknown division": (body(division="330199"), ["/division"]),
    "street without its name": (body(level="street", kind="street_committee"), ["/street"]),
    "district with a street": (body(street="翠苑街道"), ["/street"]),
    "unknown parent": (body(parent="NOBODY"), ["/parent"]),
    "parent of a lower level": (body("市", **CITY, parent="XIHU"), ["/parent"]),
    "parent elsewhere": (body(division="330105", parent="XIHU"), ["/parent"]),
    "its own parent": (body(parent="NEW"), ["/parent"]),
    "parent that has ended": (body(parent="FORMER"), ["/parent"]),
    "a district in the conference": (body(conference={"role": "member", "from": "2013-01-01"}), ["/conference"]),
    "conference before the body": (
        body("市", **CITY, conference={"role": "lead", "from": "2012-01-01"}),
        ["/conference/from"],
    ),
    "unknown field": (body(rank=1), ["/rank"]),
}


@pytest.mark.parametrize(("content", "expected"), REFUSED.values(), ids=REFUSED.keys())
async def test_t58_bad_input__is_named_and_nothing_is_kept(
    app: FastAPI, client: httpx.AsyncClient, content: dict[str, Any], expected: list[str]
) -> None:
    await record(client, CITY=CITY_BODY, XIHU=DISTRICT, FORMER=body("西湖区原工委", until="2020-01-01"))
    refused = await put_body(client, "NEW", content)
    assert pointers(refused) == expected, refused.text
    assert [row["code"] for row in await rows(app, "SELECT code FROM bodies ORDER BY code")] == [
        "CITY",
        "FORMER",
        "XIHU",
    ]


async def test_parents__form_no_circle(client: httpx.AsyncClient) -> None:
    await record(client, A=body("甲"), B=body("乙", parent="A"), C=body("丙", parent="B"))
    refused = await put_body(client, "A", body("甲", parent="C"), **{"Accept-Language": "en"})
    assert pointers(refused) == ["/parent"]
    assert "A → C → B → A" in refused.json()["errors"][0]["detail"]


@pytest.mark.parametrize("code", ["coverage", "joint-conference"])
async def test_code__of_a_report_is_none(client: httpx.AsyncClient, code: str) -> None:
    assert pointers(await put_body(client, code, body())) == ["/code"]


CIVIL = body("西湖区民政局党委", kind="department_party_organization")
INCUBATOR = body("西湖区社会组织孵化器党委", kind="incubator_committee", parent="CIVIL")


async def test_h5_incubators_committee_is_a_committee_or_a_general_branch_under_civil_affairs(
    client: httpx.AsyncClient,
) -> None:
    await record(client, CIVIL=CIVIL, SCHOOLS=body("西湖区教育局党委", kind="department_party_organization"))
    assert (await client.get("/v1/bodies/CIVIL")).json()["department"] == "civil_affairs", "seen by its name"
    made = await put_body(client, "INCUBATOR", INCUBATOR)
    assert (made.status_code, made.json()["structure"]) == (201, "COMMITTEE")
    general = await put_body(client, "INCUBATOR", {**INCUBATOR, "structure": "GENERAL"})
    assert (general.status_code, general.json()["structure"]) == (200, "GENERAL")
    assert pointers(await put_body(client, "OTHER", {**INCUBATOR, "structure": "BRANCH"})) == ["/structure"]
    assert pointers(await put_body(client, "OTHER", {**INCUBATOR, "parent": None})) == ["/parent"]
    assert pointers(await put_body(client, "OTHER", {**INCUBATOR, "parent": "SCHOOLS"})) == ["/parent"]
    named = {**INCUBATOR, "parent": "SOCIAL"}
    await record(client, SOCIAL={**CIVIL, "names": [{"name": "社会事务党委", "from": "2013-01-01"}]})
    assert pointers(await put_body(client, "OTHER", named)) == ["/parent"]
    await record(client, SOCIAL=body("社会事务党委", kind=CIVIL["kind"], department="civil_affairs"), OTHER=named)


async def test_end__waits_for_the_bodies_below(client: httpx.AsyncClient) -> None:
    await record_hangzhou(client)
    refused = await put_body(client, "XIHU", {**DISTRICT, "until": "2024-01-01"})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:shuangfu:problem:body-in-use")
    assert refused.json()["bodies"] == 1
    await record(client, NEXT=body("西湖区社会工作部", **{"from": "2024-01-01"}))
    await record(client, CUIYUAN={**STREET, "parent": "NEXT"}, XIHU={**DISTRICT, "until": "2024-01-01"})


async def test_change__keeps_what_belongs_below(client: httpx.AsyncClient) -> None:
    await record(client, CITY=CITY_BODY, XIHU=DISTRICT, CIVIL=CIVIL, INCUBATOR=INCUBATOR)
    for code, changed in (("CITY", {**CITY_BODY, "division": "330200"}), ("CIVIL", {**CIVIL, "department": "justice"})):
        refused = await put_body(client, code, changed)
        assert (refused.status_code, refused.json()["bodies"]) == (409, 1), refused.text


async def test_list__filters_by_division_kind_level_and_day(client: httpx.AsyncClient) -> None:
    await record_hangzhou(client)
    await record(client, GONGSHU=body("拱墅区示例工委", division="330105", **{"from": "2020-01-01"}))
    await record(client, FORMER=body("西湖区原工委", until="2020-01-01"))

    async def codes(**params: str) -> list[str]:
        response = await client.get("/v1/bodies", params=params)
        assert response.status_code == 200, response.text
        return sorted(item["code"] for item in response.json()["items"])

    assert await codes() == sorted(["CITY", "JUSTICE", "LAWYERS", "XIHU", "CUIYUAN", "GONGSHU", "FORMER"])
    assert await codes(division="330106") == ["CUIYUAN", "FORMER", "XIHU"]
    assert await codes(kind="work_committee", level="district") == ["FORMER", "GONGSHU", "XIHU"]
    assert await codes(level="district", on="2019-12-31") == ["FORMER", "XIHU"]
    assert await codes(level="district", on="2020-01-01") == ["GONGSHU", "XIHU"]
    assert (await client.get("/v1/bodies", params={"on": "heute"})).status_code == 422


async def test_list__as_a_file_has_every_column(client: httpx.AsyncClient) -> None:
    await record(client, CITY=CITY_BODY, XIHU={**DISTRICT, "until": "2030-01-01"})
    response = await client.get("/v1/bodies", params={"format": "csv", "level": "district"})
    heading, row = response.content.decode("utf-8-sig").splitlines()
    shown = dict(zip(heading.split(","), row.split(","), strict=True))
    assert (shown["机构代码"], shown["成立日期"], shown["终止日期"]) == ("XIHU", "2013-01-01", "2030-01-01")
    assert (shown["机构名称"], shown["上级机构代码"]) == ("西湖区示例工委", "CITY")


async def test_if_match__keeps_two_officers_apart(client: httpx.AsyncClient) -> None:
    await record(client, CITY=CITY_BODY)
    stale = await put_body(client, "CITY", {**CITY_BODY, "until": "2030-01-01"}, **{"If-Match": '"7"'})
    assert stale.status_code == 412
    created = await put_body(client, "CITY", CITY_BODY, **{"If-None-Match": "*"})
    assert created.status_code == 412
    assert (await put_body(client, "CITY", CITY_BODY, **{"If-Match": '"1"'})).status_code == 200


async def test_batch__all_or_none_and_parents_within_it(app: FastAPI, client: httpx.AsyncClient) -> None:
    entries = [{"code": "LAWYERS", **LAWYERS}, {"code": "JUSTICE", **JUSTICE}]
    broken = [*entries, {"code": "XIHU", **DISTRICT}]
    refused = await client.put("/v1/bodies:batch", json={"bodies": broken})
    assert pointers(refused) == ["/bodies/2/parent"]
    assert await rows(app, "SELECT code FROM bodies") == []
    twice = await client.put("/v1/bodies:batch", json={"bodies": [*entries, entries[0]]})
    assert pointers(twice) == ["/bodies/2/code"]
    taken = await client.put("/v1/bodies:batch", json={"bodies": entries})
    assert (taken.status_code, taken.json()["created"]) == (200, 2)
    assert [one["code"] for one in taken.json()["bodies"]] == ["LAWYERS", "JUSTICE"]
    again = await client.put("/v1/bodies:batch", json={"bodies": entries})
    assert again.json() == {**taken.json(), "created": 0}
    assert len(await body_events(app)) == 2
