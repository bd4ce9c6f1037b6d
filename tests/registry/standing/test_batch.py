"""Ten thousand codes in one answer: each in its place, whatever is wrong with it (H24)."""

import gc
import json
from collections.abc import Iterable
from time import thread_time

import httpx
import orjson
import psutil
from fastapi import FastAPI

from tests.conftest import AsAdmin, TokenFor
from tests.registry.conftest import registration
from tests.registry.helpers import code
from tests.registry.party_organizations.helpers import deliver
from tests.registry.standing.helpers import RATED, changed, give, rate, registered

PATH = "/v1/standings:batch"
CONNECTED = (
    "SELECT pid FROM pg_stat_activity "
    "WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
)


async def test_h24_batch__each_code_is_answered_in_its_place(app: FastAPI, client: httpx.AsyncClient) -> None:
    organization = await registered(client, 1)
    await registered(client, 2, division="330105")
    await rate(app, organization, 1)
    broken = code(1)[:-1] + ("0" if code(1)[-1] != "0" else "1")
    asked = [code(2), code(1), code(9), broken, "示例", code(1).lower(), "", code(1), "52\x00", "9" * 200, "\ud800"]
    sent = {"Accept-Language": "en", "Content-Type": "application/json"}
    response = await client.post(PATH, content=json.dumps({"codes": asked}), headers=sent)
    assert response.status_code == 200, response.text
    found = response.json()
    assert found["found"] == 4
    assert [(one["line"], one["code"], one["status"]) for one in found["items"]] == [
        (1, code(2), 200),
        (2, code(1), 200),
        (3, code(9), 404),
        (4, broken, 422),
        (5, "示例", 422),
        (6, code(1).lower(), 200),
        (7, "", 422),
        (8, code(1), 200),
        (9, "52\x00", 422),
        (10, "9" * 64 + "…", 422),
        (11, "?", 422),
    ]
    by_line = {one["line"]: one for one in found["items"]}
    assert by_line[2]["standing"]["ceiling"]["value"] == "2A"
    assert by_line[6]["standing"] == by_line[8]["standing"] == by_line[2]["standing"]
    assert by_line[6]["uscc"] == code(1)
    assert (by_line[4]["uscc"], by_line[4]["standing"]) == (None, None)
    assert by_line[3]["problem"]["type"].endswith("not-found")
    assert by_line[4]["problem"]["errors"][0]["detail"]
    alone = (await client.get(f"/v1/organizations/{code(1)}/standing", headers={"Accept-Language": "en"})).json()
    assert {**alone, "as_of": None, "ceiling": None, "star": None, "procurement": None} == {
        **by_line[2]["standing"],
        "as_of": None,
        "ceiling": None,
        "star": None,
        "procurement": None,
    }
    assert alone["ceiling"]["reasons"][0]["text"] == by_line[2]["standing"]["ceiling"]["reasons"][0]["text"]


async def test_h24_batch__an_organization_of_another_division_is_as_unknown_as_one_that_is_not(
    app: FastAPI, client: httpx.AsyncClient, token_for: TokenFor
) -> None:
    organization = await registered(client, 1)
    await rate(app, organization, 1)
    elsewhere = {"Authorization": f"Bearer {token_for('registrar', ['3302'])}"}
    asked = {"codes": [code(1), code(9)]}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://registry", headers=elsewhere) as other:
        known, unknown = (await other.post(PATH, json=asked)).json()["items"]
    assert (known["status"], unknown["status"]) == (404, 404)
    assert known["problem"] == unknown["problem"]
    assert known["standing"] is None


async def test_h24_batch__an_excepted_code_is_one(app: FastAPI, client: httpx.AsyncClient) -> None:
    broken = code(1)[:-1] + ("0" if code(1)[-1] != "0" else "1")
    [refused] = (await client.post(PATH, json={"codes": [broken]})).json()["items"]
    assert refused["status"] == 422
    entry = {"uscc": broken, "authority": "示例市民政局", "reason": "校验位有误"}
    assert (await client.post("/v1/code-exceptions", json=entry)).status_code == 201
    [unknown] = (await client.post(PATH, json={"codes": [broken]})).json()["items"]
    assert unknown["status"] == 404


async def test_h24_batch__takes_one_to_ten_thousand_codes(client: httpx.AsyncClient) -> None:
    assert (await client.post(PATH, json={"codes": []})).status_code == 422
    too_many = await client.post(PATH, json={"codes": [code(1)] * 10_001})
    assert too_many.status_code == 422
    assert too_many.json()["errors"][0]["pointer"] == "/codes"


def processing(backends: Iterable[psutil.Process]) -> float:
    """The processor's seconds of this thread and of the database's connections."""
    return thread_time() + sum(sum(one.cpu_times()[:2]) for one in backends)


async def test_h24_batch__ten_thousand_organizations_in_one_answer(
    app: FastAPI, client: httpx.AsyncClient, as_admin: AsAdmin
) -> None:
    count = 10_000
    codes = [code(n) for n in range(1, count + 1)]
    lines = [
        orjson.dumps({**registration(), **RATED, "uscc": one, "name": f"示例组织{n}"}) for n, one in enumerate(codes)
    ]
    await client.post("/v1/civil-affairs/registrations:batch", content=b"\n".join(lines), timeout=120)
    listed: dict[str, str] = {}
    cursor = None
    while len(listed) < count:
        query = {"limit": 500} | ({"cursor": cursor} if cursor else {})
        page = (await client.get("/v1/organizations", params=query)).json()
        listed |= {one["uscc"]: one["id"] for one in page["items"]}
        cursor = page["next_cursor"]
    events = [changed(listed[one], n % 6) for n, one in enumerate(codes)]
    for start in range(0, count, 1000):
        await deliver(app, *events[start : start + 1000])
    assert (await give(client, 3, "4A", "2026-06-15")).status_code == 201
    backends = [psutil.Process(row["pid"]) for row in await as_admin.rows(app.state.database.url, CONNECTED)]
    # Who asks waits for the application or for its database's connection, so both together are the answer's clock on
    # processors that nobody else uses; the other workers of the run do, and slow these down: one of some is enough.
    assert backends
    gc.collect()
    gc.freeze()
    spent = []
    while len(spent) < 5 and min(spent, default=2) >= 2:
        started = processing(backends)
        response = await client.post(PATH, json={"codes": codes})
        spent.append(processing(backends) - started)
    gc.unfreeze()
    found = response.json()
    assert (found["found"], len(found["items"])) == (count, count)
    assert [one["standing"]["star"]["value"] for one in found["items"]] == [n % 6 for n in range(count)]
    capped = sum(1 for one in found["items"] if one["standing"]["ceiling"]["value"] == "2A")
    assert capped == sum(1 for n in range(count) if n % 6 <= 1)
    assert min(spent) < 2
