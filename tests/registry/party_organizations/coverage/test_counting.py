"""Coverage is read from counts that triggers keep: they are what is registered, whatever becomes of it (S1, S9)."""

import asyncio
from datetime import date
from uuid import UUID, uuid4

import asyncpg
import httpx
from fastapi import FastAPI

from shared.urls import driver_url
from tests.conftest import AsAdmin
from tests.registry.civil_affairs.helpers import line, send
from tests.registry.helpers import code, put, rows
from tests.registry.party_organizations.helpers import deliver, formed

KEPT = """
SELECT division, coverage, CAST(sum(organizations) AS bigint) AS n FROM organization_counts
GROUP BY division, coverage HAVING sum(organizations) <> 0 ORDER BY division, coverage
"""
COUNTED = """
SELECT division, coverage, count(*) AS n FROM organizations WHERE status = 'registered'
GROUP BY division, coverage ORDER BY division, coverage
"""
EARLY = {"registered_on": "2019-03-01", "as_of": "2026-03-02T09:00:00+08:00"}


async def kept(app: FastAPI) -> dict[tuple[str, str], int]:
    """What is counted, which is what there is."""
    found = await rows(app, KEPT)
    assert found == await rows(app, COUNTED)
    return {(one["division"], one["coverage"]): one["n"] for one in found}


async def test_s9_counts__follow_a_whole_life(app: FastAPI, client: httpx.AsyncClient) -> None:
    lines = [line(n, division="330105" if n % 3 == 0 else "330106", **EARLY) for n in range(1, 13)]
    await send(client, [*lines, line(5, **EARLY)])
    assert await kept(app) == {("330105", "uncovered"): 4, ("330106", "uncovered"): 8}
    first, second = [(await client.get(f"/v1/organizations/{code(n)}")).json()["id"] for n in (1, 2)]
    await deliver(app, formed(first, second, form="joint", formed_on=date(2026, 4, 1)))
    assert (await kept(app))["330106", "joint"] == 2
    await put(client, code(4), **{**EARLY, "division": "330105", "as_of": "2026-05-01T09:00:00+08:00"})
    assert (await kept(app))["330105", "uncovered"] == 5
    await put(client, code(1), **{**EARLY, "division": "330105", "as_of": "2026-05-02T09:00:00+08:00"})
    assert (await kept(app))["330105", "joint"] == 1
    await put(client, code(2), **{**EARLY, "status": "deregistered", "as_of": "2026-06-01T09:00:00+08:00"})
    assert ("330106", "joint") not in await kept(app)
    body = {"fields": {"status": "registered"}, "as_of": "2026-06-02T01:00:00Z", "reason": "误注销"}
    assert (await client.post(f"/v1/organizations/{code(2)}/corrections", json=body)).status_code == 200
    await kept(app)
    await put(client, code(7), **{**EARLY, "full_members": 9, "as_of": "2026-06-03T09:00:00+08:00"})
    found = await kept(app)
    assert sum(found.values()) == 12
    city = (await client.get("/v1/coverage", params={"division": "3301"})).json()
    assert (city["organizations"], city["covered_joint"]) == (12, found["330105", "joint"])
    other = (await client.get("/v1/coverage", params={"division": "330105"})).json()
    assert other["organizations"] == sum(n for (division, _), n in found.items() if division == "330105")


async def test_s9_counts__of_many_who_write_at_once(app: FastAPI, client: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*[put(client, code(n)) for n in range(1, 41)])
    assert {one.status_code for one in answers} == {201}
    batches = [[line(n, status="deregistered", as_of="2026-06-01T09:00:00+08:00")] for n in range(1, 11)]
    await asyncio.gather(*[send(client, lines) for lines in batches])
    assert await kept(app) == {("330106", "uncovered"): 30}


async def test_s9_counts__nobody_waits_for_a_writer_of_the_same_division(
    app: FastAPI, client: httpx.AsyncClient, as_admin: AsAdmin
) -> None:
    """Nor is what is taken back counted, or deleted rows."""
    await put(client, code(1))
    url = driver_url(app.state.database.url)
    one, other = await asyncpg.connect(url), await asyncpg.connect(url)
    again = (
        "INSERT INTO organizations SELECT (jsonb_populate_record(o, "
        "jsonb_build_object('id', $1::text, 'uscc', $2::text))).* FROM organizations o LIMIT 1"
    )
    try:
        for number, connection in enumerate((one, other), start=2):
            await connection.execute("BEGIN")
            await connection.execute("SELECT set_config('shuangfu.scope', '%', true)")
            await connection.execute("SET LOCAL lock_timeout = '2s'")
            await connection.execute(again, str(uuid4()), code(number))
        await other.execute("COMMIT")
        await one.execute("ROLLBACK")
    finally:
        await one.close()
        await other.close()
    assert await kept(app) == {("330106", "uncovered"): 2}
    [gone] = await rows(app, "SELECT id FROM organizations WHERE uscc = :uscc", uscc=code(3))
    assert isinstance(gone["id"], UUID)
    await as_admin(app.state.database.url, f"DELETE FROM organizations WHERE id = '{gone['id']}'")
    assert await kept(app) == {("330106", "uncovered"): 1}
