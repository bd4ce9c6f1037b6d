"""A rating that was decided stays with who decided it; where the Party organization moved to leads what follows."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, NamedTuple

import httpx
import pytest
from fastapi import FastAPI

from services.evaluation.evaluations.enrolling.moving_old import note_old_moves
from shared.db.session import Database
from tests.conftest import SYSTEM, AsAdmin, TokenFor
from tests.evaluation.bodies.helpers import CITY, deliver_bodies, recorded, three_levels
from tests.evaluation.conftest import Round, changed, covered, established, received, slug, with_policy
from tests.evaluation.consequences.helpers import CLOSED, PLAN, TOPIC, of, today
from tests.evaluation.notices.test_notices import POLICY, run_out
from tests.evaluation.raters.test_raters import belongs

OLD, NEW, THIRD = "330106", "330105", "330108"


class Moved(NamedTuple):
    """A rating of 330106 whose Party organization is in 330105 since."""

    round: Round
    tokens: TokenFor
    one: dict[str, Any]
    state: dict[str, Any]

    async def ask(
        self, method: str, path: str, *divisions: str, subject: str = "", unit: bool = False, **body: Any
    ) -> httpx.Response:
        """As all who work in a division, or as the unit's secretary."""
        roles = "secretary" if unit else ["rater", "reviewer", "district_officer"]
        units = (self.one["party_organization_id"],) if unit else ()
        token = self.tokens(
            roles, list(divisions), subject or f"{divisions[0]}-{'unit' if unit else 'office'}", units=units
        )
        headers = {"Authorization": f"Bearer {token}"}
        return await self.round.client.request(method, path, json=body or None, headers=headers)

    async def move(self, division: str, sequence: int) -> None:
        await self.round.project(received(changed(**self.state | {"division": division}), sequence))


async def scored(a_round: Round, share: int = 92) -> tuple[dict[str, Any], dict[str, Any]]:
    state = established(covers=[covered("T10")]).model_dump()
    await a_round.project(received(established(**state)))
    a_round.cycle = await a_round.open(OLD)
    one = await a_round.evaluation_of(state["id"])
    assert (await a_round.put(one, scores=await a_round.share(share))).status_code == 200
    return one, state


@pytest.fixture
async def published(app: FastAPI, a_round: Round, token_for: TokenFor) -> Moved:
    """In the notice of its district's cycle."""
    with_policy(app, **POLICY, city_first=False)
    one, state = await scored(a_round)
    assert (await a_round.session(count=1)).status_code == 201
    path = f"/v1/cycles/{a_round.cycle['id']}/publication"
    assert (await a_round.client.post(path, json={"published_on": str(today())})).status_code == 201
    found = Moved(a_round, token_for, one, state)
    await found.move(NEW, 2)
    return found


@pytest.fixture
async def without_star(app: FastAPI, a_round: Round, token_for: TokenFor) -> Moved:
    """Completed with no star: to be rectified."""
    with_policy(app, city_first=False)
    one, state = await scored(a_round, 30)
    assert (await a_round.complete(one)).status_code == 200
    found = Moved(a_round, token_for, one, state)
    await found.move(NEW, 2)
    return found


async def test_decided_rating__is_seen_from_both_sides_of_a_move_and_says_why(published: Moved) -> None:
    path = f"/v1/evaluations/{published.one['id']}"
    for division in (OLD, NEW):
        found = (await published.ask("GET", path, division)).json()
        assert (found["division"], found["moved_to"], found["state"]) == (OLD, NEW, "published")
        assert found["stages"]["committee"]["points"] == "89.24"
        assert found["party_organization_name"] == published.one["party_organization_name"]
        [why] = [reason for reason in found["reasons"] if reason["rule"] == "R-moved"]
        assert (why["outcome"], why["facts"]) == ("stays", {"from": OLD, "to": NEW})
        listed = (await published.ask("GET", "/v1/evaluations", division)).json()["items"]
        assert [one["id"] for one in listed] == [published.one["id"]]
    assert (await published.ask("GET", path, THIRD)).status_code == 404
    await published.move(OLD, 3)
    back = (await published.ask("GET", path, OLD)).json()
    assert (back["moved_to"], back["reasons"][-1]["facts"]) == (None, {"from": NEW, "to": OLD})
    assert (await published.ask("GET", path, NEW)).status_code == 404


