"""What follows from a completed rating: plan, tracking, acceptance, talk, letter."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from tests.conftest import TokenFor
from tests.evaluation.conftest import ENGLISH, Round, dissolved, pointers, received, slug, with_policy
from tests.evaluation.consequences.helpers import (
    CLOSED,
    PLAN,
    TOPIC,
    accepted,
    corrected,
    decided_again,
    done,
    of,
    rated,
    step,
    today,
    tracked,
)

LOW = {"rectification": "open", "talk": "open", "ceiling": "in_effect", "score_letter": "open"}
LOW |= {"procurement": "in_effect"}


async def closings(a_round: Round) -> list[dict[str, Any]]:
    return [event["data"] for event in await a_round.outbox(TOPIC) if event["type"] == CLOSED]


async def test_h20_opinion__is_planned_tracked_and_accepted(app: FastAPI, a_round: Round) -> None:
    [one] = await rated(a_round, 45)
    found = await of(a_round, one)
    assert {kind: each["state"] for kind, each in found.items()} == LOW
    opinion = found["rectification"]
    days = app.state.working_days.at("330106", today())
    assert opinion["due_on"] == str(days.add_working_days(today(), 15))
    assert opinion["owner"] == {"role": "secretary", "division": "330106"}
    assert (opinion["star"], opinion["total"], opinion["policy"]) == (0, "45.00", "default-consequences")
    [reason] = opinion["reasons"]
    assert (reason["rule"], reason["outcome"], reason["facts"]["star"]) == ("H20", "rectification", 0)
    assert reason["text"]
    assert [(each["step"], bool(each["by"])) for each in opinion["history"]] == [("derivation", True)]
    planned = await done(a_round, opinion, "plan", **PLAN)
    assert (planned["state"], planned["due_on"], planned["plan"]["goal"]) == ("underway", PLAN["until"], PLAN["goal"])
    entry = await done(a_round, opinion, "tracking", on=str(today()), progress="已召开两次党员大会")
    assert (entry["state"], len(entry["tracking"]), entry["owner"]["role"]) == ("tracked", 1, "district_officer")
    assert await closings(a_round) == []
    closed = await done(a_round, opinion, "acceptance", accepted=True, on=str(today()), record="措施已落实")
    assert (closed["state"], closed["closed_on"], closed["owner"], closed["due_on"]) == (
        "closed",
        str(today()),
        None,
        None,
    )
    assert [each["step"] for each in closed["history"]] == ["derivation", "plan", "tracking", "acceptance"]
    [event] = await closings(a_round)
    assert (event["id"], event["evaluation_id"], event["outcome"]) == (opinion["id"], one["id"], "accepted")
    again = await step(a_round, opinion, "acceptance", accepted=True, on=str(today()), record="措施已落实")
    assert (again.status_code, slug(again)) == (409, "illegal-transition")
    assert len(await closings(a_round)) == 1


async def test_h20_acceptance__is_not_by_who_wrote_a_plan_nor_with_an_interest(
    a_round: Round, token_for: TokenFor
) -> None:
    [one] = await rated(a_round, 45)
    opinion = (await of(a_round, one))["rectification"]
    client, path = a_round.client, f"/v1/consequences/{opinion['id']}"

    async def post(name: str, subject: str, **body: Any) -> Any:
        headers = {"Authorization": f"Bearer {token_for('district_officer', ['3301'], subject=subject)}", **ENGLISH}
        return await client.post(f"{path}/{name}", json=body, headers=headers, auth=httpx.Auth())

    day = {"on": str(today())}
    assert (await post("plan", "甲", **PLAN)).status_code == 200
    assert (await post("tracking", "乙", **day, progress="已召开")).status_code == 200
    refused = await post("acceptance", "乙", **day, accepted=False, record="措施未落实")
    assert (refused.status_code, refused.json()["state"]) == (200, "open")
    assert refused.json()["due_on"] is not None
    assert (await post("plan", "丙", **PLAN)).status_code == 200
    assert (await post("tracking", "乙", **day, progress="已召开")).status_code == 200
    for subject in ("甲", "丙"):
        same = await post("acceptance", subject, **day, accepted=True, record="措施已落实")
        assert (same.status_code, slug(same)) == (403, "same-hand"), "the plan that was replaced counts too"
    shown = await client.get(
        path, headers={"Authorization": f"Bearer {token_for('district_officer', ['3301'], subject='甲')}"}, auth=None
    )
    allowed = {each["step"]: each["allowed"] for each in shown.json()["next_steps"]}
    assert allowed == {"tracking": True, "acceptance": False, "rejection": False}
    declared = await client.post(
        "/v1/interests",
        json={"party_organization_id": one["party_organization_id"], "reason": "亲属在该组织任职"},
        headers={"Authorization": f"Bearer {token_for('rater', ['3301'], subject='乙')}"},
        auth=httpx.Auth(),
    )
    assert declared.status_code in (200, 201), declared.text
    interested = await post("acceptance", "乙", **day, accepted=True, record="措施已落实")
    assert (interested.status_code, slug(interested)) == (403, "conflict-of-interest")
    assert (await post("acceptance", "丁", **day, accepted=True, record="措施已落实")).json()["state"] == "closed"


async def test_h21_five_stars__are_a_basis_and_no_award(a_round: Round) -> None:
    [one] = await rated(a_round, 95)
    found = await of(a_round, one)
    assert {kind: each["state"] for kind, each in found.items()} == {
        "improvement": "open",
        "nomination": "in_effect",
        "score_letter": "open",
        "procurement": "in_effect",
    }
    assert [(one["rule"], one["outcome"]) for one in found["nomination"]["reasons"]] == [("H21", "main_basis")]
    assert found["nomination"]["next_steps"] == []


async def test_h22_talk__is_closed_only_with_day_and_record_and_only_some_see_it(
    a_round: Round, token_for: TokenFor
) -> None:
    [one] = await rated(a_round, 45)
    talk = (await of(a_round, one))["talk"]
    assert pointers(await step(a_round, talk, "talk")) == ["/held_on", "/participants", "/record"]
    late = await step(
        a_round, talk, "talk", held_on=str(today() + timedelta(days=1)), participants=3, record="谈话记录"
    )
    assert pointers(late) == ["/held_on"]
    early = await step(a_round, talk, "talk", held_on=str(today() - timedelta(days=1)), participants=3, record="记录")
    assert pointers(early) == ["/held_on"]
    closed = await done(a_round, talk, "talk", held_on=str(today()), participants=3, record="就党建工作提出要求")
    assert (closed["state"], closed["talk"]["participants"]) == ("closed", 3)
    for role in ("rater", "auditor", "street_officer"):
        headers = {"Authorization": f"Bearer {token_for(role, ['3301'])}"}
        shown = await a_round.client.get(f"/v1/consequences/{talk['id']}", headers=headers, auth=httpx.Auth())
        assert shown.json()["talk"] == {"held_on": str(today()), "participants": None, "record": None}, role
        assert "提出要求" not in shown.text
    trail = await a_round.rows("SELECT diff FROM audit_log WHERE diff::text LIKE '%提出要求%'")
    assert trail == []
    assert all("提出要求" not in str(event["data"]) for event in await a_round.outbox(TOPIC))


async def test_h23_letter__is_sent_received_and_used(a_round: Round) -> None:
    [one] = await rated(a_round, 77)
    letter = (await of(a_round, one))["score_letter"]
    assert (letter["effect"]["total"], letter["effect"]["points"], letter["effect"]["of"]) == ("77.00", "7.70", "100")
    assert letter["effect"]["organizations"] == 1
    day = {"on": str(today())}
    first = await step(a_round, letter, "receipt", step="receipt", **day)
    assert (first.status_code, slug(first)) == (409, "illegal-transition"), "it was not sent yet"
    sent = await done(a_round, letter, "receipt", step="sending", **day, reference="西两新抄告〔2027〕3号")
    assert (sent["state"], sent["receipts"][0]["reference"]) == ("sent", "西两新抄告〔2027〕3号")
    assert (await done(a_round, letter, "receipt", step="receipt", **day))["state"] == "received"
    used = await done(a_round, letter, "receipt", step="use", **day)
    assert (used["state"], used["closed_on"], len(used["receipts"])) == ("closed", str(today()), 3)


async def test_h24_h25_effects__are_flags_with_reasons(a_round: Round) -> None:
    [one] = await rated(a_round, 45)
    found = await of(a_round, one)
    assert found["ceiling"]["effect"]["grade_at_most"] == "2A"
    assert found["procurement"]["effect"]["effect"] == "deprioritize"
    assert [found[kind]["reasons"][0]["rule"] for kind in ("ceiling", "procurement")] == ["H24", "H25"]
    refused = await step(a_round, found["ceiling"], "plan", **PLAN)
    assert (refused.status_code, slug(refused)) == (409, "illegal-transition")


async def test_d14_laggards__are_listed_rectified_and_accepted(app: FastAPI, a_round: Round) -> None:
    with_policy(app, session={}, laggards_min_bp=5000)
    first, last = await a_round.scored(92, 75)
    assert (await a_round.session(count=2)).status_code == 201
    for one in (first, last):
        assert (await a_round.complete(one)).status_code == 200
    listed = (await a_round.client.get("/v1/consequences", params={"kind": "laggard"})).json()["items"]
    assert [each["party_organization_id"] for each in listed] == [last["party_organization_id"]]
    found = await of(a_round, last)
    assert (found["laggard"]["state"], found["rectification"]["reasons"][0]["rule"]) == ("open", "R-laggard")
    assert "improvement" not in found
    await accepted(a_round, found["rectification"])
    assert (await of(a_round, last))["laggard"]["state"] == "closed"


async def test_d14_laggard__by_a_correction_after_its_rectification_is_listed_as_settled(
    app: FastAPI, a_round: Round
) -> None:
    with_policy(app, session={}, laggards_min_bp=5000)
    one, last = await a_round.scored(55, 40)
    assert (await a_round.session(count=2)).status_code == 201
    for each in (one, last):
        assert (await a_round.complete(each)).status_code == 200
    opinion = (await of(a_round, one))["rectification"]
    await accepted(a_round, opinion)
    await decided_again(a_round, one, 30)
    found = await of(a_round, one)
    assert (found["rectification"]["id"], found["rectification"]["state"]) == (opinion["id"], "closed")
    listing = found["laggard"]
    assert (listing["state"], listing["closed_on"], listing["owner"]) == ("closed", str(today()), None)
    assert [each["step"] for each in listing["history"]] == ["derivation", "settlement"]
    assert len(await closings(a_round)) == 1


@pytest.mark.parametrize("kind", ["rectification", "talk", "score_letter", "ceiling"])
async def test_illegal_steps__are_problems_and_change_nothing(a_round: Round, kind: str) -> None:
    [one] = await rated(a_round, 45)
    subject = (await of(a_round, one))[kind]
    day = {"on": str(today())}
    allowed = {"rectification": "plan", "talk": "talk", "score_letter": "receipt"}.get(kind)
    bodies: dict[str, dict[str, Any]] = {
        "plan": PLAN,
        "tracking": {**day, "progress": "已召开"},
        "acceptance": {**day, "accepted": True, "record": "已落实"},
        "talk": {"held_on": day["on"], "participants": 3, "record": "记录"},
        "receipt": {**day, "step": "sending"},
    }
    for name, body in bodies.items():
        if name != allowed:
            refused = await step(a_round, subject, name, **body)
            assert (refused.status_code, slug(refused)) == (409, "illegal-transition"), name
    assert (await of(a_round, one))[kind] == subject


async def test_correction__supersedes_what_is_open_and_never_doubles(a_round: Round) -> None:
    [one] = await rated(a_round, 45)
    before = await of(a_round, one)
    await done(a_round, before["talk"], "talk", held_on=str(today()), participants=3, record="记录")
    await done(a_round, before["score_letter"], "receipt", step="sending", on=str(today()))
    await corrected(a_round, one, 75)
    after = await of(a_round, one)
    assert {kind: each["state"] for kind, each in after.items()} == {
        "improvement": "open",
        "talk": "closed",
        "score_letter": "open",
        "procurement": "in_effect",
    }
    assert after["score_letter"]["effect"]["total"] == "75.00", "another letter corrects the one that was sent"
    assert after["procurement"]["effect"]["effect"] == "inform"
    reasons = [(why["rule"], why["outcome"]) for why in after["procurement"]["reasons"]]
    assert reasons == [("H25", "deprioritize"), ("R-corrected", "kept"), ("H25", "inform")], "why it is another effect"
    assert after["talk"]["reasons"][-1]["outcome"] == "done"
    [event] = await closings(a_round)
    assert (event["id"], event["outcome"]) == (before["rectification"]["id"], "superseded")
    await corrected(a_round, one, 45)
    again = await of(a_round, one)
    assert (again["rectification"]["state"], again["talk"]["id"]) == ("open", before["talk"]["id"])
    assert again["rectification"]["id"] != before["rectification"]["id"]
    assert len(await closings(a_round)) == 1


async def test_correction__keeps_what_was_accepted(a_round: Round) -> None:
    [one] = await rated(a_round, 45)
    opinion = (await of(a_round, one))["rectification"]
    await accepted(a_round, opinion)
    await corrected(a_round, one, 52)
    kept = (await of(a_round, one))["rectification"]
    assert (kept["id"], kept["state"], kept["star"]) == (opinion["id"], "closed", 1)
    assert len(await closings(a_round)) == 1, "one event for one rectification"


async def test_reopening__changes_nothing_until_the_correction(a_round: Round) -> None:
    [one] = await rated(a_round, 45)
    before = await of(a_round, one)
    await a_round.client.post(f"/v1/evaluations/{one['id']}/reopening", json={"reason": "计分有误"})
    assert await of(a_round, one) == before


async def test_h20_dissolution__ends_what_waits(a_round: Round) -> None:
    first, other = await rated(a_round, 45, 47)
    await tracked(a_round, (await of(a_round, first))["rectification"])
    await a_round.project(received(dissolved(UUID(first["party_organization_id"])), 2))
    found = {kind: each["state"] for kind, each in (await of(a_round, first)).items()}
    assert found == LOW | {"rectification": "lapsed", "talk": "lapsed"}
    assert {kind: each["state"] for kind, each in (await of(a_round, other)).items()} == LOW
    assert await closings(a_round) == [], "what was held for it stays held"
    lapsed = (await of(a_round, first))["talk"]
    assert (lapsed["reasons"][-1]["rule"], lapsed["next_steps"]) == ("R-lapsed", [])


async def test_h20_completion__after_the_dissolution_leaves_nothing_that_waits(a_round: Round) -> None:
    [one] = await a_round.scored(45)
    ended = dissolved(UUID(one["party_organization_id"]), on=date(2027, 1, 15))
    await a_round.project(received(ended, 2))
    response = await a_round.complete(one)
    assert response.status_code == 200, response.text
    found = {kind: each["state"] for kind, each in (await of(a_round, one)).items()}
    assert found == LOW | {"rectification": "lapsed", "talk": "lapsed"}


async def test_steps__take_if_match_and_idempotency_keys(a_round: Round) -> None:
    [one] = await rated(a_round, 45)
    path = f"/v1/consequences/{(await of(a_round, one))['rectification']['id']}"
    version = (await a_round.client.get(path)).headers["ETag"]
    key = {"Idempotency-Key": "plan-1", "If-Match": version}
    first = await a_round.client.post(f"{path}/plan", json=PLAN, headers=key)
    assert first.status_code == 200, first.text
    again = await a_round.client.post(f"{path}/plan", json=PLAN, headers=key)
    assert (again.status_code, again.json()) == (200, first.json())
    stale = await a_round.client.post(
        f"{path}/tracking", json={"on": str(today()), "progress": "已召开"}, headers={"If-Match": version}
    )
    assert (stale.status_code, slug(stale)) == (412, "precondition-failed")


async def test_plan__is_not_due_in_the_past(a_round: Round) -> None:
    [one] = await rated(a_round, 45)
    opinion = (await of(a_round, one))["rectification"]
    past = await step(a_round, opinion, "plan", **PLAN | {"until": str(today() - timedelta(days=1))})
    assert (past.status_code, pointers(past)) == (422, ["/until"])


async def test_tasks__follow_each_consequence(a_round: Round) -> None:
    async def tasks() -> set[str]:
        items = (await a_round.client.get("/v1/tasks")).json()["items"]
        return {task["kind"] for task in items if task["kind"].startswith("consequence")}

    [one] = await rated(a_round, 45)
    assert await tasks() == {"consequence.plan", "consequence.talk", "consequence.letter"}
    opinion = (await of(a_round, one))["rectification"]
    await done(a_round, opinion, "plan", **PLAN)
    assert "consequence.tracking" in await tasks()
    await done(a_round, opinion, "tracking", on=str(today()), progress="已召开")
    assert "consequence.acceptance" in await tasks()
    await done(a_round, opinion, "acceptance", accepted=True, on=str(today()), record="已落实")
    talk = (await of(a_round, one))["talk"]
    await done(a_round, talk, "talk", held_on=str(today()), participants=3, record="记录")
    assert await tasks() == {"consequence.letter"}


async def test_list__is_filtered_and_paged(a_round: Round) -> None:
    await rated(a_round, 45, 75)
    get = a_round.client.get

    async def count(**params: Any) -> int:
        return len((await get("/v1/consequences", params=params)).json()["items"])

    assert await count(kind="talk") == 1
    assert await count(state="in_effect") == 3
    assert await count(cycle=a_round.cycle["id"]) == await count(division="3301") == 8
    assert await count(division="3302") == 0
    first = (await get("/v1/consequences", params={"limit": 5})).json()
    rest = (await get("/v1/consequences", params={"limit": 5, "cursor": first["next_cursor"]})).json()
    assert len({one["id"] for one in first["items"] + rest["items"]}) == 8
    assert (await get("/v1/consequences", params={"kind": "praise"})).status_code == 422
