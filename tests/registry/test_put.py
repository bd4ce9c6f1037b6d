"""PUT of one registration: what is new, changed, the same, stale, or refused."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from fastapi import FastAPI

from services.registry.app import create_app
from shared.field import uscc
from shared.settings import ServiceSettings
from tests.conftest import Hands
from tests.registry.conftest import registration
from tests.registry.helpers import EVENTS, code, events, put, rows

CODE = code(201)
PROBLEM = "urn:shuangfu:problem:"


async def test_put__new_emits_registered_with_the_whole_state(app: FastAPI, client: httpx.AsyncClient) -> None:
    location = {"lon": 120.12, "lat": 30.28}
    body = (await put(client, CODE, location=location, carrier="西溪公益园", evaluation_type="T10")).json()
    [event] = await rows(app, EVENTS)
    assert event["type"] == "shuangfu.registry.organization.registered.v1"
    assert (event["subject"], event["sequence"], event["key"]) == (body["id"], 1, body["id"])
    assert event["division"] == "330106"
    told = {name: event["data"][name] for name in body if name in event["data"]}
    assert told | {"as_of": body["as_of"]} == {name: body[name] for name in told}
    assert event["data"]["location"] == location
    assert (body["source"], body["carrier"], body["status"]) == ("civil_affairs", "西溪公益园", "registered")


async def test_put__same_content_emits_nothing_and_notes_a_newer_as_of(app: FastAPI, client: httpx.AsyncClient) -> None:
    first = (await put(client, CODE)).json()
    again = await put(client, CODE)
    later = await put(client, CODE, as_of="2026-03-05T00:00:00Z")
    assert [again.status_code, later.status_code] == [200, 200]
    assert again.json() == first
    assert later.json() == {**first, "as_of": "2026-03-05T00:00:00Z"}
    assert later.headers["etag"] == '"1"'
    assert await events(app) == [("organization.registered.v1", 1)]
    assert (await client.get(f"/v1/organizations/{CODE}")).json()["as_of"] == "2026-03-05T00:00:00Z"
    between = await put(client, CODE, as_of="2026-03-04T00:00:00Z", name="更名")
    assert between.status_code == 409, "the newer as_of of the same content counts"


async def test_put__changed_raises_the_version_and_emits(app: FastAPI, client: httpx.AsyncClient) -> None:
    first = (await put(client, CODE)).json()
    changed = await put(client, CODE, full_members=5, as_of="2026-03-03T00:00:00+08:00")
    assert changed.status_code == 200
    assert (changed.json()["id"], changed.json()["version"], changed.json()["full_members"]) == (first["id"], 2, 5)
    assert changed.headers["etag"] == '"2"'
    # The same instant with other content is a correction, not old news.
    corrected = await put(client, CODE, full_members=6, as_of="2026-03-03T00:00:00+08:00")
    assert (corrected.status_code, corrected.json()["version"]) == (200, 3)
    assert await events(app) == [
        ("organization.registered.v1", 1),
        ("organization.changed.v1", 2),
        ("organization.changed.v1", 3),
    ]
    assert [row["data"]["full_members"] for row in await rows(app, EVENTS)] == [4, 5, 6]


async def test_put__every_field_of_the_content_makes_a_change(app: FastAPI, client: httpx.AsyncClient) -> None:
    await put(client, CODE)
    changes: list[dict[str, Any]] = [
        {"name": "新名"},
        {"kind": "foundation"},
        {"division": "330105"},
        {"street": "米市巷街道"},
        {"address": "示例路 2 号"},
        {"carrier": "示例大厦"},
        {"location": {"lon": 120.1, "lat": 30.2}},
        {"location": {"lon": 120.1, "lat": 30.3}},
        {"registered_on": "2026-02-28"},
        {"full_time_staff": 7},
        {"full_members_full_time": 4},
        {"full_members": 9},
        {"probationary_members": 0},
        {"evaluation_type": "T10"},
        {"source": "justice"},
        {"status": "deregistered"},
    ]
    for version, change in enumerate(changes, start=2):
        response = await put(client, CODE, **change)
        assert (response.status_code, response.json().get("version")) == (200, version), (change, response.text)
    assert len(await events(app)) == len(changes) + 1


async def test_put__older_than_what_is_stored_is_409_and_changes_nothing(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    first = (await put(client, CODE)).json()
    stale = await put(client, CODE, name="旧名", as_of="2026-03-02T00:59:59Z")
    assert stale.status_code == 409
    document = stale.json()
    assert document["type"] == PROBLEM + "stale-registration"
    assert document["stored_as_of"] == "2026-03-02T01:00:00+00:00"
    assert (await client.get(f"/v1/organizations/{CODE}")).json() == first
    assert await events(app) == [("organization.registered.v1", 1)]


async def test_put__deregistered_is_said_once_and_can_come_back(app: FastAPI, client: httpx.AsyncClient) -> None:
    await put(client, CODE)
    await put(client, CODE, status="deregistered", as_of="2026-04-01T00:00:00Z")
    await put(client, CODE, status="deregistered", as_of="2026-04-02T00:00:00Z")
    back = await put(client, CODE, as_of="2026-05-01T00:00:00Z")
    assert (back.json()["status"], back.json()["version"]) == ("registered", 3)
    assert await events(app) == [
        ("organization.registered.v1", 1),
        ("organization.deregistered.v1", 2),
        ("organization.changed.v1", 3),
    ]


async def test_put__the_code_is_normalized(app: FastAPI, client: httpx.AsyncClient) -> None:
    full_width = "".join(chr(ord(character) + 0xFEE0) for character in CODE)
    spaced = f" {CODE[:6]} {CODE[6:]} "
    for written in (CODE.lower(), spaced, f"{CODE[:8]}-{CODE[8:]}", full_width, full_width.lower()):
        response = await client.put(f"/v1/civil-affairs/registrations/{quote(written)}", json=registration())
        assert response.status_code in (200, 201), response.text
        assert response.json()["uscc"] == CODE
        shown = await client.get(f"/v1/organizations/{quote(written)}")
        assert shown.json()["uscc"] == CODE
    assert len(await rows(app, "SELECT id FROM organizations")) == 1
    assert len(await events(app)) == 1


WRONG_CODES = {
    "too short": CODE[:-1],
    "too long": CODE + "0",
    "a letter that the alphabet lacks": CODE[:8] + "I" + CODE[9:],
    "a Chinese character": CODE[:-1] + "甲",
    "unknown department": "X1" + CODE[2:],
    "unknown category": "56" + CODE[2:],
    "unknown division of a tabled province": CODE[:2] + "339999" + CODE[8:],
    "no division": CODE[:2] + "000000" + CODE[8:],
    "inner check digit": "51330100PDY0000108",
    "outer check digit": "51330100PDY00001X0",
    "only hyphens": "------------------",
    "NUL": CODE[:-1] + "\0",
}


async def test_put__a_wrong_code_is_refused_at_uscc(app: FastAPI, client: httpx.AsyncClient) -> None:
    for name, wrong in WRONG_CODES.items():
        response = await client.put(f"/v1/civil-affairs/registrations/{quote(wrong, safe='')}", json=registration())
        assert response.status_code == 422, (name, response.text)
        assert response.headers["content-type"] == "application/problem+json"
        document = response.json()
        assert document["type"] == PROBLEM + "invalid-input", name
        assert [error["pointer"] for error in document["errors"]] == ["/uscc"], name
    assert await rows(app, "SELECT id FROM organizations") == []
    for valid in ("51330100PDY00001X2", "52330106PDY000028M", "53310000PDY0000369", "51330100PDY0000950"):
        assert (await put(client, valid)).status_code == 201
    # Abolished divisions live on in codes, and a division may differ from where the organization is now.
    assert (await put(client, code(9, division="330103"))).status_code == 201


async def test_put__the_reserved_zone_is_refused_outside_samples(
    settings_for: Callable[[str], Awaitable[ServiceSettings]], hands: Hands
) -> None:
    settings = (await settings_for("registry")).model_copy(update={"allow_sample_codes": False})
    app = create_app(settings)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://registry", auth=hands) as client,
    ):
        refused = await put(client, CODE)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/uscc")
        assert "PDY00201" in refused.json()["errors"][0]["detail"]
        taken = await put(client, uscc.make("52", "330106", "MJ000001"))
        assert taken.status_code == 201, taken.text


WRONG_FIELDS: dict[str, tuple[dict[str, Any], str]] = {
    "more full-time members than staff": ({"full_time_staff": 2}, "/full_members_full_time"),
    "more full-time members than members": ({"full_members": 2}, "/full_members_full_time"),
    "a negative count": ({"probationary_members": -1}, "/probationary_members"),
    "a count as text": ({"full_members": "4"}, "/full_members"),
    "half a member": ({"full_members": 4.5}, "/full_members"),
    "true is no count": ({"full_members": True}, "/full_members"),
    "unknown division": ({"division": "339999"}, "/division"),
    "ended division": ({"division": "330103"}, "/division"),
    "collective division": ({"division": "330101"}, "/division"),
    "division not begun yet": ({"division": "330113", "as_of": "2020-01-01T00:00:00Z"}, "/division"),
    "division of four digits": ({"division": "3301"}, "/division"),
    "unknown kind": ({"kind": "village_committee"}, "/kind"),
    "unknown field": ({"secretary": "甲"}, "/secretary"),
    "unknown field inside": ({"location": {"lon": 1, "lat": 1, "alt": 1}}, "/location/alt"),
    "as_of without zone": ({"as_of": "2026-03-02T09:00:00"}, "/as_of"),
    "as_of beyond every calendar": ({"as_of": "9999-12-31T23:59:59-08:00"}, "/as_of"),
    "a day that is none": ({"registered_on": "2026-02-30"}, "/registered_on"),
    "a blank name": ({"name": ""}, "/name"),
    "NUL in a name": ({"name": "a\0b"}, "/name"),
    "a line break in a name": ({"name": "a\nb"}, "/name"),
    "unknown evaluation type": ({"evaluation_type": "T12"}, "/evaluation_type"),
    "beyond the pole": ({"location": {"lon": 120, "lat": 90.5}}, "/location/lat"),
    "unknown status": ({"status": "dissolved"}, "/status"),
}


async def test_put__a_wrong_field_is_named_by_its_pointer(app: FastAPI, client: httpx.AsyncClient) -> None:
    for name, (change, pointer) in WRONG_FIELDS.items():
        response = await put(client, CODE, **change)
        assert response.status_code == 422, (name, response.text)
        assert [error["pointer"] for error in response.json()["errors"]] == [pointer], (name, response.text)
        assert response.json()["errors"][0]["detail"], name
    required = set(registration())
    response = await client.put(f"/v1/civil-affairs/registrations/{CODE}", json={})
    assert {error["pointer"] for error in response.json()["errors"]} == {f"/{field}" for field in required}
    assert await rows(app, "SELECT id FROM organizations") == []
    assert await events(app) == []


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
async def test_put__a_place_is_a_number(app: FastAPI, client: httpx.AsyncClient, number: str) -> None:
    body = '{"location": {"lon": ' + number + ', "lat": 30.1}}'
    whole = httpx.Request("PUT", "http://x", json=registration()).content.decode()
    response = await client.put(
        f"/v1/civil-affairs/registrations/{CODE}",
        content=whole[:-1] + "," + body[1:],
        headers={"Content-Type": "application/json"},
    )
    assert response.status_code == 422, response.text
    assert await rows(app, "SELECT id FROM organizations") == []


async def test_put__everything_wrong_is_told_at_once(client: httpx.AsyncClient) -> None:
    response = await put(client, CODE[:-1], division="330103")
    assert [error["pointer"] for error in response.json()["errors"]] == ["/uscc", "/division"]
    assert response.json()["count"] == 2


async def test_put__problems_speak_the_readers_language(client: httpx.AsyncClient) -> None:
    def ask(language: str, **changes: Any) -> Awaitable[httpx.Response]:
        return client.put(
            f"/v1/civil-affairs/registrations/{CODE}",
            json=registration(**changes),
            headers={"Accept-Language": language},
        )

    ended = {"division": "330103"}
    chinese, english = (await ask("zh-CN", **ended)).json(), (await ask("en-GB,zh;q=0.5", **ended)).json()
    assert (chinese["title"], english["title"]) == ("输入有误", "Invalid input")
    assert chinese["errors"][0]["detail"] == "行政区划“330103”已于 2021-04-09 撤销。"
    assert english["errors"][0]["detail"] == "Division '330103' ended on 2021-04-09."
    counts = {"full_time_staff": 1}
    assert "不能多于专职工作人员数" in (await ask("zh", **counts)).json()["errors"][0]["detail"]
    assert "than full-time staff" in (await ask("en", **counts)).json()["errors"][0]["detail"]
    await ask("zh")
    older = {"as_of": "2026-03-01T00:00:00Z"}
    assert (await ask("zh", **older)).json()["title"] == "登记信息已过时"
    assert (await ask("en", **older)).json()["title"] == "Stale registration"


async def test_put__two_at_once_make_one(app: FastAPI, client: httpx.AsyncClient) -> None:
    for number in range(300, 312):
        first, second = await asyncio.gather(put(client, code(number)), put(client, code(number)))
        assert sorted([first.status_code, second.status_code]) == [200, 201]
        assert first.json() == second.json()
    assert len(await rows(app, "SELECT id FROM organizations")) == 12
    assert await events(app) == [("organization.registered.v1", 1)] * 12


async def test_put__many_different_at_once_leave_no_gap_in_the_versions(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    responses = await asyncio.gather(
        *(put(client, CODE, full_members=10 + n, as_of="2026-03-03T00:00:00Z") for n in range(12))
    )
    assert sorted(response.status_code for response in responses) == [200] * 11 + [201]
    assert sorted(response.json()["version"] for response in responses) == list(range(1, 13))
    assert [sequence for _, sequence in await events(app)] == list(range(1, 13))
    last = max(responses, key=lambda response: int(response.json()["version"])).json()
    assert (await client.get(f"/v1/organizations/{CODE}")).json() == last
