"""Invented bodies of Hangzhou, as clients send them."""

from typing import Any

import httpx
from fastapi import FastAPI

from tests.registry.helpers import rows

BODY_EVENTS = (
    "SELECT type, topic, subject, sequence, division, data FROM outbox WHERE type LIKE '%.body.%' ORDER BY seq"
)


def body(name: str = "西湖区示例工委", **changes: Any) -> dict[str, Any]:
    """A district's work committee since 2013, or what `changes` make of it; `from` is its first name's day too."""
    since = changes.get("from", "2013-01-01")
    return {
        "names": [{"name": name, "from": since}],
        "level": "district",
        "kind": "work_committee",
        "division": "330106",
        "from": since,
        **changes,
    }


CITY = {"level": "city", "division": "330100"}
CITY_BODY = body("杭州市示例工委", **CITY)
JUSTICE = body("杭州市司法局党组织", kind="department_party_organization", **CITY)
LAWYERS = body("杭州市律师行业党委", kind="industry_committee", parent="JUSTICE", **CITY)
DISTRICT = body(parent="CITY")
STREET = body("翠苑街道党工委", level="street", kind="street_committee", street="翠苑街道", parent="XIHU")


async def put_body(client: httpx.AsyncClient, code: str, content: dict[str, Any], **headers: str) -> httpx.Response:
    """Put one body."""
    return await client.put(f"/v1/bodies/{code}", json=content, headers=headers)


async def record(client: httpx.AsyncClient, **contents: dict[str, Any]) -> None:
    """Put bodies by their codes, in their order; each must be taken."""
    for code, content in contents.items():
        response = await put_body(client, code, content)
        assert response.status_code in (200, 201), response.text


async def record_hangzhou(client: httpx.AsyncClient) -> None:
    """A city, its lawyers' committee under justice, a district and a street of it."""
    await record(client, CITY=CITY_BODY, JUSTICE=JUSTICE, LAWYERS=LAWYERS, XIHU=DISTRICT, CUIYUAN=STREET)


async def body_events(app: FastAPI) -> list[dict[str, Any]]:
    """Every event of a body."""
    return await rows(app, BODY_EVENTS)


def pointers(response: httpx.Response) -> list[str]:
    """What a refusal names, of one that is of the input."""
    assert response.status_code == 422, response.text
    return [error["pointer"] for error in response.json()["errors"]]
