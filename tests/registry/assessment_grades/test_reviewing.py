"""A later downgrade opens a review of a grade already given, and never revokes it by itself (H24, decision 3, D13)."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from services.registry.assessment_grades.reviews.opening import Reviewing
from services.registry.civil_years.policies import AssessmentPolicy
from shared.bus.maintenance import run_tasks
from shared.field.policies import PolicyBook
from tests.conftest import SYSTEM, TokenFor
from tests.registry.assessment_grades.test_giving import ago
from tests.registry.assessment_grades.test_rules import NO_PARTY
from tests.registry.helpers import code, put, rows
from tests.registry.party_organizations.helpers import deliver, formed
from tests.registry.standing.helpers import changed, give, rate, registered, standing
from tests.running.locks import until_waiting


async def reviews(client: httpx.AsyncClient, **query: Any) -> list[dict[str, Any]]:
    response = await client.get("/v1/grade-reviews", params=query)
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()["items"]
    return found


async def graded(app: FastAPI, client: httpx.AsyncClient, grade: str = "4A") -> tuple[str, str]:
    """An organization with a grade in force: (its id, the grade's)."""
    organization = await registered(client, 1)
    given = await give(client, 1, grade, "2025-06-01")
    assert given.status_code == 201, given.text
    return organization, given.json()["id"]


async def decide(client: httpx.AsyncClient, review: str, outcome: str, **more: Any) -> httpx.Response:
    return await client.post(f"/v1/grade-reviews/{review}/decision", json={"outcome": outcome, **more})


@pytest.mark.parametrize(("grade", "star", "opened"), [("3A", 1, 1), ("3A", 0, 1), ("3A", 2, 0), ("2A", 0, 0)])
async def test_h24_downgrade__opens_a_review_and_revokes_nothing(
    app: FastAPI, client: httpx.AsyncClient, grade: str, star: int, opened: int
) -> None:
    organization, grade_id = await graded(app, client, grade)
    await rate(app, organization, star)
    found = await reviews(client, state="open")
    assert len(found) == opened
    assert (await standing(client, 1))["grade"]["value"] == grade
    tasks = (await client.get("/v1/tasks", params={"kind": "grade_review.decision"})).json()["items"]
    assert len(tasks) == opened
    if opened:
        assert (found[0]["grade_id"], found[0]["reasons"][0]["rule"]) == (grade_id, "H24")
        assert found[0]["reasons"][0]["facts"]["star"] == star
        assert tasks[0]["link"] == f"/registry/v1/grade-reviews/{found[0]['id']}"
        alone = await client.get(f"/v1/grade-reviews/{found[0]['id']}")
        assert (alone.json(), alone.headers["ETag"]) == (found[0], '"1"')


async def review_all(app: FastAPI) -> int:
    """Let the job look at every organization with a grade; how many reviews are open more than before."""
    before = len(await rows(app, "SELECT id FROM grade_reviews WHERE state = 'open'"))
    assert await run_tasks("registry", app.state.worker_database, [Reviewing(app.state.standing_policies)])
    return len(await rows(app, "SELECT id FROM grade_reviews WHERE state = 'open'")) - before


async def test_h24_downgrade__the_same_news_again_opens_no_second_review(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    organization, _ = await graded(app, client)
    event = changed(organization, 1)
    await deliver(app, event)
    await deliver(app, event)
    await rate(app, organization, 1, id=event.data.id, sequence=2)
    assert [one["cause"] for one in await reviews(client)] == ["H24:2025:1"]


async def test_h24_downgrade__of_a_grade_that_is_recorded_after_it(app: FastAPI, client: httpx.AsyncClient) -> None:
    organization = await registered(client, 1)
    await rate(app, organization, 1)  # final on 2026-02-10
    assert (await give(client, 1, "4A", "2026-02-10")).status_code == 409
    assert (await give(client, 1, "4A", "2026-02-09")).status_code == 201
    assert [one["state"] for one in await reviews(client)] == ["open"]


async def test_h24_review__lapses_when_the_rating_is_taken_back_and_opens_again(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    organization, _ = await graded(app, client)
    subject = await rate(app, organization, 1)
    await rate(app, organization, 4, id=subject, sequence=2)
    [lapsed] = await reviews(client)
    assert lapsed["state"] == "lapsed"
    assert (await client.get("/v1/tasks", params={"kind": "grade_review.decision"})).json()["items"] == []
    refused = await decide(client, lapsed["id"], "confirmed")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:shuangfu:problem:illegal-transition")
    await rate(app, organization, 1, id=subject, sequence=3)
    assert [one["state"] for one in await reviews(client)] == ["open"]


async def test_h24_review__is_decided_by_another_person_and_once(app: FastAPI, client: httpx.AsyncClient) -> None:
    organization, grade_id = await graded(app, client)
    await rate(app, organization, 1)
    [review] = await reviews(client)
    path = f"/v1/grade-reviews/{review['id']}/decision"
    stale = await client.post(path, json={"outcome": "confirmed"}, headers={"If-Match": '"7"'})
    assert stale.status_code == 412
    kept = await decide(client, review["id"], "confirmed", note="核查后维持")
    assert kept.status_code == 200, kept.text
    assert (kept.json()["state"], kept.json()["outcome"], kept.json()["decided_by"]) == (
        "decided",
        "confirmed",
        "hand-decision",
    )
    assert (await decide(client, review["id"], "revoked")).status_code == 409
    assert (await standing(client, 1))["grade"]["value"] == "4A"
    [verification] = (await client.get(f"/v1/organizations/{code(1)}/grade-verifications")).json()["items"]
    assert (verification["review_id"], verification["outcome"], verification["before"]) == (
        review["id"],
        "confirmed",
        "4A",
    )
    # The same cause opens nothing again; a further downgrade does.
    await rate(app, organization, 0, year=2024)
    assert len(await reviews(client)) == 1
    await rate(app, organization, 0, year=2025, final_on="2026-03-10")
    assert [one["state"] for one in await reviews(client)] == ["decided", "open"]
    assert grade_id == review["grade_id"]


async def test_h24_review__whoever_recorded_the_grade_cannot_decide_on_it(
    app: FastAPI, client: httpx.AsyncClient, token_for: TokenFor
) -> None:
    organization, grade_id = await graded(app, client)
    await rate(app, organization, 1)
    [review] = await reviews(client)
    mine = {"Authorization": f"Bearer {token_for(subject='Tester')}"}
    body = {"outcome": "confirmed"}
    for path in (f"/v1/grade-reviews/{review['id']}/decision", f"/v1/assessment-grades/{grade_id}/verification"):
        refused = await client.post(path, json=body, headers=mine)
        assert (refused.status_code, refused.json()["type"]) == (403, "urn:shuangfu:problem:same-hand")
    assert [one["state"] for one in await reviews(client)] == ["open"]
    barred = await client.get("/v1/tasks", params={"mine": "true", "kind": "grade_review.decision"}, headers=mine)
    assert barred.json()["items"] == []


async def test_d13_verification__adjusts_for_the_rest_of_the_validity(app: FastAPI, client: httpx.AsyncClient) -> None:
    organization, grade_id = await graded(app, client)
    await rate(app, organization, 1)
    path = f"/v1/assessment-grades/{grade_id}/verification"
    same = await client.post(path, json={"outcome": "adjusted", "grade": "4A"})
    assert (same.status_code, same.json()["errors"][0]["pointer"]) == (422, "/grade")
    higher = await client.post(path, json={"outcome": "adjusted", "grade": "5A"})
    assert (higher.status_code, higher.json()["type"]) == (409, "urn:shuangfu:problem:grade-barred")
    lowered = await client.post(path, json={"outcome": "adjusted", "grade": "2A", "decided_on": ago(100)})
    assert lowered.status_code == 201, lowered.text
    found = await standing(client, 1)
    assert (found["grade"]["value"], found["grade"]["valid_from"], found["grade"]["valid_until"]) == (
        "2A",
        ago(100),
        "2030-05-31",
    )
    history = (await client.get(f"/v1/organizations/{code(1)}/assessment-grades")).json()["items"]
    assert [(one["grade"], one["origin"], one["ended_by"], one["ended_on"]) for one in history] == [
        ("4A", "assessment", "adjustment", ago(100)),
        ("2A", "verification", None, None),
    ]
    assert [one["state"] for one in await reviews(client)] == ["decided"]
    # D13: within twelve months no grade above the verified one, star or no star.
    await rate(app, organization, 5, year=2026, final_on="2026-08-01")
    assert (await standing(client, 1))["ceiling"]["value"] == "2A"
    barred = await give(client, 1, "3A", ago(50))
    assert [one["rule"] for one in barred.json()["reasons"]] == ["R-verified-grade"]


@pytest.mark.parametrize(
    ("decided_on", "status", "slug"),
    [
        ("2026-02-28", 409, "no-verification"),
        ("2026-03-01", 201, ""),
        ("2025-05-31", 409, "no-verification"),
        ("2999-01-01", 422, "invalid-input"),
    ],
)
async def test_d13_verification__is_of_the_measures_of_2026(
    app: FastAPI, client: httpx.AsyncClient, decided_on: str, status: int, slug: str
) -> None:
    _, grade_id = await graded(app, client)
    path = f"/v1/assessment-grades/{grade_id}/verification"
    response = await client.post(path, json={"outcome": "revoked", "decided_on": decided_on})
    assert response.status_code == status, response.text
    if slug:
        assert response.json()["type"].endswith(slug)
        return
    assert (await standing(client, 1))["grade"]["value"] is None
    again = await client.post(path, json={"outcome": "confirmed"})
    assert (again.status_code, again.json()["type"]) == (409, "urn:shuangfu:problem:grade-not-in-force")


async def test_d13_no_party_organization__opens_a_review_once_it_is_gone(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    policies = app.state.standing_policies
    with_rule = []
    for one in policies.assessments.policies:
        given = one.parameters.model_dump()
        parameters = AssessmentPolicy.model_validate({**given, "ceilings": [*given["ceilings"], NO_PARTY]})
        with_rule.append(replace(one, parameters=parameters))
    app.state.standing_policies = replace(policies, assessments=PolicyBook(with_rule))
    organization = await registered(client, 1)
    assert (await give(client, 1, "5A", "2026-06-15")).json()["reasons"][0]["rule"] == "R-no-party-organization"
    await deliver(app, formed(organization, party_organization_id=uuid4()))
    assert (await give(client, 1, "5A", "2026-06-15")).status_code == 201
    assert (await standing(client, 1))["ceiling"]["value"] is None
    released = await rows(app, "UPDATE coverages SET until = '2026-09-01' RETURNING organization_id")
    assert len(released) == 1
    assert await review_all(app) == 1
    assert await review_all(app) == 0
    assert [one["cause"] for one in await reviews(client)] == ["R-no-party-organization:2026-09-01"]


async def test_h24_review_all__sees_a_rating_that_has_become_final(app: FastAPI, client: httpx.AsyncClient) -> None:
    organization, _ = await graded(app, client)
    # As if it had come before its day.
    await rate(app, organization, 1, final_on="2999-01-01")
    assert await reviews(client) == []
    await rows(app, "UPDATE standings SET final_on = '2026-02-10' RETURNING id")
    assert await review_all(app) == 1


async def test_h24_review_all__locks_some_organizations_at_a_time(app: FastAPI, client: httpx.AsyncClient) -> None:
    """Three with a grade, two in a transaction: what the first commits is there while the second waits for a lock."""
    ids = [await registered(client, number) for number in (1, 2, 3)]
    for number, organization in enumerate(ids, start=1):
        assert (await give(client, number, "4A", "2026-01-05")).status_code == 201
        await rate(app, organization, 1, final_on="2999-01-01")
    await rows(app, "UPDATE standings SET final_on = '2026-02-10' RETURNING id")
    last = max(ids)
    job = Reviewing(app.state.standing_policies, at_once=2)
    async with app.state.database.transaction(SYSTEM) as tx:
        await tx.rows(text("SELECT FROM organizations WHERE id = :id FOR UPDATE"), {"id": last})
        running = asyncio.create_task(run_tasks("registry", app.state.worker_database, [job]))
        await until_waiting(tx, 1)
        assert len(await reviews(client)) == 2, "the first two are committed, and locked no more"
    assert await running
    assert len(await reviews(client)) == 3
    for organization in ids:
        await rate(app, organization, 4, sequence=1, year=2026, final_on="2026-02-11")
    assert await run_tasks("registry", app.state.worker_database, [job])
    assert {one["state"] for one in await reviews(client)} == {"lapsed"}, "it begins again"


async def test_h24_review__follows_the_organization(app: FastAPI, client: httpx.AsyncClient) -> None:
    organization, _ = await graded(app, client)
    await rate(app, organization, 1)
    moved = await put(client, code(1), division="330105", registered_on="2015-03-01", as_of="2026-04-01T00:00:00Z")
    assert moved.status_code == 200
    assert len(await reviews(client, division="330105")) == 1
    assert await reviews(client, division="330106") == []
    [review] = await reviews(client)
    assert (await decide(client, review["id"], "revoked")).status_code == 200
