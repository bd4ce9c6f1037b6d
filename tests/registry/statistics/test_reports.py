"""Reports over HTTP: drawn up, explained, signed, locked, returned, and the same again later (D16, S9)."""

import io
from datetime import date
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from python_calamine import CalamineWorkbook

from tests.registry.helpers import code, put, rows
from tests.registry.party_organizations.helpers import deliver, formed

EARLY = {"registered_on": "2019-03-01", "as_of": "2026-03-02T09:00:00+08:00"}
PATH = "/v1/statistics"


async def opened(client: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    body = {"table": "yearly", "division": "330106", "cut_off": "2026-06-30", **changes}
    response = await client.post(PATH, json=body)
    assert response.status_code == 201, response.text
    found: dict[str, Any] = response.json()
    return found


async def step(client: httpx.AsyncClient, report: dict[str, Any], name: str, **body: Any) -> httpx.Response:
    return await client.post(f"{PATH}/{report['id']}/{name}", json=body)


@pytest.fixture
async def filled(app: FastAPI, client: httpx.AsyncClient) -> httpx.AsyncClient:
    """One with its own branch since June; moved in July; deregistered in May; a small one; founded in July."""
    for number in (1, 2, 3):
        await put(client, code(number), **EARLY)
    await put(client, code(4), **{**EARLY, "full_members": 1, "full_members_full_time": 0, "full_time_staff": 2})
    await put(client, code(5), **{**EARLY, "registered_on": "2026-07-01", "as_of": "2026-07-01T09:00:00+08:00"})
    moved = {**EARLY, "division": "330105", "street": "米市巷街道", "as_of": "2026-07-10T09:00:00+08:00"}
    await put(client, code(2), **moved)
    await put(client, code(3), **{**EARLY, "status": "deregistered", "as_of": "2026-05-10T09:00:00+08:00"})
    first = (await client.get(f"/v1/organizations/{code(1)}")).json()["id"]
    await deliver(app, formed(first, formed_on=date(2026, 6, 1)))
    return client


async def test_d16_report__counts_as_of_the_cut_off_day(filled: httpx.AsyncClient) -> None:
    report = await opened(filled)
    assert report["rows"] == [{"key": "social_service_institution", "cells": report["total"]}]
    wanted = {"A": 3, "B": 2, "C": 1, "D": 1, "G": 2, "H": 1, "I": 1, "J": 0, "N": 5000, "O": 3333, "P": 1}
    assert {name: report["total"][name] for name in wanted} == wanted
    assert (report["state"], report["broken_rules"], report["assumed"], report["due_on"]) == (
        "computed",
        [],
        0,
        "2026-07-31",
    )
    assert report["reasons"][0]["rule"] == "R-statistics"
    assert "截止日" in report["reasons"][0]["text"], "a reason says in words why"


async def test_d16_report__levels_add_up_after_a_move(filled: httpx.AsyncClient) -> None:
    city = await opened(filled, division="3301")
    west = await opened(filled, division="330106")
    await put(filled, code(6), **{**EARLY, "division": "330100"})
    alone = await opened(filled, division="3301", lower_levels=False)
    assert (city["total"]["A"], west["total"]["A"], alone["total"]["A"]) == (3, 3, 1)
    later = await opened(filled, table="ledger", division="3301", cut_off="2026-09-30")
    assert {one["key"]: one["cells"]["A"] for one in later["rows"]} == {
        "330100 翠苑街道": 1,
        "330105 米市巷街道": 1,
        "330106 翠苑街道": 3,
    }


async def test_d16_report__through_all_its_steps(filled: httpx.AsyncClient) -> None:
    report = await opened(filled)
    assert (await step(filled, report, "locking")).status_code == 409
    signed = await step(filled, report, "signature", note="数据无误")
    assert (signed.status_code, signed.json()["state"]) == (200, "signed")
    assert (await step(filled, report, "computation")).status_code == 409
    locked = await step(filled, report, "locking")
    assert (locked.status_code, locked.json()["state"]) == (200, "locked")
    assert (await step(filled, report, "return")).status_code == 422
    back = await step(filled, report, "return", reason="数据有误")
    assert (back.status_code, back.json()["state"]) == (200, "returned")
    again = await step(filled, report, "computation")
    assert (again.json()["state"], again.json()["total"]) == ("computed", report["total"])
    assert [one["step"] for one in again.json()["history"]] == [
        "computation",
        "signature",
        "locking",
        "return",
        "computation",
    ]


async def test_d16_report__who_signed_does_not_lock(filled: httpx.AsyncClient, token_for: Any) -> None:
    report = await opened(filled)
    one = {"Authorization": f"Bearer {token_for('district_officer', ['330106'], subject='one')}"}
    path = f"{PATH}/{report['id']}"
    assert (await filled.post(f"{path}/signature", json={}, headers=one)).status_code == 200
    shown = {step["step"]: step for step in (await filled.get(path, headers=one)).json()["next_steps"]}
    assert (shown["locking"]["allowed"], shown["locking"]["problem"]) == (False, "same-hand")
    refused = await filled.post(f"{path}/locking", json={}, headers=one)
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:shuangfu:problem:same-hand")
    other = {"Authorization": f"Bearer {token_for('district_officer', ['330106'], subject='other')}"}
    assert (await filled.post(f"{path}/locking", json={}, headers=other)).status_code == 200


async def test_d16_report__is_reproduced_and_late_corrections_are_shown(filled: httpx.AsyncClient) -> None:
    report = await opened(filled)
    await step(filled, report, "signature")
    await step(filled, report, "locking")
    path = f"{PATH}/{report['id']}"
    first = (await filled.get(f"{path}/workbook")).content
    await put(filled, code(1), **{**EARLY, "full_members": 9, "as_of": "2026-08-01T00:00:00+08:00"})
    assert (await filled.get(f"{path}/reproduction")).json()["same"] is True
    body = {"fields": {"full_members": 7}, "as_of": "2026-06-01T00:00:00Z", "reason": "漏报"}
    assert (await filled.post(f"/v1/organizations/{code(1)}/corrections", json=body)).status_code == 200
    found = (await filled.get(f"{path}/reproduction")).json()
    assert found["same"] is False
    assert {(one["row"], one["column"], one["stored"], one["computed"]) for one in found["differences"]} == {
        (row, "L", 9, 12) for row in ("social_service_institution", "total")
    }
    assert (await filled.get(f"{path}/workbook")).content == first, "what is locked stays, byte for byte"


async def test_d16_report__a_change_over_the_bound_needs_a_word(filled: httpx.AsyncClient) -> None:
    before = await opened(filled, table="ledger", cut_off="2026-03-31")
    await step(filled, before, "signature")
    await step(filled, before, "locking")
    for number in range(10, 18):
        await put(filled, code(number), **{**EARLY, "registered_on": "2026-05-01", "as_of": "2026-05-02T00:00:00Z"})
    report = await opened(filled, table="ledger", cut_off="2026-06-30")
    assert report["compared_with"] == "2026-03-31"
    changed = [one["column"] for one in report["changed_totals"]]
    assert "A" in changed
    refused = await step(filled, report, "signature")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:shuangfu:problem:statistics-unfit")
    assert refused.json()["silent"] == changed
    unknown = await step(filled, report, "explanation", words={"ZZ": "新增"})
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/words/ZZ")
    await step(filled, report, "explanation", words={changed[0]: "五月新登记八家"})
    await step(filled, report, "explanation", words=dict.fromkeys(changed[1:], "五月新登记八家"))
    signed = await step(filled, report, "signature")
    assert signed.status_code == 200, signed.text
    assert {one["word"] for one in signed.json()["changed_totals"]} == {"五月新登记八家"}


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"table": "monthly"}, "/table"),
        ({"cut_off": "2026-05-31"}, "/cut_off"),
        ({"cut_off": "2999-06-30"}, "/cut_off"),
        ({"division": "9"}, "/division"),
        ({"lower_levels": "yes"}, "/lower_levels"),
    ],
)
async def test_d16_report__what_is_wrong_is_named(
    app: FastAPI, client: httpx.AsyncClient, changed: dict[str, Any], pointer: str
) -> None:
    body = {"table": "yearly", "division": "330106", "cut_off": "2026-06-30", **changed}
    refused = await client.post(PATH, json=body)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer), refused.text
    assert await rows(app, "SELECT id FROM statistic_reports") == []


