"""What a session decided is published, objected to, answered, and completed once the notice has run out."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from shared.db.base import new_id, utc_now
from shared.field.calendar import china_day
from tests.conftest import TokenFor
from tests.evaluation.conftest import Round, dissolved, pointers, received, slug, with_policy

POLICY = {"session": {}, "notice": {"working_days": 5, "answer_working_days": 10}}


def today() -> date:
    return china_day(utc_now())


async def publish(a_round: Round, on: date | None = None) -> httpx.Response:
    path = f"/v1/cycles/{a_round.cycle['id']}/publication"
    return await a_round.client.post(path, json={"published_on": str(on or today())})


async def published(a_round: Round, *shares: int) -> list[dict[str, Any]]:
    evaluations = await a_round.scored(*shares)
    decided = await a_round.session(count=len(shares), held_on=str(today()))
    assert decided.status_code == 201, decided.text
    response = await publish(a_round)
    assert response.status_code == 201, response.text
    return evaluations


async def run_out(a_round: Round) -> None:
    """Let the notices have begun two weeks earlier."""
    await a_round.run("UPDATE evaluations SET published_on = published_on - 14, notice_until = notice_until - 14")


async def object_to(a_round: Round, one: dict[str, Any], **headers: str) -> httpx.Response:
    body = {"on": str(today()), "ground": "B3 的得分与材料不符"}
    return await a_round.client.post(f"/v1/evaluations/{one['id']}/objections", json=body, headers=headers)


async def answer(a_round: Round, objection: dict[str, Any], *, upheld: bool, **headers: str) -> httpx.Response:
    path = f"/v1/evaluations/{objection['evaluation_id']}/objections/{objection['id']}/answer"
    return await a_round.client.post(path, json={"upheld": upheld, "reason": "已核对材料"}, headers=headers)


async def test_notice__runs_for_working_days_and_only_then_it_is_completed(app: FastAPI, a_round: Round) -> None:
    with_policy(app, **POLICY)
    [one] = await a_round.scored(92)
    assert (await a_round.session(count=1, held_on=str(today()))).status_code == 201
    early = await a_round.complete(one)
    assert (early.status_code, slug(early)) == (409, "notice-first")
    notice = (await publish(a_round)).json()
    until = app.state.working_days.at("330106", today()).add_working_days(today(), 5)
    assert (notice["published"], notice["notice_until"]) == (1, str(until))
    shown = await a_round.get(one)
    assert (shown["state"], shown["star"], shown["notice_until"]) == ("published", None, str(until))
    running = await a_round.complete(one)
    assert (running.status_code, slug(running), running.json()["until"]) == (409, "notice-running", str(until))
    await a_round.run("UPDATE evaluations SET notice_until = :day", day=today())
    assert slug(await a_round.complete(one)) == "notice-running", "its last day belongs to it"
    await a_round.run("UPDATE evaluations SET notice_until = :day", day=today() - timedelta(days=1))
    completed = (await a_round.complete(one)).json()
    assert (completed["state"], completed["total"], completed["star"]) == ("completed", "92.00", 5)
    assert len(await a_round.outbox()) == 1
    assert slug(await a_round.complete(one)) == "illegal-transition"
    assert len(await a_round.outbox()) == 1


async def test_objection__suspends_the_completion_until_it_is_answered(app: FastAPI, a_round: Round) -> None:
    with_policy(app, **POLICY)
    one, other = await published(a_round, 92, 88)
    response = await object_to(a_round, one)
    assert response.status_code == 201, response.text
    objection = response.json()
    days = app.state.working_days.at("330106", today())
    assert (objection["state"], objection["raised_as"], objection["due_on"]) == (
        "open",
        "district",
        str(days.add_working_days(today(), 10)),
    )
    await run_out(a_round)
    suspended = await a_round.complete(one)
    assert (suspended.status_code, slug(suspended)) == (409, "illegal-transition")
    assert (await a_round.complete(other)).status_code == 200, "the others go on"
    answered = await answer(a_round, objection, upheld=False)
    assert (answered.status_code, answered.json()["state"]) == (200, "rejected")
    assert (await a_round.complete(one)).json()["star"] == 5
    assert len(await a_round.outbox()) == 2
    again = await answer(a_round, objection, upheld=False)
    assert (again.status_code, slug(again)) == (409, "illegal-transition")


async def test_objection__upheld_goes_back_for_a_new_decision(app: FastAPI, a_round: Round) -> None:
    with_policy(app, **POLICY)
    [one] = await published(a_round, 78)
    first, second = (await object_to(a_round, one)).json(), (await object_to(a_round, one)).json()
    assert (await answer(a_round, first, upheld=True)).json()["state"] == "upheld"
    listed = (await a_round.client.get("/v1/objections", params={"evaluation": one["id"]})).json()["items"]
    assert [(row["id"], row["state"]) for row in listed] == [(first["id"], "upheld"), (second["id"], "settled")]
    shown = await a_round.get(one)
    assert (shown["state"], shown["decision"], shown["notice_until"]) == ("scoring", None, None)
    assert slug(await a_round.complete(one)) == "session-first"
    marks = await a_round.full_marks("T10")
    assert (await a_round.put(one, scores=marks)).status_code == 200
    assert (await a_round.session(count=1, held_on=str(today()))).json()["stars"] == {"5": 1}
    assert (await publish(a_round)).status_code == 201
    await run_out(a_round)
    assert (await a_round.complete(one)).json()["star"] == 5
    assert [event["data"]["star"] for event in await a_round.outbox()] == [5], "once, as it was decided at last"


async def test_objection__rejected_leaves_the_others_open(app: FastAPI, a_round: Round) -> None:
    with_policy(app, **POLICY)
    [one] = await published(a_round, 78)
    first, second = (await object_to(a_round, one)).json(), (await object_to(a_round, one)).json()
    await answer(a_round, first, upheld=False)
    assert (await a_round.get(one))["state"] == "objected"
    await answer(a_round, second, upheld=False)
    assert (await a_round.get(one))["state"] == "published"


async def test_objection__is_the_units_or_its_districts(app: FastAPI, a_round: Round, token_for: TokenFor) -> None:
    with_policy(app, **POLICY)
    one, other = await published(a_round, 92, 91)
    unit = token_for("secretary", ["330106"], "secretary-a", units=[one["party_organization_id"]])
    headers = {"Authorization": f"Bearer {unit}"}
    raised = await object_to(a_round, one, **headers)
    assert (raised.status_code, raised.json()["raised_as"]) == (201, "unit")
    assert (await object_to(a_round, other, **headers)).status_code == 404
    seen = (await a_round.client.get("/v1/objections", headers=headers)).json()["items"]
    assert [row["id"] for row in seen] == [raised.json()["id"]]


@pytest.mark.parametrize("subject", ["hand-committee", "hand-objections"])
async def test_answer__is_not_by_who_scored_or_objected(
    app: FastAPI, a_round: Round, token_for: TokenFor, subject: str
) -> None:
    with_policy(app, **POLICY)
    [one] = await published(a_round, 92)
    objection = (await object_to(a_round, one)).json()
    bearer = f"Bearer {token_for('rater', ['33'], subject)}"
    response = await answer(a_round, objection, upheld=True, Authorization=bearer)
    assert (response.status_code, slug(response)) == (403, "same-hand")
    assert (await a_round.get(one))["state"] == "objected"


async def test_objection__after_the_notice_is_refused(app: FastAPI, a_round: Round) -> None:
    with_policy(app, **POLICY)
    [one] = await published(a_round, 92)
    await run_out(a_round)
    late = await object_to(a_round, one)
    assert (late.status_code, slug(late)) == (409, "notice-over")
    [other] = await a_round.evaluations()
    unknown = {"id": str(new_id()), "evaluation_id": other["id"]}
    assert slug(await answer(a_round, unknown, upheld=True)) == "illegal-transition"


async def test_objection__is_settled_where_the_party_organization_ended(app: FastAPI, a_round: Round) -> None:
    with_policy(app, **POLICY)
    one, other = await published(a_round, 92, 88)
    for objected in (one, other):
        assert (await object_to(a_round, objected)).status_code == 201
    await a_round.project(received(dissolved(UUID(one["party_organization_id"])), 2))
    assert (await a_round.get(one))["state"] == "withdrawn"
    found = (await a_round.client.get("/v1/objections")).json()["items"]
    assert {item["evaluation_id"]: item["state"] for item in found} == {one["id"]: "settled", other["id"]: "open"}
    [ended] = [item for item in found if item["state"] == "settled"]
    assert ended["answered_at"] is not None
    assert (await answer(a_round, ended, upheld=False)).status_code == 409


async def test_publications__are_listed_by_cycle_and_day(app: FastAPI, a_round: Round) -> None:
    with_policy(app, **POLICY)
    await published(a_round, 92)
    cycle = a_round.cycle["id"]

    async def listed(**asked: str) -> list[tuple[str, int]]:
        response = await a_round.client.get("/v1/publications", params=asked)
        assert response.status_code == 200, response.text
        return [(item["cycle_id"], item["published"]) for item in response.json()["items"]]

    assert await listed() == await listed(cycle=cycle, division="3301", running_on=str(today())) == [(cycle, 1)]
    assert await listed(cycle=str(new_id())) == await listed(division="3302") == []
    assert await listed(running_on=str(today() - timedelta(days=1))) == []
    assert await listed(running_on=str(today() + timedelta(days=30))) == []
    assert pointers(await a_round.client.get("/v1/publications", params={"running_on": "2026-02-30"}))


async def test_publication__needs_a_notice_and_something_decided(app: FastAPI, a_round: Round) -> None:
    with_policy(app, session={})
    [one] = await a_round.scored(92)
    response = await publish(a_round)
    assert (response.status_code, slug(response)) == (409, "no-notice")
    assert (await a_round.session(count=1)).status_code == 201
    assert (await a_round.complete(one)).json()["star"] == 5, "without a notice it is final after the session"


async def test_publication__is_after_the_session_and_not_to_come(app: FastAPI, a_round: Round) -> None:
    with_policy(app, **POLICY)
    await a_round.scored(92)
    nothing = await publish(a_round)
    assert (nothing.status_code, slug(nothing)) == (409, "nothing-to-publish")
    assert (await a_round.session(count=1, held_on=str(today()))).status_code == 201
    for day in (today() + timedelta(days=1), today() - timedelta(days=1), date.max):
        response = await publish(a_round, day)
        assert (response.status_code, pointers(response)) == (422, ["/published_on"])


async def test_closing__waits_until_what_was_decided_is_final(
    app: FastAPI, a_round: Round, token_for: TokenFor
) -> None:
    """Closed in between, nobody could publish, object to, or complete these any more."""
    with_policy(app, **POLICY)
    one, other = await a_round.scored(92, 80)
    path = f"/v1/cycles/{a_round.cycle['id']}/closing"

    async def refused(waiting: int) -> None:
        closed = await a_round.client.post(path)
        assert (closed.status_code, slug(closed)) == (409, "ratings-not-final")
        assert closed.json()["count"] == waiting

    assert (await a_round.session(count=2, held_on=str(today()))).status_code == 201
    await refused(2)
    assert (await publish(a_round)).status_code == 201
    objection = (await object_to(a_round, other)).json()
    await run_out(a_round)
    assert (await a_round.complete(one)).status_code == 200
    await refused(1)
    district = {"Authorization": f"Bearer {token_for('district_officer', ['330108'], 'neighbour')}"}
    assert (await a_round.client.post(path, headers=district)).status_code == 404
    assert (await answer(a_round, objection, upheld=True)).status_code == 200
    assert (await a_round.client.post(path)).status_code == 200, "what goes back is decided by nobody yet"


async def test_publication__of_a_closed_cycle_is_of_reopened_ones(app: FastAPI, a_round: Round) -> None:
    with_policy(app, **POLICY)
    [one] = await published(a_round, 92)
    await run_out(a_round)
    assert (await a_round.complete(one)).status_code == 200
    assert (await a_round.client.post(f"/v1/cycles/{a_round.cycle['id']}/closing")).status_code == 200
    nothing = await publish(a_round)
    assert (nothing.status_code, slug(nothing)) == (409, "nothing-to-publish")
    reopened = await a_round.client.post(f"/v1/evaluations/{one['id']}/reopening", json={"reason": "计分有误"})
    assert reopened.status_code == 200, reopened.text
    assert (await a_round.session(count=1, held_on=str(today()))).status_code == 201
    assert (await publish(a_round)).json()["published"] == 1


async def test_task__follows_the_session_the_notice_and_the_objection(app: FastAPI, a_round: Round) -> None:
    with_policy(app, **POLICY, calendar={"self": "01-31", "committee": "02-28", "session": "03-31"})

    async def tasks() -> list[tuple[str, str | None]]:
        items = (await a_round.client.get("/v1/tasks")).json()["items"]
        return [(task["kind"], task["due_on"]) for task in items if task["kind"] != "evaluation.self"]

    [one] = await a_round.scored(92)
    year = a_round.cycle["year"] + 1
    assert await tasks() == [("cycle.session", f"{year}-03-31")]
    await a_round.session(count=1, held_on=str(today()))
    assert await tasks() == [("cycle.publication", None)]
    await publish(a_round)
    assert await tasks() == []
    objection = (await object_to(a_round, one)).json()
    assert await tasks() == [("evaluation.answer", objection["due_on"])]
    await answer(a_round, objection, upheld=False)
    assert await tasks() == []
    await run_out(a_round)
    assert await tasks() == [("evaluation.completion", None)]
    await a_round.complete(one)
    assert {kind for kind, _ in await tasks()} == {"consequence.plan", "consequence.letter"}, "what follows from it"


async def test_notice__is_seen_by_units_of_its_cycle_without_who_recorded_it(
    app: FastAPI, a_round: Round, token_for: TokenFor
) -> None:
    with_policy(app, **POLICY)
    [one] = await a_round.scored(92)
    assert (await a_round.session(count=1, held_on=str(today()))).status_code == 201
    path = f"/v1/cycles/{a_round.cycle['id']}/publication"
    notice = await a_round.client.post(path, json={"published_on": str(today()), "note": "张贴于公告栏"})
    assert notice.status_code == 201, notice.text
    elsewhere = {key: notice.json()[key] for key in ("cycle_id", "published_on", "notice_until")}
    await a_round.run(
        "INSERT INTO publications SELECT gen_random_uuid(), cycle_id, '330105', published_on, notice_until, 1, NULL, "
        "recorded_at, recorded_by FROM publications WHERE division = '3301'"
    )

    async def seen(division: str, unit: str) -> list[dict[str, Any]]:
        headers = {"Authorization": f"Bearer {token_for('secretary', [division], units=[unit])}"}
        return list((await a_round.client.get("/v1/publications", headers=headers)).json()["items"])

    [shown] = await seen("330106", one["party_organization_id"])
    assert shown == notice.json() | {"note": None, "recorded_by": None}
    assert elsewhere["cycle_id"] == shown["cycle_id"], "that of another district in the same cycle is not among them"
    assert await seen("330106", str(new_id())) == []
    assert await seen("330105", one["party_organization_id"]) == []
