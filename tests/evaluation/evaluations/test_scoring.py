"""Putting scores: exact, partial, replaceable; every fault of a sheet at once."""

import json
from typing import Any

import httpx
import pytest

from shared.db.base import new_id
from tests.conftest import TokenFor
from tests.evaluation.conftest import Round, pointers, slug


async def test_a_stage_is_put_and_shown(client: httpx.AsyncClient, a_round: Round) -> None:
    one = await a_round.enrolled()
    response = await a_round.put(one, "self", scores={"A1": "4.5"}, bonus=[{"reason": "示范点", "points": "2"}])
    body = response.json()
    assert response.status_code == 200
    assert (body["state"], body["version"], response.headers["etag"]) == ("scoring", 2, '"2"')
    assert body["stages"]["self"]["scores"] == {"A1": "4.5"}
    assert body["stages"]["self"]["bonus"] == [{"reason": "示范点", "points": "2"}]
    assert body["stages"]["group"] is None
    read = await client.get(f"/v1/evaluations/{one['id']}")
    assert read.json() | {"next_steps": []} == body | {"next_steps": []}
    assert read.headers["etag"] == '"2"'


@pytest.mark.parametrize("written", ["4.35", '"4.35"'])
async def test_numbers_are_exact_however_they_are_written(
    client: httpx.AsyncClient, a_round: Round, written: str
) -> None:
    one = await a_round.enrolled()
    response = await client.put(
        f"/v1/evaluations/{one['id']}/scores/group",
        content=f'{{"scores": {{"A1": {written}}}}}',
        headers={"Content-Type": "application/json"},
    )
    assert response.json()["stages"]["group"]["scores"] == {"A1": "4.35"}


@pytest.mark.parametrize(
    "written", ["4.3500000000000000001", "1e-9", "NaN", "Infinity", "1e999999999", "9" * 5000, "true", "null", "{}"]
)
async def test_a_number_that_is_no_score_is_422(client: httpx.AsyncClient, a_round: Round, written: str) -> None:
    one = await a_round.enrolled()
    response = await client.put(
        f"/v1/evaluations/{one['id']}/scores/group",
        content=f'{{"scores": {{"A1": {written}}}}}',
        headers={"Content-Type": "application/json"},
    )
    assert (response.status_code, slug(response)) == (422, "invalid-input")


async def test_a_score_of_an_indicator_that_does_not_apply_is_422_and_names_it(a_round: Round) -> None:
    one = await a_round.enrolled()
    response = await a_round.put(one, scores=await a_round.full_marks("T10") | {"A4": "0"})
    assert (response.status_code, pointers(response)) == (422, ["/scores/A4"])
    assert "A4 is not for" in response.text
    assert (await a_round.put(one, scores=await a_round.full_marks("T10"))).status_code == 200


async def test_every_fault_of_a_sheet_is_told(a_round: Round) -> None:
    one = await a_round.enrolled()
    response = await a_round.put(
        one,
        scores={"A1": "99", "A2": "-1", "A9": "1", "B1": "1.001", "B2": "x"},
        bonus=[{"reason": "", "points": "-1"}],
        vetoes=[{"code": "V6", "reason": "", "evidence": ""}],
    )
    assert (response.status_code, slug(response)) == (422, "invalid-input")
    assert pointers(response) == [
        "/scores/A1",
        "/scores/A2",
        "/scores/A9",
        "/scores/B1",
        "/scores/B2",
        "/bonus/0/reason",
        "/bonus/0/points",
        "/vetoes/0/code",
        "/vetoes/0/reason",
        "/vetoes/0/evidence",
    ]
    assert response.json()["count"] == 10
    assert (await a_round.evaluations())[0]["state"] == "enrolled"


@pytest.mark.parametrize(
    ("sheet", "pointer"),
    [
        ({}, "/scores"),
        ({"scores": []}, "/scores"),
        ({"scores": {}, "extra": 1}, "/extra"),
        ({"scores": {}, "vetoes": [{"code": "V1", "reason": "a"}]}, "/vetoes/0/evidence"),
        ({"scores": {}, "bonus": [{"points": 1}]}, "/bonus/0/reason"),
    ],
)
async def test_the_shape_of_a_sheet(a_round: Round, sheet: dict[str, Any], pointer: str) -> None:
    response = await a_round.put(await a_round.enrolled(), **sheet)
    assert response.status_code == 422
    assert pointers(response) == [pointer]


async def test_sentences_follow_accept_language(client: httpx.AsyncClient, a_round: Round) -> None:
    one = await a_round.enrolled()
    path, sheet = f"/v1/evaluations/{one['id']}/scores/self", {"scores": {"A1": "99"}}
    chinese = await client.put(path, json=sheet, headers={"Accept-Language": "zh-CN"})
    english = await client.put(path, json=sheet)
    assert "不能超过该指标的" in chinese.json()["errors"][0]["detail"]
    assert "Must not be above" in english.json()["errors"][0]["detail"]


async def test_replacing_a_stage_takes_all_of_it(a_round: Round) -> None:
    one = await a_round.enrolled()
    await a_round.put(one, scores={"A1": "1", "A2": "2"}, vetoes=[{"code": "V4", "reason": "a", "evidence": "b"}])
    body = (await a_round.put(one, scores={"A2": "3"})).json()
    assert body["stages"]["committee"]["scores"] == {"A2": "3"}
    assert body["stages"]["committee"]["vetoes"] == []
    assert body["version"] == 3