async def test_d16_report__of_one_table_division_and_day_is_one(client: httpx.AsyncClient) -> None:
    report = await opened(client)
    again = await client.post(PATH, json={"table": "yearly", "division": "330106", "cut_off": "2026-06-30"})
    assert (again.status_code, again.json()["report_id"]) == (409, report["id"])
    other = await opened(client, lower_levels=False)
    listed = (await client.get(PATH, params={"division": "3301", "table": "yearly"})).json()["items"]
    assert [one["id"] for one in listed] == [report["id"], other["id"]]


async def test_d16_workbook__has_rows_total_and_definitions(filled: httpx.AsyncClient) -> None:
    report = await opened(filled)
    content = (await filled.get(f"{PATH}/{report['id']}/workbook", headers={"Accept-Language": "zh-CN"})).content
    lines = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert lines[0][:2] == ["类别", "A 社会组织数"]
    assert lines[1][:4] == ["社会服务机构（民办非企业单位）", 3, 2, 1]
    assert lines[2][:4] == ["合计", 3, 2, 1]
    assert ["A 社会组织数", "截止日在册的社会组织。"] in [line[:2] for line in lines]
    place = lines[0].index("N 组织覆盖率 (%)")
    assert [line[place] for line in lines[1:3]] == [50, 50], "shares in percent, as printed; the definition has no unit"
    assert "万分比" not in str(lines)


