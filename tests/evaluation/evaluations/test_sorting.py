"""The list of a cycle by total: the highest first, whoever has none last, each once whatever the page."""

from typing import Any

import httpx

from shared.web.routes import encode_cursor
from tests.evaluation.conftest import Round, slug


async def by_total(client: httpx.AsyncClient, limit: int, **filters: Any) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        asked = {"sort": "total", "limit": limit, **filters, **cursor}
        response = await client.get("/v1/evaluations", params=asked)
        assert response.status_code == 200, response.text
        page = response.json()
        found += [(one["id"], one["total"]) for one in page["items"]]
        if page["next_cursor"] is None:
            return found
        cursor = {"cursor": page["next_cursor"]}


async def test_list_by_total__is_the_same_in_pages_of_any_size(a_round: Round, client: httpx.AsyncClient) -> None:
    rated = await a_round.scored(70, 90, 70, 80, 60, 50)
    for one in rated[:4]:
        assert (await a_round.complete(one)).is_success
    whole = await by_total(client, 50)
    assert [total for _, total in whole] == ["90.00", "80.00", "70.00", "70.00", None, None]
    assert whole[2:4] == sorted(whole[2:4])
    for limit in (1, 2, 3, 6):
        assert await by_total(client, limit, cycle=a_round.cycle["id"]) == whole
    assert await by_total(client, 1, star=3) == whole[2:4]
    for broken in (("x", rated[0]["id"]), ("NaN", rated[0]["id"]), ("Infinity", rated[0]["id"]), ("1", "x"), ("1",)):
        refused = await client.get("/v1/evaluations", params={"sort": "total", "cursor": encode_cursor(*broken)})
        assert (refused.status_code, slug(refused)) == (422, "bad-cursor"), broken
    assert (await client.get("/v1/evaluations", params={"sort": "name"})).status_code == 422
