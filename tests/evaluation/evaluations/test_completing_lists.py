"""A list of evaluations completed at once: each comes out as it would alone, and what bars one bars no other."""

from typing import Any

import httpx

from shared.db.base import new_id
from tests.conftest import TokenFor
from tests.evaluation.conftest import Round, covered, established, received, slug


async def complete_all(a_round: Round, ids: list[str], **headers: str) -> httpx.Response:
    path = f"/v1/cycles/{a_round.cycle['id']}/completion"
    return await a_round.client.post(path, json={"evaluation_ids": ids}, headers=headers)


async def follows(a_round: Round, one: dict[str, Any]) -> dict[str, Any]:
    """What followed from a completion, without what is each one's own."""
    rows = await a_round.rows(
        "SELECT kind, state, star, total, rated_sequence, policy, due_on, effect, sequence FROM consequences "
        f"WHERE evaluation_id = '{one['id']}' ORDER BY kind"
    )
    events = [event for event in await a_round.outbox() if str(event["subject"]) == one["id"]]
    return {
        "consequences": rows,
        "events": [
            (event["type"], event["sequence"], event["data"]["total"], event["data"]["star"]) for event in events
        ],
        "standings": await a_round.rows(
            f"SELECT star, total, sequence FROM standings WHERE evaluation_id = '{one['id']}'"
        ),
    }


def without_ids(evaluation: dict[str, Any]) -> dict[str, Any]:
    names = ("state", "total", "star", "basis", "note", "published_on", "version", "decision", "returned", "earlier")
    reasons = [(why["rule"], why["outcome"]) for why in evaluation["reasons"]]
    steps = [(step["step"], step["note"]) for step in evaluation["history"]]
    return {name: evaluation[name] for name in names} | {"reasons": reasons, "steps": steps}


async def test_completing_a_list__each_comes_out_as_it_would_alone(a_round: Round) -> None:
    alone, one, other = await a_round.scored(45, 45, 92)
    assert (await a_round.complete(alone)).status_code == 200
    answer = await complete_all(a_round, [other["id"], one["id"], one["id"]])
    assert answer.status_code == 200, answer.text
    assert sorted(answer.json()["completed"]) == sorted([one["id"], other["id"]])
    assert answer.json()["refused"] == []
    expected, found = without_ids(await a_round.get(alone)), without_ids(await a_round.get(one))
    for shown in (expected, found):
        for fact in shown["basis"]["facts"].values():
            del fact["reason"]["as_of"]
    assert found == expected
    assert await follows(a_round, one) == await follows(a_round, alone)
    assert len((await follows(a_round, one))["consequences"]) == 5
    assert (await a_round.get(other))["star"] == 5


async def test_completing_a_list__what_bars_one_bars_no_other(a_round: Round) -> None:
    ready, unscored, final = await a_round.scored(80, 80, 80)
    await a_round.run("DELETE FROM evaluation_scores WHERE evaluation_id = CAST(:id AS uuid)", id=unscored["id"])
    assert (await a_round.complete(final)).status_code == 200
    elsewhere = str(new_id())
    answer = await complete_all(a_round, [ready["id"], unscored["id"], final["id"], elsewhere])
    assert answer.json()["completed"] == [ready["id"]]
    refused = {one["evaluation_id"]: one["problem"] for one in answer.json()["refused"]}
    assert {one: problem["type"].rpartition(":")[2] for one, problem in refused.items()} == {
        unscored["id"]: "scores-missing",
        final["id"]: "illegal-transition",
        elsewhere: "not-found",
    }
    assert refused[unscored["id"]]["errors"][0]["pointer"] == "/scores/A1"
    assert (await a_round.get(unscored))["state"] == "scoring"
    assert len(await a_round.outbox()) == 2


async def test_completing_a_list__of_a_cycle_alone_and_with_one_effect(a_round: Round) -> None:
    [one] = await a_round.scored(80)
    missing = await a_round.client.post(f"/v1/cycles/{new_id()}/completion", json={"evaluation_ids": [one["id"]]})
    assert (missing.status_code, slug(missing)) == (404, "not-found")
    assert (await complete_all(a_round, [])).status_code == 422
    first = await complete_all(a_round, [one["id"]], **{"Idempotency-Key": "list"})
    again = await complete_all(a_round, [one["id"]], **{"Idempotency-Key": "list"})
    assert [first.status_code, again.status_code] == [200, 200]
    assert len(await a_round.outbox()) == 1


async def test_completing_a_list__who_counted_for_an_organization_still_does(a_round: Round) -> None:
    shared = covered("T10")
    parties = [established(name=f"西湖区第{number}党支部", covers=[shared]) for number in range(2)]
    await a_round.project(*map(received, parties))
    a_round.cycle = await a_round.open()
    found = [await a_round.evaluation_of(party.id) for party in parties]
    first, second = sorted(found, key=lambda one: str(one["id"]))
    scores = await a_round.share(70)
    for one in (first, second):
        assert (await a_round.put(one, scores=scores)).status_code == 200
    assert (await a_round.complete(second)).status_code == 200
    reopened = await a_round.client.post(f"/v1/evaluations/{second['id']}/reopening", json={"reason": "核查有误"})
    assert reopened.status_code == 200, reopened.text
    assert (await a_round.put(second, scores=await a_round.share(90))).status_code == 200
    answer = await complete_all(a_round, [first["id"], second["id"]])
    assert len(answer.json()["completed"]) == 2, answer.text
    [standing] = await a_round.rows("SELECT evaluation_id, star, sequence FROM standings")
    assert (str(standing["evaluation_id"]), standing["star"], standing["sequence"]) == (second["id"], 5, 2)


async def test_completing_a_list__not_by_who_declared_an_interest_however_written(
    a_round: Round, token_for: TokenFor
) -> None:
    one, other = await a_round.scored(80, 80)
    upper, lower = ({"Authorization": f"Bearer {token_for('rater', ['3301'], subject=who)}"} for who in ("LI", "li"))
    interest = {"party_organization_id": one["party_organization_id"], "reason": "曾在该单位任职"}
    declared = await a_round.client.post("/v1/interests", json=interest, headers=upper)
    assert declared.status_code == 201, declared.text
    answer = await complete_all(a_round, [one["id"], other["id"]], **lower)
    assert answer.json()["completed"] == [other["id"]]
    [refused] = answer.json()["refused"]
    assert refused["problem"]["type"].endswith(":conflict-of-interest")
    shown = (await a_round.client.get(f"/v1/evaluations/{one['id']}", headers=lower)).json()
    assert {step["problem"] for step in shown["next_steps"] if step["step"] != "self"} == {"conflict-of-interest"}
