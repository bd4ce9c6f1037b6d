"""The list of a cycle by total: the highest first, whoever has none last, each once whatever the page."""

from typing import Any

import httpx

from shared.web.routes import encode_cursor
from tests.evaluation.conftest import Round, slug
from tests.evaluation.evaluations.test_facts import put


async def test_list__shows_of_each_what_is_shown_of_it_alone(a_round: Round, client: httpx.AsyncClient) -> None:
    """The page's bytes are written field by field, those of one by pydantic."""
    one, other = await a_round.scored(90, 70)
    for stage, facts in (("self", {"F2": 9, "D1": {"part": 11, "whole": 12}}), ("group", {"F2": 1})):
        body = {code: {"value": value, "evidence": "台账"} for code, value in facts.items()}
        assert (await put(a_round, one, stage, body)).is_success
    assert (await a_round.complete(other)).is_success
    for asked in ({"limit": 1}, {"limit": 50}, {"sort": "total"}):
        page = await client.get("/v1/evaluations", params=asked)
        assert page.headers["Content-Type"] == "application/json"
        for item in page.json()["items"]:
            assert item == (await client.get(f"/v1/evaluations/{item['id']}")).json()
    # Dates and times too are as they are elsewhere.
    alone = (await client.get(f"/v1/evaluations/{one['id']}")).content
    assert alone in (await client.get("/v1/evaluations")).content


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
