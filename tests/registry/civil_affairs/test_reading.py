"""What a registration must hold: a valid code, valid fields; every error is named by its pointer."""

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
from tests.registry.helpers import code, events, put, rows

CODE = code(201)
PROBLEM = "urn:shuangfu:problem:"

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
    "division not begun yet": (
        {"division": "330113", "registered_on": "2019-12-01", "as_of": "2020-01-01T00:00:00Z"},
        "/division",
    ),
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


async def test_put__everything_wrong_is_reported_at_once(client: httpx.AsyncClient) -> None:
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
