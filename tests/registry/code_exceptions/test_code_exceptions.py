"""Codes that their authority issued with wrong check digits: entered once, then taken at every way in, and marked."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.conftest import TokenFor
from tests.registry.civil_affairs.helpers import line, send
from tests.registry.conftest import registration
from tests.registry.helpers import code, put, rows
from tests.registry.imports.helpers import import_file, ndjson, row

RIGHT = code(1)
OUTER = RIGHT[:-1] + ("0" if RIGHT[-1] != "0" else "1")
INNER = RIGHT[:-2] + ("0" if RIGHT[-2] != "0" else "1") + RIGHT[-1]
"""The inner check digit is wrong, and so is the outer one."""
ENTRY = {"authority": "示例市民政局", "reason": "2015年赋码时校验位有误,发证机关确认沿用。"}
PATH = "/v1/code-exceptions"


async def enter(client: httpx.AsyncClient, wrong: str, **changes: Any) -> httpx.Response:
    return await client.post(PATH, json={"uscc": wrong, **ENTRY, **changes})


@pytest.mark.parametrize("wrong", [OUTER, INNER])
async def test_t51_exception__is_taken_at_every_way_in_and_marked(
    app: FastAPI, client: httpx.AsyncClient, wrong: str
) -> None:
    assert (await put(client, wrong)).status_code == 422
    entered = await enter(client, f" {wrong[:8].lower()}-{wrong[8:]}")
    assert (entered.status_code, entered.json()["uscc"], entered.json()["division"]) == (201, wrong, "330106")
    taken = await put(client, wrong)
    assert (taken.status_code, taken.json()["code_excepted"]) == (201, True), taken.text
    assert (await client.get(f"/v1/organizations/{wrong}")).json()["code_excepted"] is True
    text = line(1).replace(RIGHT.encode(), f"{wrong[:6]}-{wrong[6:].lower()}".encode())
    results = await send(client, [line(2), text, line(3).replace(code(3).encode(), code(3)[:-1].encode())])
    assert [result["status"] for result in results] == [201, 200, 422]
    found = await import_file(app, client, ndjson([{**row(1), "uscc": wrong}, row(2)]), "a.ndjson")
    assert (found["counts"]["same"], found["counts"]["refused"]) == (2, 0)
    assert (await put(client, code(2))).json()["code_excepted"] is False


async def test_t51_exception__the_rest_of_the_code_is_still_checked(app: FastAPI, client: httpx.AsyncClient) -> None:
    for wrong in (RIGHT, OUTER[:-1], "Z" + OUTER[1:], OUTER[:2] + "999999" + OUTER[8:], OUTER[:-1] + "I"):
        refused = await enter(client, wrong)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/uscc"), wrong
    for field in ("authority", "reason"):
        refused = await enter(client, OUTER, **{field: " \u200b"})
        assert [one["pointer"] for one in refused.json()["errors"]] == [f"/{field}"]
    assert await rows(app, "SELECT uscc FROM code_exceptions") == []


async def test_t51_exception__is_listed_taken_back_and_audited(app: FastAPI, client: httpx.AsyncClient) -> None:
    await enter(client, OUTER)
    assert [(await enter(client, OUTER)).status_code, (await enter(client, OUTER, reason="另一理由")).status_code] == [
        200,
        409,
    ]
    await enter(client, INNER, division="330102")
    page = (await client.get(PATH, params={"limit": "1"})).json()
    more = (await client.get(PATH, params={"limit": "1", "cursor": page["next_cursor"]})).json()
    assert [one["uscc"] for one in page["items"] + more["items"]] == sorted([OUTER, INNER])
    assert more["next_cursor"] is None
    assert [one["uscc"] for one in (await client.get(PATH, params={"division": "330102"})).json()["items"]] == [INNER]
    await put(client, OUTER)
    assert (await client.delete(f"{PATH}/{OUTER.lower()}")).status_code == 204
    assert (await client.get(f"{PATH}/{OUTER}")).status_code == 404
    assert (await put(client, OUTER, full_members=9, as_of="2026-03-09T00:00:00Z")).status_code == 422
    assert (await client.get(f"/v1/organizations/{OUTER}")).json()["code_excepted"] is True
    trail = await rows(app, "SELECT operation FROM audit_log WHERE object_type = 'code_exceptions' ORDER BY at, number")
    assert [one["operation"] for one in trail] == ["insert", "insert", "delete"]


async def test_t51_exception__counts_everywhere_and_is_its_own_divisions_to_change(
    client: httpx.AsyncClient, token_for: TokenFor
) -> None:
    await enter(client, OUTER)
    elsewhere = {"Authorization": f"Bearer {token_for('registrar', ['3101'])}"}
    assert (await client.get(f"{PATH}/{OUTER}", headers=elsewhere)).status_code == 404
    assert (await client.get(PATH, headers=elsewhere)).json()["items"] == []
    body = registration(division="310101", street="示例街道")
    taken = await client.put(f"/v1/civil-affairs/registrations/{OUTER}", json=body, headers=elsewhere)
    assert taken.status_code == 201, taken.text
    for answer, status, slug in (
        (await client.delete(f"{PATH}/{OUTER}", headers=elsewhere), 404, "not-found"),
        (await client.post(PATH, json={"uscc": INNER, **ENTRY}, headers=elsewhere), 403, "outside-scope"),
        (
            await client.post(PATH, json={"uscc": OUTER, **ENTRY, "division": "310101"}, headers=elsewhere),
            409,
            "already-excepted",
        ),
    ):
        assert (answer.status_code, answer.json()["type"]) == (status, f"urn:shuangfu:problem:{slug}")
