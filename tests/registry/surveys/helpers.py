"""Invented survey rounds, and what is entered for them."""

from collections.abc import Sequence
from typing import Any

import httpx
import orjson

from tests.registry.conftest import registration
from tests.registry.helpers import code

PATH = "/v1/surveys"
COUNTS = {
    "full_time_staff": 6,
    "full_members_full_time": 3,
    "full_members_part_time": 1,
    "full_members": 10,
    "probationary_members": 1,
    "applicants": 2,
}
NAMES = ("full_time_staff", "full_members_full_time", "full_members_part_time", "full_members")


def counts(**changes: Any) -> dict[str, Any]:
    """What is entered of an organization."""
    return {**COUNTS, **changes}


async def register(client: httpx.AsyncClient, *numbers: int, **changes: Any) -> None:
    """Register invented organizations that were there before 2026."""
    content = {"registered_on": "2020-03-01", "as_of": "2026-03-02T09:00:00+08:00"} | changes
    lines = [orjson.dumps({"uscc": code(n), **registration(**content)}) for n in numbers]
    response = await client.post("/v1/civil-affairs/registrations:batch", content=b"\n".join(lines))
    assert {one["status"] for one in map(orjson.loads, response.text.splitlines())} <= {200, 201}, response.text


async def open_round(client: httpx.AsyncClient, period: str = "2026H1", **changes: Any) -> dict[str, Any]:
    """Open a round; it must be taken."""
    response = await client.post(PATH, json={"period": period, "division": "330106", **changes})
    assert response.status_code == 201, response.text
    found: dict[str, Any] = response.json()
    return found


async def enter(
    client: httpx.AsyncClient, survey: dict[str, Any], number: int, version: int | None = None, **changes: Any
) -> httpx.Response:
    """Enter what is counted of an organization."""
    headers = {} if version is None else {"If-Match": f'"{version}"'}
    path = f"{PATH}/{survey['id']}/returns/{code(number)}"
    return await client.put(path, json=counts(**changes), headers=headers)


async def enter_many(
    client: httpx.AsyncClient, survey: dict[str, Any], lines: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Enter many; the results."""
    content = b"\n".join(orjson.dumps(line) for line in lines)
    response = await client.put(f"{PATH}/{survey['id']}/returns:batch", content=content)
    assert response.status_code == 200, response.text
    return [orjson.loads(line) for line in response.text.splitlines()]


async def confirm(client: httpx.AsyncClient, survey: dict[str, Any], number: int, **more: Any) -> httpx.Response:
    """Confirm what is entered of an organization."""
    return await client.post(f"{PATH}/{survey['id']}/returns/{code(number)}/confirmation", json={}, **more)


async def step(client: httpx.AsyncClient, survey: dict[str, Any], name: str, **body: Any) -> httpx.Response:
    """Lock or reopen a round."""
    return await client.post(f"{PATH}/{survey['id']}/{name}", json=body)


async def lock(client: httpx.AsyncClient, survey: dict[str, Any], **body: Any) -> dict[str, Any]:
    """Lock a round; it must be taken."""
    response = await step(client, survey, "locking", **body)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


async def read(client: httpx.AsyncClient, survey: dict[str, Any], below: str = "", **query: Any) -> dict[str, Any]:
    """A round, or what is below it."""
    response = await client.get(f"{PATH}/{survey['id']}{below}", params=query)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def slug(response: httpx.Response) -> str:
    """Which problem it is."""
    return str(response.json()["type"]).rpartition(":")[2]


def pointers(response: httpx.Response) -> list[str]:
    """The fields at fault."""
    return [str(error["pointer"]) for error in response.json()["errors"]]
