"""Batches in tests: lines out, results in."""

from collections.abc import Iterable
from typing import Any

import httpx
import orjson

from tests.registry.conftest import registration
from tests.registry.helpers import code

PATH = "/v1/civil-affairs/registrations:batch"


COUNT = "SELECT count(*) AS n FROM organizations"


def line(number: int, **changes: Any) -> bytes:
    return orjson.dumps({"uscc": code(number), **registration(**changes)})


async def send(
    client: httpx.AsyncClient, lines: Iterable[bytes], language: str = "en", end: bytes = b"\n"
) -> list[dict[str, Any]]:
    response = await client.post(PATH, content=end.join(lines), headers={"Accept-Language": language})
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/x-ndjson"
    return [orjson.loads(found) for found in response.text.splitlines()]
