"""S15, T30: incubation states in which area filed bodies are; the registry shows it."""

from typing import Any

import httpx
from fastapi import FastAPI

from tests.conftest import TokenFor
from tests.registry.filed_bodies.helpers import assigned, put
from tests.registry.helpers import rows
from tests.registry.party_organizations.helpers import deliver

ONE, TWO = "330106-CY01", "330106-CY02"
PLACE = {"lon": 120.1261, "lat": 30.2852}
_STORED = "SELECT area, since::text, sequence, division FROM filed_body_areas ORDER BY id"


async def filed(client: httpx.AsyncClient, *numbers: int) -> list[str]:
    return [(await put(client, str(number), location=PLACE)).json()["id"] for number in numbers]


async def shown(client: httpx.AsyncClient, number: int) -> tuple[Any, Any, Any]:
    """Area, since when, and the outcome of the reason."""
    body = (await client.get(f"/v1/filed-bodies/{number}")).json()
    [reason] = body["reasons"]
    return body["area"], body["since"], reason["outcome"]


async def listed(client: httpx.AsyncClient, **query: str) -> dict[str, tuple[Any, Any]]:
    items = (await client.get("/v1/filed-bodies", params=query)).json()["items"]
    return {one["number"]: (one["area"], one["since"]) for one in items}


async def test_s15_area__of_a_filed_body_is_shown_with_its_reason(app: FastAPI, client: httpx.AsyncClient) -> None:
    first, second = await filed(client, 1, 2)
    assert await shown(client, 1) == (None, None, "in_no_area")
    event = assigned((first, 1, ONE), (second, 1, TWO))
    await deliver(app, event)
    assert await shown(client, 1) == (ONE, "2026-03-02", "in_area")
    body = (await client.get("/v1/filed-bodies/1", headers={"Accept-Language": "en"})).json()
    [reason] = body["reasons"]
    assert (reason["rule"], reason["facts"]) == ("S15", {"area": ONE, "since": "2026-03-02"})
    assert reason["text"].startswith("One area Party organization")
    assert reason["as_of"].startswith(event.envelope.time.strftime("%Y-%m-%dT%H:%M:%S"))
    await deliver(app, assigned((first, 2, None), on="2026-04-01"))
    assert await shown(client, 1) == (None, None, "in_no_area")
    assert await shown(client, 2) == (TWO, "2026-03-02", "in_area")
    assert (await put(client, "3")).status_code == 201
    assert await shown(client, 3) == (None, None, "without_position")


async def test_s15_area__of_an_ended_filing_says_so(app: FastAPI, client: httpx.AsyncClient) -> None:
    [body] = await filed(client, 1)
    await deliver(app, assigned((body, 1, ONE)))
    ending: dict[str, Any] = {"until": "2026-03-03", "as_of": "2026-03-04T09:00:00+08:00", "location": PLACE}
    assert (await put(client, "1", **ending)).status_code == 200
    assert await shown(client, 1) == (ONE, "2026-03-02", "ended")
    await deliver(app, assigned((body, 2, None), on="2026-03-04"))
    assert await shown(client, 1) == (None, None, "ended")
    [reason] = (await client.get("/v1/filed-bodies/1")).json()["reasons"]
    assert reason["facts"]["until"] == "2026-03-03"


async def test_s15_area__older_statements_change_nothing(app: FastAPI, client: httpx.AsyncClient) -> None:
    """Within one list, in a later one, and when the same is redelivered."""
    [body] = await filed(client, 1)
    third, second = assigned((body, 3, TWO), on="2026-03-04"), assigned((body, 2, ONE), on="2026-03-03")
    await deliver(app, third, second)
    assert await shown(client, 1) == (TWO, "2026-03-04", "in_area")
    await deliver(app, assigned((body, 1, None)), third, second)
    assert await shown(client, 1) == (TWO, "2026-03-04", "in_area")
    await deliver(app, second)
    assert [tuple(row.values()) for row in await rows(app, _STORED)] == [(TWO, "2026-03-04", 3, "330106")]


async def test_s15_filter__lists_those_that_an_area_covers_or_none_does(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    first, second, _ = await filed(client, 1, 2, 3)
    await deliver(app, assigned((first, 1, ONE), (second, 1, TWO)))
    await deliver(app, assigned((second, 2, None), on="2026-04-01"))
    assert await listed(client) == {"1": (ONE, "2026-03-02"), "2": (None, None), "3": (None, None)}
    assert await listed(client, covered="true") == {"1": (ONE, "2026-03-02")}
    assert list(await listed(client, covered="false")) == ["2", "3"]
    assert list(await listed(client, covered="false", number="3")) == ["3"]
    assert (await client.get("/v1/filed-bodies", params={"covered": "maybe"})).status_code == 422


async def test_s15_area__is_seen_in_its_division_alone(
    app: FastAPI, client: httpx.AsyncClient, token_for: TokenFor
) -> None:
    [body] = await filed(client, 1)
    await deliver(app, assigned((body, 1, ONE)))
    seen = {}
    for division in ("330106", "330105", "3301"):
        headers = {"Authorization": f"Bearer {token_for('auditor', [division])}"}
        response = await client.get("/v1/filed-bodies", params={"covered": "true"}, headers=headers)
        seen[division] = len(response.json()["items"])
    assert seen == {"330106": 1, "330105": 0, "3301": 1}
