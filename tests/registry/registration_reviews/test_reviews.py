"""S5: hosting and instructor are part of the review at registration; S17: the charter's clause never blocks."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from shared.field.calendar import china_day
from shared.field.policies import PolicyBook
from tests.conftest import TokenFor
from tests.registry.bodies.helpers import pointers, record_hangzhou
from tests.registry.helpers import code, put, rows
from tests.registry.registration_reviews.helpers import (
    COMMITMENT,
    HOSTING,
    INSTRUCTOR,
    PARTS,
    PATH,
    SURVEY,
    application,
    apply,
    step,
)


def slug(response: httpx.Response) -> str:
    return str(response.json()["type"]).rpartition(":")[2]


def outcomes(review: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["rule"], one["outcome"]) for one in review["reasons"]]


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, ["hosting", "instructor"]),
        ({"hosting": HOSTING}, ["instructor"]),
        ({"instructor": INSTRUCTOR, "survey": SURVEY, "commitment": COMMITMENT}, ["hosting"]),
    ],
)
async def test_s5_approval__is_blocked_with_every_reason_while_something_is_missing(
    app: FastAPI, client: httpx.AsyncClient, given: dict[str, Any], missing: list[str]
) -> None:
    review = await apply(client, **given)
    assert review["missing"] == missing
    blocked = await step(client, review, "approval")
    assert (blocked.status_code, slug(blocked), blocked.json()["count"]) == (409, "review-blocked", len(missing))
    assert [error["pointer"] for error in blocked.json()["errors"]] == [f"/{part}" for part in missing]
    assert [(one["rule"], one["outcome"], one["facts"]["part"]) for one in blocked.json()["reasons"]] == [
        ("S5", "missing", part) for part in missing
    ]
    assert await rows(app, "SELECT state, version FROM registration_reviews") == [{"state": "submitted", "version": 1}]
    [shown] = [one for one in review["next_steps"] if one["step"] == "approval"]
    assert (shown["allowed"], shown["problem"]) == (False, "same-hand"), "of who applied"


async def test_s5_review__is_returned_supplemented_and_decided_again(client: httpx.AsyncClient) -> None:
    review = await apply(client, hosting=HOSTING)
    returned = await step(client, review, "return", reason="请补报党建指导员")
    assert (returned.status_code, returned.json()["state"]) == (200, "returned")
    assert outcomes(returned.json())[-1] == ("S5", "returned")
    assert returned.json()["reasons"][-1]["facts"]["missing"] == ["instructor"]
    assert slug(await step(client, review, "approval")) == "illegal-transition"
    supplemented = await step(client, review, "supplement", instructor=INSTRUCTOR, note="已落实")
    assert (supplemented.json()["state"], supplemented.json()["missing"]) == ("submitted", [])
    assert supplemented.json()["hosting"] == {"body": None, **HOSTING}, "what is left out stays"
    approved = await step(client, review, "approval")
    assert (approved.status_code, approved.json()["state"]) == (200, "approved")
    assert outcomes(approved.json()) == [
        ("S5", "present"),
        ("S5", "present"),
        ("S17", "unknown"),
        ("S5", "approved"),
    ]
    assert all(one["text"] for one in approved.json()["reasons"])
    assert approved.json()["policy"] == "default-registration-review"
    history = [one["step"] for one in approved.json()["history"]]
    assert history == ["application", "return", "supplement", "approval"]
    assert slug(await step(client, review, "approval")) == "illegal-transition", "decided twice"


async def test_s5_review__refused_and_withdrawn_are_ends(client: httpx.AsyncClient) -> None:
    refused = await apply(client, **PARTS)
    assert (await step(client, refused, "refusal", reason="名称不符")).json()["state"] == "refused"
    withdrawn = await apply(client)
    assert (await step(client, withdrawn, "withdrawal", reason="不再申请")).json()["state"] == "withdrawn"
    for review in (refused, withdrawn):
        for name, body in (("supplement", {}), ("approval", {}), ("return", {"reason": "核对"})):
            assert slug(await step(client, review, name, **body)) == "illegal-transition", name


async def test_s17_charter_clause__is_told_and_never_blocks(client: httpx.AsyncClient) -> None:
    found = []
    for named in (True, False, None):
        review = await apply(client, **PARTS, charter_clause=named)
        approved = await step(client, review, "approval")
        assert approved.status_code == 200, approved.text
        found += [one["outcome"] for one in approved.json()["reasons"] if one["rule"] == "S17"]
    assert found == ["named", "advocated", "unknown"]


async def test_s17_charter_clause__is_told_anew_where_a_supplement_states_it(client: httpx.AsyncClient) -> None:
    review = await apply(client, **PARTS)
    outcomes = []
    for named in (True, False):
        supplemented = await step(client, review, "supplement", charter_clause=named)
        assert supplemented.status_code == 200, supplemented.text
        outcomes.append([one["outcome"] for one in supplemented.json()["reasons"] if one["rule"] == "S17"])
    assert outcomes == [["named"], ["advocated"]]


async def test_s5_decision__is_somebody_elses_than_who_applied_or_supplemented(
    client: httpx.AsyncClient, token_for: TokenFor
) -> None:
    client.auth = None
    review = await apply_as(client, token_for("registrar", ["330106"], subject="甲"))
    other = token_for("registrar", ["330106"], subject="乙")
    third = token_for("district_officer", ["330106"], subject="丙")
    await step_as(client, other, review, "supplement", hosting=HOSTING, instructor=INSTRUCTOR)
    for subject in ("甲", "乙"):
        token = token_for(["registrar", "district_officer"], ["330106"], subject=subject)
        for name, body in (("approval", {}), ("return", {"reason": "核对"}), ("refusal", {"reason": "核对"})):
            barred = await step_as(client, token, review, name, **body)
            assert (barred.status_code, slug(barred)) == (403, "same-hand"), (subject, name)
    assert (await step_as(client, third, review, "approval")).status_code == 200
    street = token_for("street_officer", ["330106"], subject="丁")
    assert (
        await step_as(client, street, review, "certificate", uscc=code(1), issued_on="2026-03-05")
    ).status_code == 403


async def apply_as(client: httpx.AsyncClient, token: str) -> dict[str, Any]:
    client.headers["Authorization"] = f"Bearer {token}"
    return await apply(client)


async def step_as(client: httpx.AsyncClient, token: str, review: dict[str, Any], name: str, **body: Any) -> Any:
    client.headers["Authorization"] = f"Bearer {token}"
    return await step(client, review, name, **body)


@pytest.mark.parametrize("registered_first", [True, False])
async def test_s5_certificate__joins_the_organization_whichever_comes_first(
    client: httpx.AsyncClient, registered_first: bool
) -> None:
    review = await apply(client, applied_on="2026-02-25", **PARTS)
    await step(client, review, "approval")
    if registered_first:
        await put(client, code(1))
    certified = await step(client, review, "certificate", uscc=code(1).lower(), issued_on="2026-03-05")
    assert certified.status_code == 200, certified.text
    assert (certified.json()["state"], certified.json()["uscc"]) == ("certified", code(1))
    assert (certified.json()["organization"] is not None) is registered_first
    await put(client, code(1))
    shown = (await client.get(f"{PATH}/{review['id']}")).json()
    organization = (await client.get(f"/v1/organizations/{code(1)}")).json()
    assert shown["organization"] == {name: organization[name] for name in ("id", "name", "registered_on")}
    [listed] = (await client.get(PATH, params={"uscc": code(1)})).json()["items"]
    assert listed["id"] == review["id"]


async def test_s5_certificate__has_the_code_of_what_was_applied_for(client: httpx.AsyncClient) -> None:
    review = await apply(client, applied_on="2026-03-01", **PARTS)
    await step(client, review, "approval")
    await put(client, code(1), registered_on="2026-02-28")
    await put(client, code(2), division="330105", street="米市巷街道")
    await put(client, code(3, "51"), kind="social_group")
    await put(client, code(4))
    told = []
    for uscc in (code(1), code(2), code(3, "51")):
        refused = await step(client, review, "certificate", uscc=uscc, issued_on="2026-03-05")
        assert (refused.status_code, pointers(refused)) == (422, ["/uscc"])
        told.append(refused.json()["errors"][0]["detail"])
    assert ["早于本项申请" in told[0], "行政区划" in told[1], "类型不同" in told[2]] == [True] * 3, told
    assert (await step(client, review, "certificate", uscc=code(4), issued_on="2026-03-05")).status_code == 200


async def test_s5_certificate__is_not_older_than_the_approval(client: httpx.AsyncClient) -> None:
    review, other = await apply(client, **PARTS), await apply(client, **PARTS)
    for wrong, why in (("2026-03-01", "2026-03-02"), ("2099-01-01", "尚未到来")):
        refused = await step(client, review, "approval", approved_on=wrong)
        assert pointers(refused) == ["/approved_on"]
        assert why in refused.json()["errors"][0]["detail"] or "3月2日" in refused.json()["errors"][0]["detail"]
    approved = await step(client, review, "approval", approved_on="2026-03-04")
    assert approved.json()["approved_on"] == "2026-03-04"
    early = await step(client, review, "certificate", uscc=code(1), issued_on="2026-03-03")
    assert pointers(early) == ["/issued_on"]
    assert "核准日期" in early.json()["errors"][0]["detail"]
    assert (await step(client, review, "certificate", uscc=code(1), issued_on="2026-03-04")).status_code == 200
    today = (await step(client, other, "approval", approved_on=None)).json()["approved_on"]
    assert today == china_day(datetime.now(UTC)).isoformat()
    assert pointers(await step(client, other, "certificate", uscc=code(2), issued_on="2026-03-04")) == ["/issued_on"]


async def test_s5_certificate__waits_for_survey_and_commitment(client: httpx.AsyncClient) -> None:
    review = await apply(client, hosting=HOSTING, instructor=INSTRUCTOR)
    assert (await step(client, review, "approval")).status_code == 200
    blocked = await step(client, review, "certificate", uscc=code(1), issued_on="2026-03-05")
    assert (blocked.status_code, slug(blocked)) == (409, "review-blocked")
    assert [error["pointer"] for error in blocked.json()["errors"]] == ["/survey", "/commitment"]
    supplemented = await step(client, review, "supplement", survey=SURVEY, commitment=COMMITMENT)
    assert supplemented.json()["state"] == "approved", "completed after the approval"
    certified = await step(client, review, "certificate", uscc=code(1), issued_on="2026-03-05")
    assert outcomes(certified.json())[-2:] == [("R-registration-papers", "present")] * 2


async def test_s5_certificate__has_a_code_that_is_one_reviews_and_can_be_corrected(client: httpx.AsyncClient) -> None:
    one, other = [await apply(client, **PARTS) for _ in range(2)]
    for review in (one, other):
        await step(client, review, "approval")
    wrong = await step(client, one, "certificate", uscc="52330106PDY000010", issued_on="2026-03-01")
    assert pointers(wrong) == ["/issued_on", "/uscc"]
    await step(client, one, "certificate", uscc=code(1), issued_on="2026-03-05")
    taken = await step(client, other, "certificate", uscc=code(1), issued_on="2026-03-05")
    assert (taken.status_code, slug(taken)) == (409, "code-reviewed")
    corrected = await step(client, one, "certificate", uscc=code(2), issued_on="2026-03-06")
    assert (corrected.json()["uscc"], corrected.json()["hand_over_due_on"]) == (code(2), "2026-03-13")
    assert [one[0] for one in outcomes(corrected.json())].count("R-registration-papers") == 2, "of the last one alone"
    assert (await step(client, other, "certificate", uscc=code(1), issued_on="2026-03-05")).status_code == 200


@pytest.mark.parametrize(
    "changed", [{"hosting": None}, {"instructor": None}, {"street": "另一街道"}, {"survey": None}], ids=str
)
async def test_s5_supplement__of_an_approved_review_changes_nothing_that_was_decided_on(
    client: httpx.AsyncClient, changed: dict[str, Any]
) -> None:
    review = await apply(client, **PARTS)
    approved = await step(client, review, "approval")
    refused = await step(client, review, "supplement", **changed)
    assert (refused.status_code, pointers(refused)) == (422, [f"/{name}" for name in changed])
    assert (await client.get(f"{PATH}/{review['id']}")).json()["version"] == approved.json()["version"]


async def test_s5_certificate__two_of_one_code_at_once_are_one(client: httpx.AsyncClient) -> None:
    both = [await apply(client, **PARTS) for _ in range(2)]
    for review in both:
        await step(client, review, "approval")
    answers = await asyncio.gather(
        *(step(client, review, "certificate", uscc=code(1), issued_on="2026-03-05") for review in both)
    )
    assert sorted(one.status_code for one in answers) == [200, 409]


@pytest.mark.parametrize(
    ("issued_on", "due_on"),
    [
        ("2026-03-05", "2026-03-12"),  # a Thursday, over one weekend
        ("2026-03-06", "2026-03-13"),
        ("2026-03-07", "2026-03-13"),  # a Saturday
        ("2026-04-30", "2026-05-11"),  # Labour Day's holidays, and their make-up Saturday
    ],
)
async def test_s5_hand_over__is_due_five_working_days_after_the_certificate(
    client: httpx.AsyncClient, issued_on: str, due_on: str
) -> None:
    review = await apply(client, **PARTS)
    await step(client, review, "approval")
    certified = await step(client, review, "certificate", uscc=code(1), issued_on=issued_on)
    assert certified.json()["hand_over_due_on"] == due_on


@pytest.mark.parametrize(("handed_over_on", "outcome"), [("2026-03-12", "in_time"), ("2026-03-13", "late")])
async def test_s5_hand_over__says_whether_it_was_in_time(
    client: httpx.AsyncClient, handed_over_on: str, outcome: str
) -> None:
    review = await apply(client, **PARTS)
    await step(client, review, "approval")
    early = await step(client, review, "hand-over", handed_over_on=handed_over_on, handed_over_to="西湖区委社会工作部")
    assert slug(early) == "illegal-transition", "there is no certificate yet"
    await step(client, review, "certificate", uscc=code(1), issued_on="2026-03-05")
    before = await step(client, review, "hand-over", handed_over_on="2026-03-04", handed_over_to="社会工作部")
    assert pointers(before) == ["/handed_over_on"]
    overdue = (await client.get(PATH, params={"overdue": "true"})).json()["items"]
    assert [one["overdue"] for one in overdue] == [True], "it is November by now"
    done = await step(client, review, "hand-over", handed_over_on=handed_over_on, handed_over_to="西湖区委社会工作部")
    assert (done.json()["state"], done.json()["overdue"]) == ("handed_over", False)
    assert outcomes(done.json())[-1] == ("R-hand-over", outcome)
    assert (await client.get(PATH, params={"overdue": "true"})).json()["items"] == []


async def test_s5_tasks__decision_supplement_certificate_and_hand_over_wait(
    client: httpx.AsyncClient, token_for: TokenFor
) -> None:
    async def waiting(**filters: str) -> list[tuple[str, str, str | None, bool]]:
        found = (await client.get("/v1/tasks", params=filters)).json()["items"]
        return [(one["kind"].partition(".")[2], one["waits_for"], one["due_on"], one["overdue"]) for one in found]

    review = await apply(client, hosting=HOSTING)
    assert await waiting() == [("decision", "registrar", None, False)]
    await step(client, review, "return", reason="请补报党建指导员")
    assert await waiting() == [("supplement", "street_officer", None, False)]
    await step(client, review, "supplement", instructor=INSTRUCTOR, survey=SURVEY, commitment=COMMITMENT)
    await step(client, review, "approval")
    assert await waiting() == [("certificate", "registrar", None, False)]
    await step(client, review, "certificate", uscc=code(1), issued_on="2026-03-05")
    assert await waiting() == [("hand_over", "registrar", "2026-03-12", True)]
    await step(client, review, "hand-over", handed_over_on="2026-03-12", handed_over_to="西湖区委社会工作部")
    assert await waiting() == []


async def test_s5_tasks__are_not_of_who_applied(client: httpx.AsyncClient, token_for: TokenFor) -> None:
    client.auth = None
    await apply_as(client, token_for("registrar", ["330106"], subject="甲"))
    assert (await client.get("/v1/tasks", params={"mine": "true"})).json()["items"] == []
    client.headers["Authorization"] = f"Bearer {token_for('registrar', ['330106'], subject='乙')}"
    assert len((await client.get("/v1/tasks", params={"mine": "true"})).json()["items"]) == 1


async def test_s5_hosting__is_a_body_that_exists_or_is_described(client: httpx.AsyncClient) -> None:
    await record_hangzhou(client)
    assert (await apply(client, hosting={"body": "CUIYUAN"}))["hosting"]["body"] == "CUIYUAN"
    refused = await client.post(PATH, json=application(hosting={"body": "NOBODY"}))
    assert pointers(refused) == ["/hosting/body"]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"kind": "club"}, ["/kind"]),
        ({"division": "339999"}, ["/division"]),
        ({"applied_on": "2036-03-02"}, ["/applied_on"]),
        ({"applied_on": "2012-12-31"}, ["/applied_on"]),
        ({"survey": {**SURVEY, "surveyed_on": "2012-12-31"}}, ["/survey/surveyed_on"]),
        ({"hosting": {}}, ["/hosting"]),
        ({"instructor": {"post": "指导员 13812345678"}}, ["/instructor/post"]),
        ({"instructor": {"name": "某"}}, ["/instructor/post", "/instructor/name"]),
        ({"survey": {**SURVEY, "full_members_full_time": 4}}, ["/survey/full_members_full_time"]),
        ({"survey": {**SURVEY, "surveyed_on": "2036-01-01"}}, ["/survey/surveyed_on"]),
        ({"uscc": "52330106PDY0000108"}, ["/uscc"]),
    ],
)
async def test_s5_application__what_is_wrong_is_named_and_nothing_is_stored(
    app: FastAPI, client: httpx.AsyncClient, changes: dict[str, Any], named: list[str]
) -> None:
    refused = await client.post(PATH, json=application(**changes))
    assert sorted(pointers(refused)) == sorted(named)
    assert await rows(app, "SELECT count(*) AS n FROM registration_reviews") == [{"n": 0}]


async def test_s5_review__if_match_holds_what_was_read(client: httpx.AsyncClient) -> None:
    review = await apply(client, **PARTS)
    path = f"{PATH}/{review['id']}/approval"
    assert (await client.post(path, json={}, headers={"If-Match": '"2"'})).status_code == 412
    assert (await client.post(path, json={}, headers={"If-Match": '"1"'})).headers["etag"] == '"2"'
    first = await client.post(PATH, json=application(), headers={"Idempotency-Key": "once"})
    again = await client.post(PATH, json=application(), headers={"Idempotency-Key": "once"})
    assert first.json()["id"] == again.json()["id"]


async def test_s5_application__its_earliest_day_is_the_regions(app: FastAPI, client: httpx.AsyncClient) -> None:
    policies = app.state.policies
    earlier = [
        replace(one, parameters=one.parameters.model_copy(update={"earliest_day": date(2010, 1, 1)}))
        for one in policies.reviews.policies
    ]
    app.state.policies = replace(policies, reviews=PolicyBook(earlier))
    taken = await client.post(PATH, json=application(applied_on="2010-01-01"))
    assert taken.status_code == 201, taken.text
    assert pointers(await client.post(PATH, json=application(applied_on="2009-12-31"))) == ["/applied_on"]
    survey = {"survey": {**SURVEY, "surveyed_on": "2010-01-01"}}
    supplemented = await client.post(f"{PATH}/{taken.json()['id']}/supplement", json=survey)
    assert supplemented.status_code == 200, supplemented.text
