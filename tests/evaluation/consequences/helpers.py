"""Ratings that were completed, and the steps of what follows from them."""

from datetime import date
from typing import Any

import httpx

from shared.db.base import utc_now
from shared.field.calendar import china_day
from tests.evaluation.conftest import Round

TOPIC = "evaluation.consequences"
CLOSED = "shuangfu.evaluation.rectification.closed.v1"


def today() -> date:
    return china_day(utc_now())


async def rated(a_round: Round, *shares: int, **changes: Any) -> list[dict[str, Any]]:
    """Completed evaluations of new Party organizations, each with this share of the points."""
    found = await a_round.scored(*shares, **changes)
    for one in found:
        response = await a_round.complete(one)
        assert response.status_code == 200, response.text
    return found


async def of(a_round: Round, evaluation: dict[str, Any], *, all_states: bool = False) -> dict[str, dict[str, Any]]:
    """The consequences of an evaluation by kind, without those that a correction took the place of."""
    params = {"party_organization": evaluation["party_organization_id"]}
    response = await a_round.client.get("/v1/consequences", params=params)
    assert response.status_code == 200, response.text
    items = response.json()["items"]
    kept = items if all_states else [one for one in items if one["state"] != "superseded"]
    assert len({one["kind"] for one in kept}) == len(kept), "one of each kind"
    return {one["kind"]: one for one in kept}


async def step(a_round: Round, one: dict[str, Any], name: str, **body: Any) -> httpx.Response:
    return await a_round.client.post(f"/v1/consequences/{one['id']}/{name}", json=body)


async def done(a_round: Round, one: dict[str, Any], name: str, **body: Any) -> dict[str, Any]:
    response = await step(a_round, one, name, **body)
    assert response.status_code == 200, response.text
    return dict(response.json())


PLAN = {"goal": "党建工作达到二星级", "measures": ["每月召开一次支部党员大会", "补齐活动台账"], "until": "2027-03-31"}


async def tracked(a_round: Round, one: dict[str, Any]) -> dict[str, Any]:
    """An opinion with a plan and an entry of its tracking."""
    await done(a_round, one, "plan", **PLAN)
    return await done(a_round, one, "tracking", on=str(today()), progress="已召开两次党员大会")


async def accepted(a_round: Round, one: dict[str, Any]) -> dict[str, Any]:
    """An opinion whose plan was accepted."""
    await tracked(a_round, one)
    return await done(a_round, one, "acceptance", accepted=True, on=str(today()), record="措施已落实")


async def corrected(a_round: Round, evaluation: dict[str, Any], share: int) -> dict[str, Any]:
    """A completed evaluation, reopened and completed with another share of the points."""
    path = f"/v1/evaluations/{evaluation['id']}/reopening"
    reopened = await a_round.client.post(path, json={"reason": "核查发现计分有误"})
    assert reopened.status_code == 200, reopened.text
    response = await a_round.put(evaluation, scores=await a_round.share(share))
    assert response.status_code == 200, response.text
    response = await a_round.complete(evaluation)
    assert response.status_code == 200, response.text
    return dict(response.json())


async def decided_again(a_round: Round, evaluation: dict[str, Any], share: int) -> None:
    """A completed evaluation, reopened, decided by another session with another share of the points, and completed."""
    path = f"/v1/evaluations/{evaluation['id']}/reopening"
    reopened = await a_round.client.post(path, json={"reason": "核查发现计分有误"})
    assert reopened.status_code == 200, reopened.text
    response = await a_round.put(evaluation, scores=await a_round.share(share))
    assert response.status_code == 200, response.text
    response = await a_round.session(count=1)
    assert response.status_code == 201, response.text
    response = await a_round.complete(evaluation)
    assert response.status_code == 200, response.text
