"""D7: a round of 3,000 organizations, entered by batch, compared with the last, confirmed, locked, reopened."""

import asyncio
import time

import httpx
from fastapi import FastAPI

from tests.conftest import AsAdmin
from tests.registry.helpers import code, rows
from tests.registry.surveys.helpers import (
    PATH,
    confirm,
    counts,
    enter,
    enter_many,
    lock,
    open_round,
    read,
    register,
    slug,
    step,
)

MANY = 3000
JUMPING = range(1, 41)
MISSING = range(2991, 3001)
SECONDS = 60
"""Each step of it takes one or two of them on two cores."""


async def test_d7_round__of_3000_is_entered_compared_and_locked(
    app: FastAPI, client: httpx.AsyncClient, as_admin: AsAdmin
) -> None:
    await register(client, *range(1, MANY + 1))
    began = time.monotonic()
    first = await open_round(client, "2025")
    entered = await enter_many(client, first, [{"uscc": code(n), **counts()} for n in range(1, MANY + 1)])
    assert {one["status"] for one in entered} == {201}
    locked = await lock(client, first, word="街道统一核对")
    assert locked["totals"]["full_members"] == MANY * counts()["full_members"]
    second = await open_round(client)
    jumped = {n: {"applicants": 12} for n in JUMPING}
    lines = [{"uscc": code(n), **counts(**jumped.get(n, {}))} for n in range(1, MANY + 1) if n not in MISSING]
    assert {one["status"] for one in await enter_many(client, second, lines)} == {201}
    assert {one["status"] for one in await enter_many(client, second, lines)} == {200}, "the same again"
    assert await rows(app, "SELECT max(version) AS n FROM survey_returns") == [{"n": 1}]
    expected = {"due": MANY, "missing": len(MISSING), "entered": MANY - 50, "confirmed": 0, "jump": len(JUMPING)}
    assert (await read(client, second))["counts"] == expected
    refused = await step(client, second, "locking", word="失联")
    assert (refused.status_code, slug(refused), refused.json()["jump"]) == (409, "survey-incomplete", len(JUMPING))
    found = (await read(client, second, "/returns", state="jump", limit=100))["items"]
    assert {one["uscc"] for one in found} == {code(n) for n in JUMPING}
    assert {one["compared"]["applicants"] for one in found} == {2}
    words = [{"uscc": code(n), **counts(applicants=12, word="集中申请")} for n in JUMPING]
    assert {one["status"] for one in await enter_many(client, second, words)} == {200}
    refused = await step(client, second, "locking")
    assert (refused.status_code, refused.json()["missing"]) == (409, len(MISSING))
    missing = (await read(client, second, "/returns", state="missing"))["items"]
    assert {one["uscc"] for one in missing} == {code(n) for n in MISSING}
    locked = await lock(client, second, word="十家失联")
    seconds = time.monotonic() - began
    print(f"{MANY} organizations, two rounds: {seconds:.1f} s")
    assert seconds < SECONDS
    assert locked["counts"] == expected | {"entered": MANY - 10, "jump": 0}
    assert await rows(app, "SELECT state, count(*) AS n FROM survey_locked_returns GROUP BY state ORDER BY 1") == [
        {"state": "entered", "n": 2 * MANY - 10},
        {"state": "missing", "n": 10},
    ]
    [audited] = await as_admin.rows(
        app.state.database.url, "SELECT count(*) AS n FROM audit_log WHERE object_type = 'survey_returns'"
    )
    assert audited["n"] == 2 * MANY - 10 + len(JUMPING)


async def test_d7_batch__of_what_is_refused_holds_up_nothing(client: httpx.AsyncClient) -> None:
    await register(client, 1, 2)
    await register(client, 3, division="330105")
    survey = await open_round(client)
    lines = [
        {"uscc": code(1), **counts()},
        {"uscc": code(1), **counts(applicants=5)},
        {"uscc": code(2), **counts(full_members_full_time=7)},
        {"uscc": code(3), **counts()},
        {"uscc": code(9), **counts()},
        {"uscc": "\0", **counts()},
        {"uscc": code(2), "version": 4, **counts()},
        {"uscc": code(2), **counts()},
    ]
    found = await enter_many(client, survey, lines)
    assert [one["status"] for one in found] == [201, 200, 422, 409, 404, 404, 412, 201]
    shown = await read(client, survey, f"/returns/{code(1)}")
    assert (shown["applicants"], shown["version"]) == (5, 2)


async def test_d7_batch__two_at_once_enter_each_organization_once(app: FastAPI, client: httpx.AsyncClient) -> None:
    await register(client, *range(1, 301))
    survey = await open_round(client)
    lines = [{"uscc": code(n), **counts()} for n in range(1, 301)]
    both = await asyncio.gather(enter_many(client, survey, lines), enter_many(client, survey, lines[::-1]))
    assert sorted(one["status"] for found in both for one in found) == [200] * 300 + [201] * 300
    assert await rows(app, "SELECT count(*) AS n, max(version) AS v FROM survey_returns") == [{"n": 300, "v": 1}]


async def test_d7_locking__while_others_enter_keeps_what_is_there(app: FastAPI, client: httpx.AsyncClient) -> None:
    await register(client, *range(1, 41))
    survey = await open_round(client)
    asked = [enter(client, survey, n) for n in range(1, 41)]
    responses = await asyncio.gather(*asked[:20], step(client, survey, "locking", word="已核"), *asked[20:])
    assert {one.status_code for one in responses} <= {200, 201, 409}
    [kept] = await rows(
        app,
        "SELECT count(*) FILTER (WHERE l.return_version IS DISTINCT FROM r.version) AS differ, count(*) AS n "
        "FROM survey_locked_returns l LEFT JOIN survey_returns r USING (organization_id)",
    )
    assert kept == {"differ": 0, "n": 40}


async def test_d7_opening__two_at_once_open_one(client: httpx.AsyncClient) -> None:
    bodies = [{"period": "2026H1", "division": division} for division in ("3301", "330106", "33")]
    responses = await asyncio.gather(*[client.post(PATH, json=body) for body in bodies])
    assert sorted(one.status_code for one in responses) == [201, 409, 409]


async def test_d7_confirmation__once_of_two_at_once(client: httpx.AsyncClient) -> None:
    await register(client, 1)
    survey = await open_round(client)
    await enter(client, survey, 1)
    both = await asyncio.gather(confirm(client, survey, 1), confirm(client, survey, 1))
    assert [one.status_code for one in both] == [200, 200]
    assert (await read(client, survey, f"/returns/{code(1)}"))["version"] == 2