async def test_s9_measures__as_of_a_day_and_month_after_month(filled: httpx.AsyncClient) -> None:
    asked = {"division": "330106", "by": "street", "on": "2026-06-30"}
    found = (await filled.get("/v1/coverage/measures", params=asked)).json()
    assert (found["whole"]["organization_coverage_bp"], found["whole"]["work_coverage_bp"]) == (5000, 3333)
    assert [(one["key"], one["organizations"]) for one in found["parts"]] == [("330106 翠苑街道", 3)]
    asked = {"division": "330106", "first": "2026-04", "last": "2026-07"}
    series = (await filled.get("/v1/coverage/series", params=asked)).json()["months"]
    assert [(one["on"], one["organizations"], one["covered"]) for one in series] == [
        ("2026-04-30", 4, 0),
        ("2026-05-31", 3, 0),
        ("2026-06-30", 3, 1),
        ("2026-07-31", 3, 1),
    ]


@pytest.mark.parametrize(
    ("path", "asked", "pointer"),
    [
        ("measures", {"on": "2999-01-01"}, "/query/on"),
        ("measures", {"on": "1900-01-01"}, "/query/on"),
        ("measures", {"by": "person"}, "/query/by"),
        ("series", {"first": "2026-05", "last": "2026-04"}, "/query/last"),
        ("series", {"first": "2020-01", "last": "2026-04"}, "/query/last"),
        ("series", {"first": "2026-13", "last": "2026-04"}, "/query/first"),
        ("series", {"first": "0000-01", "last": "0000-02"}, "/query/first"),
        ("series", {"first": "2998-01", "last": "2998-02"}, "/query/first"),
    ],
)
async def test_s9_measures__what_is_wrong_is_named(
    client: httpx.AsyncClient, path: str, asked: dict[str, str], pointer: str
) -> None:
    refused = await client.get(f"/v1/coverage/{path}", params={"division": "330106", **asked})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_d16_tasks__a_report_waits_for_its_signature_then_for_another_actor(
    filled: httpx.AsyncClient, token_for: Any
) -> None:
    report = await opened(filled)
    hands = {
        name: {"Authorization": f"Bearer {token_for('district_officer', ['330106'], subject=name)}"}
        for name in ("one", "other")
    }

    async def waiting(name: str) -> list[tuple[str, bool]]:
        asked = {"mine": "true"}
        items = (await filled.get("/v1/tasks", params=asked, headers=hands[name])).json()["items"]
        return [(one["kind"], one["overdue"]) for one in items if one["kind"].startswith("statistics")]

    assert await waiting("one") == [("statistics.signature", True)]
    path = f"{PATH}/{report['id']}"
    await filled.post(f"{path}/signature", json={}, headers=hands["one"])
    assert (await waiting("one"), await waiting("other")) == ([], [("statistics.locking", True)])
    await filled.post(f"{path}/locking", json={}, headers=hands["other"])
    assert (await waiting("one"), await waiting("other")) == ([], [])