async def test_replacing_a_stage_needs_the_version_that_it_replaces(a_round: Round) -> None:
    one = await a_round.enrolled()
    url = f"/v1/evaluations/{one['id']}/scores/committee"
    first = await a_round.client.put(url, json={"scores": {"A1": "1"}})
    assert first.status_code == 200
    blind = await a_round.client.put(url, json={"scores": {"A1": "2"}})
    assert (blind.status_code, slug(blind)) == (428, "precondition-required")
    stale = await a_round.client.put(url, json={"scores": {"A1": "2"}}, headers={"If-Match": '"1"'})
    assert (stale.status_code, slug(stale)) == (412, "precondition-failed")
    seeing = await a_round.client.put(url, json={"scores": {"A1": "2"}}, headers={"If-Match": first.headers["etag"]})
    assert seeing.json()["stages"]["committee"]["scores"] == {"A1": "2"}


async def test_the_same_sheet_again_changes_nothing(a_round: Round) -> None:
    one = await a_round.enrolled()
    first = await a_round.put(one, scores={"A1": "1"})
    assert (await a_round.put(one, scores={"A1": "1"})).json() == first.json()


async def test_a_stale_if_match_is_412_and_none_is_needed(client: httpx.AsyncClient, a_round: Round) -> None:
    one = await a_round.enrolled()
    path = f"/v1/evaluations/{one['id']}/scores/self"
    assert (await client.put(path, json={"scores": {"A1": "1"}})).status_code == 200
    stale = await client.put(path, json={"scores": {"A1": "2"}}, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["current"]) == (412, 2)
    fresh = await client.put(path, json={"scores": {"A1": "2"}}, headers={"If-Match": '"2"'})
    assert (fresh.status_code, fresh.headers["etag"]) == (200, '"3"')


async def test_an_unknown_stage_or_evaluation(client: httpx.AsyncClient, a_round: Round) -> None:
    one = await a_round.enrolled()
    assert (await a_round.put(one, "final", scores={})).status_code == 422
    assert (await client.put(f"/v1/evaluations/{new_id()}/scores/self", json={"scores": {}})).status_code == 404
    assert (await client.get(f"/v1/evaluations/{new_id()}")).status_code == 404


async def test_scores_are_taken_only_while_the_cycle_is_open(a_round: Round) -> None:
    one = await a_round.enrolled()
    await a_round.run("UPDATE cycles SET state = 'closed'")
    for response in (await a_round.put(one, scores={"A1": "1"}), await a_round.complete(one)):
        assert (response.status_code, slug(response)) == (409, "cycle-not-open")


async def test_a_text_that_cannot_be_stored_is_422(a_round: Round) -> None:
    one = await a_round.enrolled()
    response = await a_round.put(one, scores={}, bonus=[{"reason": "a\0b", "points": 1}])
    assert response.status_code == 422
    broken = await a_round.client.put(
        f"/v1/evaluations/{one['id']}/scores/self",
        content=json.dumps({"scores": {"\ud800": "1"}}),
        headers={"Content-Type": "application/json"},
    )
    assert broken.status_code == 422


async def test_t11_a_star_is_no_version_of_a_sheet(client: httpx.AsyncClient, a_round: Round) -> None:
    one = await a_round.enrolled()
    path = f"/v1/evaluations/{one['id']}/scores/self"
    for body in ({"scores": {"A1": "1"}}, {"scores": {"A1": "2"}}):
        for tag in ("*", '"1", *', " * "):
            refused = await client.put(path, json=body, headers={"If-Match": tag})
            assert (refused.status_code, slug(refused)) == (428, "precondition-required")
        assert (await a_round.put(one, "self", **body)).status_code == 200


@pytest.mark.parametrize(("stage", "later"), [("self", "committee"), ("committee", "self")])
async def test_t09_nobody_is_two_people_by_writing_the_subject_otherwise(
    client: httpx.AsyncClient, a_round: Round, token_for: TokenFor, stage: str, later: str
) -> None:
    one = await a_round.enrolled()

    async def put(stage: str, subject: str) -> int:
        headers = {"Authorization": f"Bearer {token_for(subject=subject)}"}
        path = f"/v1/evaluations/{one['id']}/scores/{stage}"
        return (await client.put(path, json={"scores": {"A1": "1"}}, headers=headers)).status_code

    assert [await put(stage, "wang"), await put(later, "WANG"), await put(later, "li")] == [200, 403, 200]


async def test_t09_an_interest_is_the_persons_however_written(
    client: httpx.AsyncClient, a_round: Round, token_for: TokenFor
) -> None:
    one = await a_round.enrolled()
    body = {"party_organization_id": one["party_organization_id"], "reason": "亲属"}
    declared = await client.post(
        "/v1/interests", json=body, headers={"Authorization": f"Bearer {token_for(subject='Wang')}"}
    )
    assert declared.status_code == 201
    refused = await client.put(
        f"/v1/evaluations/{one['id']}/scores/committee",
        json={"scores": {"A1": "1"}},
        headers={"Authorization": f"Bearer {token_for(subject='wang')}"},
    )
    assert (refused.status_code, slug(refused)) == (403, "conflict-of-interest")
