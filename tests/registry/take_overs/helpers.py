"""Files of Party organizations that exist already, in tests."""

from collections.abc import Sequence
from typing import Any

import httpx
import orjson
from fastapi import FastAPI

from tests.registry.conftest import registration
from tests.registry.helpers import code
from tests.registry.imports.helpers import Row, import_file, ndjson

HEADINGS = {
    "name": "党组织名称",
    "kind": "党组织类别",
    "form": "组建形式",
    "division": "行政区划",
    "established_on": "成立日期",
    "founding_number": "成立批复文号",
    "founding_form": "组建途径",
    "covers": "覆盖社会组织",
    "body": "隶属机构代码",
    "elected_on": "最近换届日期",
    "approved_on": "班子批复日期",
    "approval_number": "班子批复文号",
    "secretary_is_head": "双肩挑",
}


def row(number: int = 1, **changes: Any) -> Row:
    """A branch of 2018 for one organization; None leaves a field out."""
    made = {
        "name": f"中共示例组织{number}支部",
        "kind": "党支部",
        "form": "单建",
        "division": "330106",
        "established_on": "2018-05-04",
        "founding_number": f"杭两新〔2018〕{number}号",
        "covers": code(number),
        "elected_on": "2024-04-20",
        "approved_on": "2024-05-01",
        "approval_number": f"杭两新〔2024〕{number}号",
        **changes,
    }
    return {name: value for name, value in made.items() if value is not None}


async def register(client: httpx.AsyncClient, *numbers: int, **changes: Any) -> None:
    """Organizations since 2015, by number."""
    lines = [
        orjson.dumps({"uscc": code(number), **registration(registered_on="2015-01-01", **changes)})
        for number in numbers
    ]
    answered = await client.post("/v1/civil-affairs/registrations:batch", content=b"\n".join(lines))
    assert answered.status_code == 200, answered.text
    statuses = {orjson.loads(line)["status"] for line in answered.content.splitlines()}
    assert statuses <= {200, 201}, answered.text[:2000]


async def take(app: FastAPI, client: httpx.AsyncClient, *rows: Row, **form: str) -> Row:
    """What became of a file."""
    return await import_file(app, client, ndjson(rows), "a.ndjson", subject="party_organizations", **form)


async def refusals(client: httpx.AsyncClient, found: Row) -> list[tuple[int, str, str]]:
    """(row, field, sentence) of every refused row's faulty cells."""
    response = await client.get(f"/v1/imports/{found['id']}/errors", headers={"Accept-Language": "en"})
    items: Sequence[Row] = response.json()["items"]
    return [(item["row"], cell["field"], cell["detail"]) for item in items for cell in item["cells"]]


async def parties(client: httpx.AsyncClient) -> list[Row]:
    """Every Party organization, by name."""
    found: list[Row] = (await client.get("/v1/party-organizations", params={"limit": "500"})).json()["items"]
    return sorted(found, key=lambda one: str(one["name"]))