async def test_decided_rating__is_objected_to_from_the_new_district_and_answered_by_who_decided(
    published: Moved,
) -> None:
    path = f"/v1/evaluations/{published.one['id']}"
    body = {"on": str(today()), "ground": "B3 的得分与材料不符"}
    assert (await published.ask("POST", f"{path}/objections", THIRD, **body)).status_code == 404
    objection = await published.ask("POST", f"{path}/objections", NEW, unit=True, **body)
    assert (objection.status_code, objection.json()["raised_as"]) == (201, "unit"), objection.text
    for who in ({"unit": True}, {}):
        seen = await published.ask("GET", "/v1/objections", NEW, **who)
        assert [one["id"] for one in seen.json()["items"]] == [objection.json()["id"]]
        shown = (await published.ask("GET", path, NEW, **who)).json()
        assert shown["state"] == "objected"
    answer = f"{path}/objections/{objection.json()['id']}/answer"
    said: dict[str, Any] = {"upheld": False, "reason": "已核对材料"}
    refused = await published.ask("POST", answer, NEW, **said)
    assert (refused.status_code, slug(refused), refused.json()["division"]) == (403, "outside-scope", OLD)
    tasks = {division: await published.ask("GET", "/v1/tasks", division) for division in (OLD, NEW)}
    waiting = {division: [one["kind"] for one in found.json()["items"]] for division, found in tasks.items()}
    assert "evaluation.answer" in waiting[OLD]
    assert "evaluation.answer" not in waiting[NEW]
    assert (await published.ask("POST", answer, OLD, subject="answers", **said)).status_code == 200


async def test_decided_rating__is_not_answered_with_an_interest_that_is_declared_after_the_move(
    published: Moved,
) -> None:
    body = {"on": str(today()), "ground": "B3 的得分与材料不符"}
    path = f"/v1/evaluations/{published.one['id']}/objections"
    objection = await published.ask("POST", path, NEW, **body)
    assert (objection.status_code, objection.json()["raised_as"]) == (201, "district"), objection.text
    interest = {"party_organization_id": published.one["party_organization_id"], "reason": "亲属在该支部任职"}
    declared = await published.ask("POST", "/v1/interests", OLD, subject="related", **interest)
    assert declared.status_code == 201, declared.text
    assert (await published.ask("POST", "/v1/interests", THIRD, subject="related", **interest)).status_code == 404
    # Of whoever works in several divisions it is declared where it is decided, and so seen there.
    also = await published.ask("POST", "/v1/interests", "330102", OLD, subject="of-two", **interest)
    assert also.status_code == 201, also.text
    said: dict[str, Any] = {"upheld": False, "reason": "已核对材料"}
    answer = f"{path}/{objection.json()['id']}/answer"
    for subject in ("related", "of-two"):
        assert slug(await published.ask("POST", answer, OLD, subject=subject, **said)) == "conflict-of-interest"


async def test_decided_rating__is_completed_where_it_was_decided_and_counts_for_whom_it_covers(
    published: Moved,
) -> None:
    await run_out(published.round)
    path = f"/v1/evaluations/{published.one['id']}"
    shown = (await published.ask("GET", path, NEW)).json()
    [completion] = shown["next_steps"]
    assert (completion["allowed"], completion["problem"]) == (False, "outside-scope")
    assert (await published.ask("POST", f"{path}/completion", NEW, note="完成")).status_code == 403
    done = await published.ask("POST", f"{path}/completion", OLD, subject="completes", note="完成")
    assert (done.status_code, done.json()["star"]) == (200, 5), done.text
    [event] = await published.round.outbox()
    organization = str(published.state["covers"][0]["organization_id"])
    assert (event["division"], event["data"]["organization_ids"]) == (OLD, [organization])


async def test_h20_rectification__is_led_by_where_the_party_organization_is(without_star: Moved) -> None:
    one = (await of(without_star.round, without_star.one))["rectification"]
    path = f"/v1/consequences/{one['id']}"
    assert one["owner"] == {"role": "secretary", "division": NEW}
    plan = PLAN | {"until": str(today() + timedelta(days=90))}
    assert (await without_star.ask("POST", f"{path}/plan", THIRD, **plan)).status_code == 404
    refused = await without_star.ask("POST", f"{path}/plan", OLD, **plan)
    assert (refused.status_code, slug(refused), refused.json()["division"]) == (403, "outside-scope", NEW)
    steps = (await without_star.ask("GET", path, OLD)).json()["next_steps"]
    assert {(step["allowed"], step["problem"]) for step in steps} == {(False, "outside-scope")}
    planned = await without_star.ask("POST", f"{path}/plan", NEW, unit=True, **plan)
    assert planned.status_code == 200, planned.text
    entry = {"on": str(today()), "progress": "已召开两次党员大会"}
    assert (await without_star.ask("POST", f"{path}/tracking", NEW, unit=True, **entry)).status_code == 200
    for division, waits in ((OLD, False), (NEW, True)):
        tasks = (await without_star.ask("GET", "/v1/tasks", division)).json()["items"]
        found = [task for task in tasks if task["kind"] == "consequence.acceptance"]
        assert bool(found) == waits, division
        assert all(task["division"] == NEW for task in found)
    verdict = {"accepted": True, "on": str(today()), "record": "验收合格"}
    accepted = await without_star.ask("POST", f"{path}/acceptance", NEW, **verdict)
    assert (accepted.status_code, accepted.json()["state"]) == (200, "closed"), accepted.text
    closed = [event for event in await without_star.round.outbox(TOPIC) if event["type"] == CLOSED]
    assert [event["division"] for event in closed] == [OLD]


