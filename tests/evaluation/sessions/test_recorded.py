"""A session counts each one's recorded bonuses and vetoes, and freezes them; afterwards none is recorded (D1, D5)."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.conftest import TokenFor
from tests.evaluation.conftest import Round, pointers, slug, with_policy
from tests.evaluation.recordings.test_recordings import ABNORMAL, ACCIDENT, SITE, put
from tests.evaluation.sessions.test_sessions import TODAY, reason, stars

HALF = {"quota_max_bp": {5: 5000}, "session": {}}


async def test_d5_a_session_counts_recorded_bonuses_and_vetoes(app: FastAPI, a_round: Round) -> None:
    with_policy(app, **HALF)
    lifted, vetoed, capped, plain = await a_round.scored(89, 99, 98, 91)
    for one, kind, item in ((lifted, "bonuses", SITE), (vetoed, "vetoes", ACCIDENT), (capped, "vetoes", ABNORMAL)):
        assert (await put(a_round, one, kind, item)).status_code == 200, kind
    response = await a_round.session(count=4)
    assert response.status_code == 201, response.text
    assert await stars(a_round, [lifted, vetoed, capped, plain]) == [5, 0, 2, 5], "a barred one takes nobody's seat"
    shown = await a_round.get(lifted)
    assert shown["decision"]["total"] == "91.00"
    assert reason(shown, "bonus_counted")["facts"]["codes"] == [SITE["code"]]
    assert reason(await a_round.get(vetoed), "veto")["facts"]["vetoes"] == [ACCIDENT["code"]]
    assert reason(await a_round.get(capped), "ceiling")["facts"]["star_max"] == 2
    for one, kind, item in ((lifted, "bonuses", SITE), (vetoed, "vetoes", ACCIDENT)):
        completed = (await a_round.complete(one)).json()
        kept = completed["basis"]["catalogue"]
        assert [entry["code"] for entry in kept[kind]] == [item["code"]]
        assert (completed["total"], completed["star"]) == (("91.00", 5) if kind == "bonuses" else ("99.00", 0))


@pytest.mark.parametrize("phase", ["decided", "published", "objected"])
async def test_d5_nothing_is_recorded_after_the_session(app: FastAPI, a_round: Round, phase: str) -> None:
    with_policy(app, session={}, notice={"working_days": 5})
    [one] = await a_round.scored(95)
    assert (await put(a_round, one, "bonuses", SITE)).status_code == 200
    assert (await a_round.session(count=1)).status_code == 201
    await a_round.run("UPDATE evaluations SET phase = :phase", phase=phase)
    before = await a_round.get(one)
    assert before["state"] == phase
    for kind, items in (("bonuses", []), ("vetoes", [ACCIDENT])):
        refused = await put(a_round, one, kind, *items)
        assert (refused.status_code, slug(refused)) == (409, "illegal-transition"), kind
    assert await a_round.get(one) == before


async def test_d5_what_is_returned_is_recorded_anew_and_decided_again(app: FastAPI, a_round: Round) -> None:
    with_policy(app, session={})
    [one] = await a_round.scored(95)
    assert (await a_round.session(count=1)).status_code == 201
    body = {"stage": "committee", "reason": "补充材料"}
    assert (await a_round.client.post(f"/v1/evaluations/{one['id']}/return", json=body)).status_code == 200
    assert (await put(a_round, one, "vetoes", ACCIDENT)).status_code == 200
    assert slug(await a_round.session(count=1)) == "session-differs", "the committee has not answered"
    assert (await a_round.put(one, scores=await a_round.share(95))).status_code == 200
    assert (await a_round.session(count=1)).status_code == 201
    assert await stars(a_round, [one]) == [0]


async def test_d5_who_recorded_does_not_decide_and_an_interest_of_his_bars_the_decision(
    app: FastAPI, a_round: Round, token_for: TokenFor
) -> None:
    with_policy(app, session={})
    [one] = await a_round.scored(95)
    recorder = {"Authorization": f"Bearer {token_for('rater', ['33'], 'recorder')}"}

    async def send(path: str, method: str, body: dict[str, Any], **headers: str) -> httpx.Response:
        return await a_round.client.request(method, path, json=body, headers=recorder | headers, auth=None)

    version = (await a_round.client.get(f"/v1/evaluations/{one['id']}")).headers["ETag"]
    recorded = await send(f"/v1/evaluations/{one['id']}/bonuses", "PUT", {"items": [SITE]}, **{"If-Match": version})
    assert recorded.status_code == 200, recorded.text
    session = {"held_on": TODAY, "members_due": 9, "members_present": 7, "by_list": {}, "count": 1}
    refused = await send(f"/v1/cycles/{a_round.cycle['id']}/session", "POST", session)
    assert (refused.status_code, slug(refused), refused.json()["earlier"]) == (403, "same-hand", "bonuses")
    interest = {"party_organization_id": one["party_organization_id"], "reason": "亲属"}
    assert (await send("/v1/interests", "POST", interest)).status_code == 201
    response = await a_round.session(
        decisions=[{"evaluation_id": one["id"]}], count=1, recused=[{"evaluation_id": one["id"], "members": 0}]
    )
    assert (slug(response), pointers(response)) == ("session-differs", ["/decisions/0/evaluation_id"])


async def test_d5_the_completion_waits_for_nobody_who_recorded(a_round: Round, token_for: TokenFor) -> None:
    [one] = await a_round.scored(95)
    version = (await a_round.client.get(f"/v1/evaluations/{one['id']}")).headers["ETag"]
    recorder = {"Authorization": f"Bearer {token_for('rater', ['33'], 'recorder')}"}
    path = f"/v1/evaluations/{one['id']}/bonuses"
    recorded = await a_round.client.put(path, json={"items": [SITE]}, headers=recorder | {"If-Match": version})
    assert recorded.status_code == 200, recorded.text
    mine = await a_round.client.get("/v1/tasks", params={"mine": "true"}, headers=recorder)
    assert mine.json()["items"] == []
    other = {"Authorization": f"Bearer {token_for('rater', ['33'], 'other')}"}
    mine = await a_round.client.get("/v1/tasks", params={"mine": "true"}, headers=other)
    assert [task["kind"] for task in mine.json()["items"]] == ["evaluation.completion"]
