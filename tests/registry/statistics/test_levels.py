"""Figures add up over levels whatever becomes of the organizations, and what was frozen stays as it was (D16, S9)."""

import io
from datetime import date
from typing import Any

import httpx
from fastapi import FastAPI
from python_calamine import CalamineWorkbook

from tests.conftest import AsAdmin
from tests.registry.helpers import code, put
from tests.registry.party_organizations.helpers import deliver, formed
from tests.registry.statistics.test_reports import EARLY, PATH, opened, step

OTHER = {"division": "330105", "street": "米市巷街道"}
COUNTS = "ABCDEFGHIJKLMP"


def lines_of(answer: httpx.Response) -> list[list[Any]]:
    assert answer.status_code == 200, answer.text
    return CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()


async def put_as_of(client: httpx.AsyncClient, number: int, day: str, **changes: Any) -> None:
    answer = await put(client, code(number), **{**EARLY, **changes, "as_of": f"{day}T09:00:00+08:00"})
    assert answer.status_code in (200, 201), answer.text


async def totals(client: httpx.AsyncClient, cut_off: str) -> list[int]:
    """Of the city all, standalone, joint, uncovered; of a district all. Each figure is that of the parts together."""
    city, west, north = [
        await opened(client, table="ledger", division=division, cut_off=cut_off)
        for division in ("3301", "330106", "330105")
    ]
    for column in COUNTS:
        assert city["total"][column] == west["total"][column] + north["total"][column], (cut_off, column)
        assert city["total"][column] == sum(one["cells"][column] for one in city["rows"]), (cut_off, column)
    assert {one["key"][:6] for one in city["rows"]} <= {"330105", "330106"}
    assert city["broken_rules"] == []
    return [*(city["total"][column] for column in "ACEG"), west["total"]["A"]]


async def test_d16_levels__add_up_after_moves_mergers_and_dissolutions(app: FastAPI, client: httpx.AsyncClient) -> None:
    for number in range(1, 7):
        await put_as_of(client, number, "2026-01-10", **(OTHER if number == 6 else {}))
    ids = [(await client.get(f"/v1/organizations/{code(n)}")).json()["id"] for n in range(1, 7)]
    await deliver(app, formed(ids[0], formed_on=date(2026, 2, 1)))
    await deliver(app, formed(ids[3], ids[4], form="joint", formed_on=date(2026, 3, 1)))
    assert await totals(client, "2026-03-31") == [6, 1, 2, 3, 5]

    await put_as_of(client, 1, "2026-04-10", status="deregistered")
    merged = {"predecessor": code(1), "kind": "merger", "on": "2026-04-10", "reason": "合并"}
    assert (await client.post(f"/v1/organizations/{code(2)}/successions", json=merged)).status_code == 201
    await put_as_of(client, 3, "2026-05-05", **OTHER)
    await put_as_of(client, 4, "2026-05-06", **OTHER)
    assert await totals(client, "2026-06-30") == [5, 0, 2, 3, 2]

    for number, where in ((4, OTHER), (5, {})):
        await put_as_of(client, number, "2026-07-01", **where, status="deregistered")
    assert (await client.get("/v1/party-organizations", params={"division": "3301"})).json()["items"] == []
    await put_as_of(client, 1, "2026-08-01")
    assert await totals(client, "2026-09-30") == [4, 0, 0, 4, 2]
    listed = (await client.get(PATH, params={"division": "3301", "limit": 100})).json()["items"]
    for one in listed:
        again = (await client.get(f"{PATH}/{one['id']}/reproduction")).json()
        assert again["same"], (one["cut_off"], again["differences"])


async def test_d16_frozen__what_an_earlier_release_defined_stays_as_it_was(
    app: FastAPI, client: httpx.AsyncClient, as_admin: AsAdmin
) -> None:
    """Its definitions name the unit of its shares; what a later one froze beside them is not read."""
    await put_as_of(client, 1, "2026-01-10")
    first = (await client.get(f"/v1/organizations/{code(1)}")).json()["id"]
    await deliver(app, formed(first, formed_on=date(2026, 2, 1)))
    report = await opened(client)
    for name in ("signature", "locking"):
        assert (await step(client, report, name)).status_code == 200
    path = f"{PATH}/{report['id']}"
    assert lines_of(await client.get(f"{path}/workbook"))[0][14] == "N 组织覆盖率 (%)"
    assert lines_of(await client.get(f"{path}/workbook"))[1][14] == 100
    policy = '{"eligible_min_full_members": 3, "change_bp": 1, "change_least": 1, "later": 1}'
    frozen = (
        "UPDATE statistic_reports SET definition = replace(definition::text, '（D÷B）', '（D÷B，万分比）')::jsonb "
        f"""|| '{{"later": 1, "policy": {policy}}}'"""
    )
    await as_admin(app.state.database.url, f"SELECT set_config('shuangfu.scope', '%', false); {frozen}")
    lines = lines_of(await client.get(f"{path}/workbook"))
    assert (lines[0][14:16], lines[1][14:16]) == (["N 组织覆盖率", "O 工作覆盖率 (%)"], [10000, 100])
    shown = (await client.get(path)).json()
    assert (shown["total"], shown["state"]) == (report["total"], "locked")
    assert (await client.get(f"{path}/reproduction")).json()["same"]
    assert (await step(client, report, "return", reason="补报")).status_code == 200
    assert (await step(client, report, "computation")).status_code == 200
