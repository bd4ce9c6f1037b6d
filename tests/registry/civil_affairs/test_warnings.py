"""What hardly fits together is taken with a warning, and refused where the region's policy says so."""

from dataclasses import replace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.registry.policies import WarningCode
from tests.registry.civil_affairs.helpers import line, send
from tests.registry.helpers import code, put, rows
from tests.registry.imports.helpers import import_file, ndjson, row

CASES: dict[str, tuple[str, dict[str, Any], WarningCode, str]] = {
    "foundation on 51": ("51", {"kind": "foundation"}, "kind_category", "/kind"),
    "law firm on 52": ("52", {"kind": "law_firm"}, "kind_category", "/kind"),
    "social group on 91": ("91", {"kind": "social_group"}, "kind_category", "/kind"),
    "accounting firm on 31": ("31", {"kind": "accounting_firm"}, "kind_category", "/kind"),
    "T02 on 52": ("52", {"evaluation_type": "T02"}, "evaluation_type_category", "/evaluation_type"),
    "T08 on 52": ("52", {"evaluation_type": "T08"}, "evaluation_type_category", "/evaluation_type"),
    "no such street": ("52", {"street": "火星街道"}, "street_unknown", "/street"),
    "nowhere": ("52", {"location": {"lon": 0, "lat": 0}}, "location_meaningless", "/location"),
    "in the ocean": ("52", {"location": {"lon": -150.5, "lat": 30}}, "location_meaningless", "/location"),
}


@pytest.mark.parametrize("case", CASES)
async def test_t15_registration__what_hardly_fits_is_taken_with_a_warning(
    app: FastAPI, client: httpx.AsyncClient, case: str
) -> None:
    pair, change, warned, pointer = CASES[case]
    taken = await put(client, code(1, pair), **change)
    assert taken.status_code == 201, taken.text
    [warning] = taken.json()["warnings"]
    assert (warning["code"], warning["pointer"]) == (warned, pointer)
    assert "{" not in warning["detail"]
    english = await put(client, code(1, pair), **change)
    assert english.json()["warnings"] == [warning], "the same registration again is warned of again"
    [result] = await send(client, [line(2, **change) if pair == "52" else _line(2, pair, change)])
    assert (result["status"], [one["code"] for one in result["warnings"]]) == (201, [warned])
    found = await import_file(app, client, ndjson([{**row(3, **change), "uscc": code(3, pair)}]), "a.ndjson")
    assert (found["counts"]["created"], found["counts"]["refused"], found["warned"]) == (1, 0, 1)
    [reported] = (await client.get(f"/v1/imports/{found['id']}/errors")).json()["items"]
    assert (reported["severity"], reported["problem"]["errors"][0]["pointer"]) == ("warning", pointer)


def _line(number: int, pair: str, change: dict[str, Any]) -> bytes:
    return line(number, **change).replace(code(number).encode(), code(number, pair).encode())


async def test_t15_registration__what_fits_has_no_warnings(app: FastAPI, client: httpx.AsyncClient) -> None:
    fitting = [
        ("51", {"kind": "social_group", "evaluation_type": "T07"}),
        ("53", {"kind": "foundation", "evaluation_type": "T08"}),
        ("52", {"evaluation_type": "T04", "street": "三墩镇", "location": {"lon": 120.1, "lat": 30.2}}),
        ("91", {"kind": "accounting_firm", "evaluation_type": "T05"}),
        ("31", {"kind": "law_firm", "evaluation_type": "T02"}),
        ("12", {"kind": "other", "evaluation_type": "T06"}),
        ("52", {"division": "330102", "street": "示例街道"}),
    ]
    for number, (pair, change) in enumerate(fitting, start=1):
        taken = await put(client, code(number, pair), **change)
        assert taken.status_code == 201, taken.text
        assert "warnings" not in taken.json(), change
    found = await import_file(app, client, ndjson([row(8)]), "a.ndjson")
    assert (found["counts"]["created"], found["warned"]) == (1, 0)


async def test_t15_location__that_means_nothing_is_left_out(app: FastAPI, client: httpx.AsyncClient) -> None:
    await put(client, code(1), location={"lon": 0, "lat": 0})
    assert await rows(app, "SELECT lon, lat FROM organizations") == [{"lon": None, "lat": None}]


@pytest.mark.parametrize("case", CASES)
async def test_t15_registration__is_refused_where_the_policy_says_so(
    app: FastAPI, client: httpx.AsyncClient, case: str
) -> None:
    pair, change, warned, pointer = CASES[case]
    app.state.policies = replace(
        app.state.policies,
        policies=[
            replace(one, parameters=one.parameters.model_copy(update={"refuse": frozenset({warned})}))
            if one.region == "3301"
            else one
            for one in app.state.policies.policies
        ],
    )
    refused = await put(client, code(1, pair), **change)
    assert (refused.status_code, [one["pointer"] for one in refused.json()["errors"]]) == (422, [pointer])
    assert await rows(app, "SELECT id FROM organizations") == []
    if "street" not in change:
        elsewhere = await put(client, code(2, pair), **change, division="310101", street="示例街道")
        assert elsewhere.status_code == 201, "the policy of Hangzhou is not that of Shanghai"
