"""S15: streets file bodies that need no code, one by one; each is known by its number in its street."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.conftest import TokenFor
from tests.registry.bodies.helpers import pointers
from tests.registry.filed_bodies.helpers import COUNT, filing, put
from tests.registry.helpers import rows

LATER = "2026-03-03T09:00:00+08:00"


async def test_s15_filed_body__needs_no_code_and_is_found_by_its_number(client: httpx.AsyncClient) -> None:
    created = await put(client, "翠备〔2024〕7号", people=25, full_members=3, community="翠苑一区社区")
    assert created.status_code == 201, created.text
    shown = created.json()
    assert shown.pop("warnings") == []
    assert (shown["number"], shown["street"], shown["community"]) == ("翠备〔2024〕7号", "翠苑街道", "翠苑一区社区")
    assert (shown["people"], shown["full_members"], shown["probationary_members"]) == (25, 3, None)
    assert "uscc" not in shown
    found = await client.get("/v1/filed-bodies/翠备〔2024〕7号")
    assert (found.status_code, found.headers["etag"]) == (200, '"1"')
    whole = found.json()
    assert {name: whole[name] for name in shown} == shown
    assert (whole["area"], whole["since"]) == (None, None), "no area was drawn"
    by_id = (await client.get(f"/v1/filed-bodies/{shown['id']}")).json()
    # Why it is covered or not is of the moment that is asked.
    for one in (whole, by_id):
        assert [reason.pop("as_of")[:10] for reason in one["reasons"]]
    assert by_id == whole
    assert (await client.get("/v1/filed-bodies/没有")).status_code == 404


async def test_s15_filed_body__what_is_newer_holds_and_what_is_older_is_refused(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    assert (await put(client, "7")).status_code == 201
    same = await put(client, "7", as_of=LATER)
    assert (same.status_code, same.json()["version"]) == (200, 1)
    assert same.json()["as_of"] == "2026-03-03T01:00:00Z", "the newer instant is noted"
    changed = await put(client, "7", name="翠苑社区合唱队", as_of="2026-03-04T09:00:00+08:00")
    assert (changed.status_code, changed.json()["version"], changed.json()["name"]) == (200, 2, "翠苑社区合唱队")
    stale = await put(client, "7", as_of=LATER)
    assert (stale.status_code, stale.json()["type"]) == (409, "urn:shuangfu:problem:stale-filing")
    other = await put(client, "7", name="别的队", as_of="2026-03-04T09:00:00+08:00")
    assert (other.status_code, other.json()["type"]) == (409, "urn:shuangfu:problem:contradicting-filing")
    assert (await client.get("/v1/filed-bodies/7")).json()["name"] == "翠苑社区合唱队"
    assert await rows(app, COUNT) == [{"n": 1}]


async def test_s15_filed_body__each_street_numbers_its_own(app: FastAPI, client: httpx.AsyncClient) -> None:
    assert (await put(client, "1")).status_code == 201
    assert (await put(client, "1", street="西溪街道", name="西溪读书会")).status_code == 201
    assert (await put(client, "１", street="西湖区翠苑街道办事处")).status_code == 200, "the same number and street"
    assert (await put(client, "1", division="330105", street="翠苑街道", name="拱墅读书会")).status_code == 201
    several = await client.get("/v1/filed-bodies/1")
    assert (several.status_code, several.json()["type"]) == (409, "urn:shuangfu:problem:several-filed-bodies")
    assert several.json()["count"] == 3
    one = await client.get("/v1/filed-bodies/1", params={"division": "330106", "street": "西溪街道"})
    assert one.json()["name"] == "西溪读书会"
    assert await rows(app, COUNT) == [{"n": 3}]


async def test_s15_filed_body__is_withdrawn_and_filed_again(client: httpx.AsyncClient) -> None:
    await put(client, "7")
    ended = await put(client, "7", until="2026-03-01", as_of=LATER)
    assert (ended.status_code, ended.json()["until"]) == (200, "2026-03-01")
    on = {day: (await client.get("/v1/filed-bodies", params={"on": day})).json()["items"] for day in DAYS}
    assert [len(on[day]) for day in DAYS] == [0, 1, 1, 0]
    again = await put(client, "7", filed_on="2026-04-01", as_of="2026-04-02T09:00:00+08:00")
    assert (again.status_code, again.json()["until"], again.json()["filed_on"]) == (200, None, "2026-04-01")


DAYS = ("2024-04-30", "2024-05-01", "2026-02-28", "2026-03-01")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"kind": "club"}, ["/kind"]),
        ({"division": "339999"}, ["/division"]),
        ({"filed_on": "1949-09-30"}, ["/filed_on"]),
        ({"filed_on": "2026-03-03"}, ["/filed_on"]),
        ({"until": "2024-05-01"}, ["/until"]),
        ({"people": 3, "full_members": 2, "probationary_members": 2}, ["/full_members"]),
        ({"as_of": "2036-03-02T09:00:00+08:00"}, ["/as_of"]),
        ({"name": " ", "street": "-"}, ["/name", "/street"]),
        ({"uscc": "52330106PDY0000108"}, ["/uscc"]),
        ({"people": -1}, ["/people"]),
        ({"name": "示例队 13800138000", "community": "110101199003070134"}, ["/name", "/community"]),
    ],
)
async def test_s15_filed_body__what_is_wrong_is_named_and_nothing_is_stored(
    app: FastAPI, client: httpx.AsyncClient, changes: dict[str, Any], named: list[str]
) -> None:
    refused = await client.put("/v1/filed-bodies/7", json=filing(**changes))
    assert pointers(refused) == named
    assert await rows(app, COUNT) == [{"n": 0}]


async def test_s15_filed_body__a_day_at_the_bound_is_taken(client: httpx.AsyncClient) -> None:
    assert (await put(client, "1", filed_on="1949-10-01")).status_code == 201
    assert (await put(client, "2", filed_on="2026-03-02")).status_code == 201
    assert (await put(client, "3", until="2024-05-02")).status_code == 201


@pytest.mark.parametrize("number", ["%20", "a%5Cb", "a%3Fb", "%E2%80%8B", "x" * 61])
async def test_s15_filed_body__a_number_can_be_read_and_stands_in_a_path(
    client: httpx.AsyncClient, number: str
) -> None:
    assert pointers(await put(client, number)) == ["/number"]


async def test_s15_filed_body__if_match_holds_what_was_read(client: httpx.AsyncClient) -> None:
    await put(client, "7")
    lost = await put(client, "7", {"If-Match": '"2"'}, name="别的队", as_of=LATER)
    assert lost.status_code == 412
    held = await put(client, "7", {"If-Match": '"1"'}, name="别的队", as_of=LATER)
    assert (held.status_code, held.headers["etag"]) == (200, '"2"')
    assert (await put(client, "7", {"If-None-Match": "*"}, as_of=LATER)).status_code == 412


async def test_s15_filed_body__lists_by_division_street_kind_number_and_name(client: httpx.AsyncClient) -> None:
    await put(client, "1")
    await put(client, "2", kind="charity", name="翠苑爱心驿站")
    await put(client, "1", division="330105", street="小河街道", name="小河爱心队")

    async def names(**filters: str) -> list[str]:
        return [one["name"] for one in (await client.get("/v1/filed-bodies", params=filters)).json()["items"]]

    assert await names() == ["翠苑社区舞蹈队", "翠苑爱心驿站", "小河爱心队"]
    assert await names(division="330105") == ["小河爱心队"]
    assert await names(street="翠苑街道") == ["翠苑社区舞蹈队", "翠苑爱心驿站"]
    assert await names(kind="charity") == ["翠苑爱心驿站"]
    assert await names(number="1") == ["翠苑社区舞蹈队", "小河爱心队"]
    assert await names(q="爱心") == ["翠苑爱心驿站", "小河爱心队"]
    assert await names(q="%") == []


async def test_s15_filed_body__a_street_officer_files_within_the_division_only(
    client: httpx.AsyncClient, token_for: TokenFor
) -> None:
    officer = {"Authorization": f"Bearer {token_for('street_officer', ['330106'])}"}
    assert (await put(client, "1", officer)).status_code == 201
    assert (await put(client, "1", officer, division="330105")).status_code == 403
    elsewhere = {"Authorization": f"Bearer {token_for('street_officer', ['330105'])}"}
    assert (await client.get("/v1/filed-bodies/1", headers=elsewhere)).status_code == 404
    assert (await client.get("/v1/filed-bodies", headers=elsewhere)).json()["items"] == []
    rater = {"Authorization": f"Bearer {token_for('rater', ['330106'])}"}
    assert (await put(client, "2", rater)).status_code == 403


async def test_s15_filed_body__the_trail_says_who_filed_it_and_what_changed(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    await put(client, "7")
    await put(client, "7", people=30, as_of=LATER)
    found = await rows(app, "SELECT operation, diff FROM audit_log WHERE object_type = 'filed_bodies' ORDER BY number")
    assert [one["operation"] for one in found] == ["insert", "update"]
    assert found[1]["diff"]["after"]["people"] == 30
    assert set(found[1]["diff"]["after"]) == {"people", "as_of", "version", "stated_in"}


async def test_s15_get__finds_a_number_that_looks_like_an_id_and_a_street_as_it_is_written(
    client: httpx.AsyncClient,
) -> None:
    number = "20240501000100020003000400050006"
    assert (await put(client, number, street="翠苑街道办事处")).status_code == 201
    assert (await client.get(f"/v1/filed-bodies/{number}")).json()["number"] == number
    asked = {"division": "330106", "street": "翠苑街道办事处"}
    assert (await client.get(f"/v1/filed-bodies/{number}", params=asked)).status_code == 200
    [listed] = (await client.get("/v1/filed-bodies", params=asked)).json()["items"]
    assert listed["number"] == number
