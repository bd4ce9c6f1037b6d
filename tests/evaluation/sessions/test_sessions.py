"""A session decides the stars of all who are rated together, or nothing (D1, D2, D14)."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI

from shared.db.base import new_id, utc_now
from shared.field.calendar import china_day
from tests.conftest import TokenFor
from tests.evaluation.conftest import Round, established, pointers, received, slug, with_policy

TODAY = str(china_day(utc_now()))
QUOTA = {"quota_max_bp": {5: 2500}, "session": {}}


async def stars(a_round: Round, evaluations: list[dict[str, Any]]) -> list[int]:
    return [(await a_round.get(one))["decision"]["star"] for one in evaluations]


def reason(evaluation: dict[str, Any], outcome: str) -> dict[str, Any]:
    [found] = [one for one in evaluation["decision"]["reasons"] if one["outcome"] == outcome]
    return dict(found)


async def test_d1_a_quota_is_counted_over_all_who_are_rated_together(app: FastAPI, a_round: Round) -> None:
    with_policy(app, **QUOTA)
    evaluations = await a_round.scored(92, 96, 94, 70)
    response = await a_round.session(count=4, note="全体会议")
    assert response.status_code == 201, response.text
    session = response.json()
    assert (session["decided"], session["stars"], session["fell"]) == (4, {"5": 1, "4": 2, "3": 1}, 2)
    assert (session["members_due"], session["members_present"], session["division"]) == (9, 7, "3301")
    assert await stars(a_round, evaluations) == [4, 5, 4, 3]
    third = await a_round.get(evaluations[0])
    assert (third["state"], third["star"], third["decision"]["fell"]) == ("decided", None, [5])
    assert reason(third, "fell_by_the_quota")["rule"] == "R-quota"
    assert reason(third, "fell_by_the_quota")["facts"] == {
        "star": 5,
        "rank": 3,
        "competing": 3,
        "seats": 1,
        "rated": 4,
        "quota_bp": 2500,
    }
    assert reason(third, "rated_together")["facts"] == {"scope": "2026 3301", "rated": 4, "rank": 3}
    assert third["decision"]["reasons"][-1]["outcome"] == "star_4"
    assert third["decision"]["reasons"][-1]["facts"]["star_by_total"] == 5
    assert [one["id"] for one in (await a_round.client.get("/v1/sessions")).json()["items"]] == [session["id"]]


@pytest.mark.parametrize(("ties", "expected"), [("out", [4, 4, 3]), ("in", [5, 5, 3])])
async def test_d2_equal_totals_at_the_edge_share_one_fate(
    app: FastAPI, a_round: Round, ties: str, expected: list[int]
) -> None:
    with_policy(app, quota_max_bp={5: 3400}, ties=ties)
    evaluations = await a_round.scored(95, 95, 70)
    assert (await a_round.session(count=3)).status_code == 201
    assert await stars(a_round, evaluations) == expected
    if ties == "out":
        tie = reason(await a_round.get(evaluations[0]), "fell_in_a_tie")
        assert (tie["rule"], tie["facts"]["tied"], tie["facts"]["seats"]) == ("R-tie", 2, 1)


async def test_d14_laggards_are_marked_and_keep_their_star(app: FastAPI, a_round: Round) -> None:
    with_policy(app, laggards_min_bp=3000)
    evaluations = await a_round.scored(92, 75, 65)
    session = (await a_round.session(count=3)).json()
    last = await a_round.get(evaluations[2])
    assert (session["laggards"], last["decision"]["laggard"], last["decision"]["star"]) == (1, True, 2)
    assert reason(last, "laggard")["facts"] == {"rank": 3, "rated": 3, "least_bp": 3000}


async def test_d1_a_scope_is_what_the_policy_names(app: FastAPI, a_round: Round) -> None:
    with_policy(app, quota_max_bp={5: 5000}, session={"together": ["division"]})
    await a_round.project(received(established(division="330108")))
    here = await a_round.scored(95, 96)
    [there] = await a_round.evaluations(division="330108")
    await a_round.put(there, scores=dict.fromkeys(await a_round.full_marks("T10"), 0))
    response = await a_round.session(by_list={"division": "330106"}, count=2)
    assert response.status_code == 201, response.text
    assert await stars(a_round, here) == [4, 5]
    assert reason(await a_round.get(here[0]), "rated_together")["facts"]["scope"] == "2026 3301 330106"
    assert (await a_round.get(there))["state"] == "scoring"
    assert (await a_round.session(count=1)).status_code == 201


async def test_d1_what_was_decided_keeps_its_star_and_its_seat(app: FastAPI, a_round: Round) -> None:
    with_policy(app, **QUOTA)
    evaluations = await a_round.scored(95, 70, 65, 60)
    late = established()
    await a_round.project(received(late))
    assert (await a_round.session(count=4)).status_code == 201
    one = await a_round.evaluation_of(late.id)
    await a_round.put(one, scores=await a_round.full_marks("T10"))
    assert (await a_round.session(count=1)).status_code == 201
    assert await stars(a_round, [evaluations[0], one]) == [5, 4], "the only seat is taken"
    assert reason(await a_round.get(one), "fell_by_the_quota")["facts"]["seats"] == 0


async def test_list__must_match_or_nothing_is_decided(app: FastAPI, a_round: Round) -> None:
    with_policy(app, **QUOTA)
    first, second, third = await a_round.scored(95, 90, 80)
    unscored = established()
    await a_round.project(received(unscored))
    waiting = await a_round.evaluation_of(unscored.id)
    await a_round.put(waiting, scores={"A1": "1"})
    wrong = await a_round.session(count=4)
    assert (wrong.status_code, slug(wrong), pointers(wrong)) == (409, "session-differs", ["/count"])
    assert (wrong.json()["counted"], wrong.json()["differences"]) == (3, 1)
    assert waiting["id"] in wrong.text, "who is not ready is named: that may be the difference"
    assert first["id"] not in wrong.text
    decisions: list[dict[str, Any]] = [
        {"evaluation_id": first["id"]},
        {"evaluation_id": first["id"]},
        {"evaluation_id": str(new_id())},
        {"evaluation_id": waiting["id"]},
        {"evaluation_id": second["id"]},
    ]
    listed = await a_round.session(decisions=decisions, count=5)
    assert pointers(listed) == [
        "/decisions/1/evaluation_id",
        "/decisions/2/evaluation_id",
        "/decisions/3/evaluation_id",
        "/decisions",
    ]
    assert third["id"] in listed.text, "who is ready and left out is named"
    assert [(await a_round.get(one))["state"] for one in (first, second, third)] == ["scoring"] * 3
    assert await a_round.rows("SELECT FROM sessions") == []


async def test_decisions__name_the_star_that_the_session_counted_on(app: FastAPI, a_round: Round) -> None:
    with_policy(app, **QUOTA)
    first, second = await a_round.scored(95, 92)
    decisions = [{"evaluation_id": first["id"], "star": 5}, {"evaluation_id": second["id"], "star": 5}]
    refused = await a_round.session(decisions=decisions, count=2)
    assert (slug(refused), pointers(refused)) == ("session-differs", ["/decisions/0/star", "/decisions/1/star"])
    agreed = [one | {"star": 4} for one in reversed(decisions)]
    assert (await a_round.session(decisions=agreed, count=2)).status_code == 201, "a quarter of two is no seat"


async def test_recusal__members_with_an_interest_do_not_decide_theirs(
    app: FastAPI, a_round: Round, token_for: TokenFor
) -> None:
    with_policy(app, session={"quorum_bp": 6000})
    [one, _] = await a_round.scored(95, 92)
    headers = {"Authorization": f"Bearer {token_for('rater', ['33'], 'member-a')}"}
    body = {"party_organization_id": one["party_organization_id"], "reason": "亲属"}
    assert (await a_round.client.post("/v1/interests", json=body, headers=headers)).status_code == 201
    unsaid = await a_round.session(count=2)
    assert (slug(unsaid), pointers(unsaid)) == ("session-differs", ["/recused"])
    few = await a_round.session(count=2, recused=[{"evaluation_id": one["id"], "members": 2}])
    assert pointers(few) == ["/recused/0/members"], "5 of 9 are no quorum"
    own = await a_round.client.post(
        f"/v1/cycles/{a_round.cycle['id']}/session",
        json={
            "held_on": TODAY,
            "members_due": 9,
            "members_present": 9,
            "by_list": {},
            "count": 2,
            "recused": [{"evaluation_id": one["id"], "members": 1}],
        },
        headers=headers,
    )
    assert (own.status_code, slug(own)) == (403, "conflict-of-interest")
    said = await a_round.session(count=2, recused=[{"evaluation_id": one["id"], "members": 1}])
    assert said.status_code == 201, said.text
    assert (await a_round.get(one))["decision"]["recused"] == 1


async def test_a_scorer_whose_interest_was_declared_later_decides_nothing(
    app: FastAPI, a_round: Round, token_for: TokenFor
) -> None:
    with_policy(app, session={})
    [one] = await a_round.scored(95)
    [sheet] = await a_round.rows("SELECT put_by FROM evaluation_scores")
    headers = {"Authorization": f"Bearer {token_for('rater', ['33'], sheet['put_by'])}"}
    body = {"party_organization_id": one["party_organization_id"], "reason": "亲属"}
    assert (await a_round.client.post("/v1/interests", json=body, headers=headers)).status_code == 201
    response = await a_round.session(
        decisions=[{"evaluation_id": one["id"]}], count=1, recused=[{"evaluation_id": one["id"], "members": 0}]
    )
    assert (slug(response), pointers(response)) == ("session-differs", ["/decisions/0/evaluation_id"])


async def test_sessions_at_once_decide_once(app: FastAPI, a_round: Round) -> None:
    with_policy(app, **QUOTA)
    await a_round.scored(95, 92, 80, 70)
    answers = await asyncio.gather(*(a_round.session(count=4) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert len(await a_round.rows("SELECT FROM sessions")) == 1


async def test_a_repeat_with_its_key_gets_the_stored_answer(app: FastAPI, a_round: Round) -> None:
    with_policy(app, session={})
    await a_round.scored(95)
    path = f"/v1/cycles/{a_round.cycle['id']}/session"
    body = {"held_on": TODAY, "members_due": 9, "members_present": 7, "by_list": {}, "count": 1}
    first = await a_round.client.post(path, json=body, headers={"Idempotency-Key": "session-1"})
    again = await a_round.client.post(path, json=body, headers={"Idempotency-Key": "session-1"})
    assert (first.status_code, again.json()) == (201, first.json())


async def test_quorum__is_the_policys(app: FastAPI, a_round: Round) -> None:
    with_policy(app, session={"quorum_bp": 6667})
    await a_round.scored(95)
    short = await a_round.session(count=1, members_present=6)
    assert (short.status_code, slug(short)) == (409, "quorum-missing"), "6 of 9 are 66.66 %"
    assert (await a_round.session(count=1, members_present=7)).status_code == 201


async def test_who_scored_does_not_decide(app: FastAPI, a_round: Round, token_for: TokenFor) -> None:
    with_policy(app, session={})
    await a_round.scored(95)
    [sheet] = await a_round.rows("SELECT put_by FROM evaluation_scores")
    response = await a_round.client.post(
        f"/v1/cycles/{a_round.cycle['id']}/session",
        json={"held_on": TODAY, "members_due": 9, "members_present": 7, "by_list": {}, "count": 1},
        headers={"Authorization": f"Bearer {token_for('rater', ['33'], sheet['put_by'])}"},
    )
    assert (response.status_code, slug(response)) == (403, "same-hand")


async def test_a_district_decides_a_citys_scope_only_where_scopes_are_divisions(
    app: FastAPI, a_round: Round, token_for: TokenFor
) -> None:
    with_policy(app, session={})
    await a_round.scored(95)
    body = {"held_on": TODAY, "members_due": 9, "members_present": 7, "by_list": {}, "count": 1}
    headers = {"Authorization": f"Bearer {token_for('rater', ['330106'], 'rater-d')}"}
    path = f"/v1/cycles/{a_round.cycle['id']}/session"
    response = await a_round.client.post(path, json=body, headers=headers)
    assert (response.status_code, slug(response)) == (403, "outside-scope")
    await a_round.run(
        """UPDATE cycles SET policy = jsonb_set(policy, '{parameters,session}', '{"together": ["division"]}')"""
    )
    response = await a_round.client.post(path, json=body, headers=headers)
    assert (response.status_code, response.json()["division"]) == (201, "330106")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"members_present": 10}, "/members_present"),
        ({"held_on": "2999-01-01"}, "/held_on"),
        ({"held_on": "2025-12-31"}, "/held_on"),
        ({"decisions": None, "by_list": None}, "/decisions"),
        ({"count": 0}, "/count"),
        ({"members_due": 1000}, "/members_due"),
    ],
)
async def test_what_no_session_can_be_is_422(app: FastAPI, a_round: Round, body: dict[str, Any], pointer: str) -> None:
    with_policy(app, session={})
    await a_round.scored(95)
    response = await a_round.session(**{"count": 1, **body})
    assert (response.status_code, pointers(response)) == (422, [pointer])


async def test_a_session_is_not_before_the_opening_nor_before_what_it_decides(app: FastAPI, a_round: Round) -> None:
    """The list that it decides is that of the cycle, by the sheets that were there."""
    with_policy(app, session={})
    first, second = await a_round.scored(95, 85)
    yesterday = china_day(utc_now()) - timedelta(days=1)
    refused = await a_round.session(count=2, held_on=str(yesterday))
    assert (refused.status_code, pointers(refused)) == (422, ["/held_on"])
    assert "before the cycle was opened" in refused.text
    await a_round.run("UPDATE cycles SET opened_at = opened_at - interval '9 days'")
    await a_round.run(
        "UPDATE evaluation_scores SET put_at = put_at - interval '3 days' WHERE evaluation_id = :id", id=second["id"]
    )
    refused = await a_round.session(count=2, held_on=str(yesterday))
    assert (refused.status_code, pointers(refused)) == (422, ["/held_on"])
    assert first["id"] in refused.text
    await a_round.run("UPDATE evaluation_scores SET put_at = put_at - interval '1 day'")
    assert (await a_round.session(count=2, held_on=str(yesterday - timedelta(days=1)))).status_code == 422
    decided = await a_round.session(count=2, held_on=str(yesterday))
    assert (decided.status_code, decided.json()["held_on"]) == (201, str(yesterday))


async def test_what_was_returned_is_not_decided_by_a_session_of_before(app: FastAPI, a_round: Round) -> None:
    with_policy(app, session={})
    [one] = await a_round.scored(95)
    await a_round.run("UPDATE cycles SET opened_at = opened_at - interval '9 days'")
    await a_round.run("UPDATE evaluation_scores SET put_at = put_at - interval '3 days'")
    before = str(china_day(utc_now()) - timedelta(days=1))
    assert (await a_round.session(count=1, held_on=before)).status_code == 201
    back = await a_round.client.post(
        f"/v1/evaluations/{one['id']}/return", json={"stage": "committee", "reason": "材料不全"}
    )
    assert back.status_code == 200, back.text
    await a_round.run("UPDATE evaluations SET returned = NULL")
    refused = await a_round.session(count=1, held_on=before)
    assert (refused.status_code, pointers(refused)) == (422, ["/held_on"])
    assert (await a_round.session(count=1)).status_code == 201


async def test_a_policy_without_a_session_has_none_and_with_one_nothing_is_completed_before(
    app: FastAPI, a_round: Round
) -> None:
    await a_round.scored(95)
    response = await a_round.session(count=1)
    assert (response.status_code, slug(response)) == (409, "no-session")
    draft = await a_round.draft(year=2025)
    assert slug(await a_round.session(draft, count=1)) == "cycle-not-open"
    assert (await a_round.session({"id": str(new_id())}, count=1)).status_code == 404


async def test_d1_with_quotas_nothing_is_completed_one_by_one(
    app: FastAPI, a_round: Round, token_for: TokenFor
) -> None:
    with_policy(app, quota_max_bp={5: 1000})
    [one] = await a_round.scored(95)
    early = await a_round.complete(one)
    assert (early.status_code, slug(early)) == (409, "session-first")
    headers = {"Authorization": f"Bearer {token_for('rater', ['33'], 'rater-b')}"}
    shown = (await a_round.client.get(f"/v1/evaluations/{one['id']}", headers=headers)).json()
    steps = {step["step"]: step["problem"] for step in shown["next_steps"]}
    assert steps["completion"] == "session-first"
    assert (await a_round.session(count=1)).status_code == 201
    completed = (await a_round.complete(one)).json()
    assert (completed["state"], completed["star"], completed["total"]) == ("completed", 4, "95.00")
    [event] = await a_round.outbox()
    assert (event["data"]["star"], event["data"]["corrects"]) == (4, None)
    assert "fell_by_the_quota" in [one["outcome"] for one in event["data"]["reasons"]]