async def test_h18_reopened_rating__is_scored_by_who_decided_it_whatever_body_leads_it_now(
    database: Database, without_star: Moved
) -> None:
    there = recorded("BINJIANG", division=NEW, parent=CITY)
    await deliver_bodies(database, *three_levels(), there)
    without_star.state["affiliation"] = belongs("BINJIANG")
    await without_star.move(NEW, 3)
    path = f"/v1/evaluations/{without_star.one['id']}"
    assert (await without_star.ask("POST", f"{path}/reopening", OLD, subject="reopens", reason="核查")).is_success
    current = await without_star.ask("GET", path, OLD, subject="scores")
    [committee] = [step for step in current.json()["next_steps"] if step["step"] == "committee"]
    assert committee["allowed"]
    token = without_star.tokens("rater", [OLD], "scores")
    headers = {"Authorization": f"Bearer {token}", "If-Match": current.headers["ETag"]}
    sheet = {"scores": await without_star.round.share(95)}
    put = await without_star.round.client.put(f"{path}/scores/committee", json=sheet, headers=headers)
    assert put.status_code == 200, put.text


async def test_reopened_rating_of_who_moved__is_decided_again_where_it_was_and_corrects_what_follows(
    without_star: Moved,
) -> None:
    path = f"/v1/evaluations/{without_star.one['id']}"
    assert (await without_star.ask("POST", f"{path}/reopening", NEW, reason="核查")).status_code == 403
    reopened = await without_star.ask("POST", f"{path}/reopening", OLD, subject="reopens", reason="核查")
    assert reopened.status_code == 200, reopened.text
    await without_star.move(NEW, 3)
    assert (
        await without_star.round.put(without_star.one, scores=await without_star.round.share(95))
    ).status_code == 200
    assert (await without_star.ask("POST", f"{path}/completion", OLD, subject="completes")).status_code == 200
    after = (await without_star.ask("GET", path, NEW)).json()
    assert (after["star"], after["moved_to"], len(after["earlier"])) == (5, NEW, 1)
    listed = (await without_star.ask("GET", "/v1/consequences", NEW)).json()["items"]
    assert {one["state"] for one in listed if one["kind"] == "rectification"} == {"superseded"}
    assert "nomination" in {one["kind"] for one in listed}


@pytest.fixture
async def worker(database: Database) -> AsyncIterator[Database]:
    """As the worker has it."""
    found = Database(database.url, access=SYSTEM)
    yield found
    await found.close()


async def test_decided_rating__of_who_moved_before_this_was_noted_is_seen_where_it_is_now(
    published: Moved, as_admin: AsAdmin, worker: Database
) -> None:
    """As the version before left it: its Party organization is elsewhere, and nothing says so."""
    await as_admin(worker.url, "UPDATE evaluations SET moved_to = NULL")
    path = f"/v1/evaluations/{published.one['id']}"
    assert (await published.ask("GET", path, NEW)).status_code == 404
    assert await note_old_moves(worker, batch=1) == 1
    found = (await published.ask("GET", path, NEW)).json()
    assert (found["moved_to"], found["state"], found["reasons"][-1]["rule"]) == (NEW, "published", "R-moved")
    assert await note_old_moves(worker, batch=1) == 0
    assert (await published.ask("GET", path, NEW)).json()["version"] == found["version"]


async def test_open_evaluation__of_who_moved_unnoticed_follows(
    a_round: Round, as_admin: AsAdmin, worker: Database
) -> None:
    state = established(covers=[covered("T10")]).model_dump()
    await a_round.project(received(established(**state)))
    a_round.cycle = await a_round.open("3301")
    one = await a_round.evaluation_of(state["id"])
    await as_admin(worker.url, f"UPDATE party_organizations SET division = '{NEW}'")
    assert await note_old_moves(worker) == 1
    assert (await a_round.evaluation_of(state["id"]))["division"] == NEW != one["division"]
    assert await note_old_moves(worker) == 0
