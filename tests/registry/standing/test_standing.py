"""The standing of an organization: star, score, ceiling, procurement effect, each with its reasons (H23-H25, D13)."""

from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from tests.registry.helpers import code, put
from tests.registry.party_organizations.helpers import deliver
from tests.registry.standing.helpers import changed, give, rate, registered, standing


def reason(part: dict[str, Any], rule: str) -> dict[str, Any]:
    [found] = [one for one in part["reasons"] if one["rule"] == rule]
    return found  # type: ignore[no-any-return]


async def test_h24_h25_standing__not_rated_bars_nothing(client: httpx.AsyncClient) -> None:
    await registered(client, 1)
    found = await standing(client, 1)
    assert (found["star"]["value"], found["ceiling"]["value"], found["procurement"]["value"]) == (None, None, "inform")
    assert reason(found["star"], "R-star-covers")["outcome"] == "not_rated"
    assert reason(found["ceiling"], "H24")["outcome"] == "not_rated"
    assert reason(found["procurement"], "H25")["outcome"] == "not_rated"
    assert (found["score"]["value"], found["grade"]["value"]) == (None, None)


@pytest.mark.parametrize(
    ("star", "ceiling", "effect"),
    [(0, "2A", "deprioritize"), (1, "2A", "deprioritize"), (2, None, "inform"), (5, None, "inform")],
)
async def test_h24_h25_standing__stars_up_to_one_cap_at_2a_and_deprioritize(
    app: FastAPI, client: httpx.AsyncClient, star: int, ceiling: str | None, effect: str
) -> None:
    organization = await registered(client, 1)
    await rate(app, organization, star)
    found = await standing(client, 1)
    assert (found["star"]["value"], found["star"]["year"], found["star"]["day"]) == (star, 2025, "2026-02-10")
    assert found["star"]["party_organization"]["name"] == "中共西湖区示例支部"
    assert found["star"]["source"].startswith("evaluation:")
    assert (found["ceiling"]["value"], found["procurement"]["value"]) == (ceiling, effect)
    assert (found["ceiling"]["source"], found["procurement"]["source"]) == (
        "default-assessment-2026",
        "default-standing",
    )
    assert reason(found["ceiling"], "H24")["facts"]["star"] == star
    assert reason(found["procurement"], "H25")["text"]


async def test_h23_standing__the_score_counts_so_many_points_of_the_assessment(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    organization = await registered(client, 1)
    await rate(app, organization, 3, total="71.25")
    found = await standing(client, 1)
    assert found["star"]["total"] == "71.25"
    # 7.125, rounded half up.
    assert found["score"] == {
        "value": "7.13",
        "points": "10",
        "of": "100",
        "day": "2026-02-10",
        "source": "default-standing",
    }


async def test_h23_scores__are_listed_by_year_and_exported(app: FastAPI, client: httpx.AsyncClient) -> None:
    ids = [await registered(client, n) for n in (1, 2, 3)]
    await rate(app, ids[0], 3)
    await rate(app, ids[1], None)
    await rate(app, ids[2], 4, final_on=None)
    listed = (await client.get("/v1/assessment-scores", params={"year": 2025, "division": "3301"})).json()["items"]
    assert [(one["uscc"], one["star"], one["total"], one["score"]) for one in listed] == [(code(1), 3, "70.55", "7.06")]
    assert (await client.get("/v1/assessment-scores", params={"year": 2024})).json()["items"] == []
    sheet = await client.get("/v1/assessment-scores", params={"year": 2025, "format": "csv"})
    assert code(1) in sheet.text


async def test_decision_3_standing__reads_the_latest_year_that_is_published_and_final(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    organization = await registered(client, 1)
    await rate(app, organization, 1, year=2023)
    await rate(app, organization, 4, year=2024)
    last = await rate(app, organization, 0, final_on=None)
    assert (await standing(client, 1))["star"]["value"] == 4  # objections may still change the last
    await rate(app, organization, 0, id=last, sequence=2)
    assert (await standing(client, 1))["star"]["value"] == 0
    # The rating is taken back: not rated for 2025, so 2024 counts again.
    await rate(app, organization, None, id=last, sequence=3, total=None)
    assert (await standing(client, 1))["star"]["value"] == 4


async def test_decision_4_standing__each_covered_organization_has_the_joint_branchs_star(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    ids = [await registered(client, n) for n in (1, 2, 3)]
    party = uuid4()
    shared = {"party_organization_id": party, "form": "joint"}
    await deliver(app, changed(ids[0], 1, **shared), changed(ids[1], 1, **shared))
    assert [(await standing(client, n))["star"]["value"] for n in (1, 2, 3)] == [1, 1, None]
    assert (await standing(client, 1))["star"]["party_organization"]["form"] == "joint"


async def test_decision_8_standing__h24_is_not_for_other_sources_but_h25_is(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    firm = code(1, "31")
    made = await put(client, firm, kind="law_firm", registered_on="2015-03-01")
    assert made.status_code == 201, made.text
    await rate(app, made.json()["id"], 0)
    found = (await client.get(f"/v1/organizations/{firm}/standing")).json()
    assert (found["ceiling"]["value"], found["procurement"]["value"]) == (None, "deprioritize")
    assert reason(found["ceiling"], "H24")["outcome"] == "not_applicable"


async def test_standing__older_news_is_ignored_and_the_same_changes_nothing(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    organization = await registered(client, 1)
    newer, older = changed(organization, 4, sequence=2), None
    older = changed(organization, 1, id=newer.data.id, sequence=1)
    await deliver(app, newer, older)
    assert (await standing(client, 1))["star"]["value"] == 4
    await deliver(app, older)
    assert (await standing(client, 1))["star"]["value"] == 4
    await deliver(app, newer)
    assert (await standing(client, 1))["star"]["value"] == 4


async def test_standing__follows_the_organization_into_another_division(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    organization = await registered(client, 1)
    await rate(app, organization, 1)
    moved = await put(client, code(1), division="330105", registered_on="2015-03-01", as_of="2026-04-01T00:00:00Z")
    assert moved.status_code == 200, moved.text
    found = await standing(client, 1)
    assert (found["division"], found["star"]["value"], found["ceiling"]["value"]) == ("330105", 1, "2A")


async def test_h25_standing__a_grade_in_force_is_a_reason_beside_the_star(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    organization = await registered(client, 1)
    assert (await give(client, 1, "4A", "2025-06-01")).status_code == 201
    found = await standing(client, 1)
    assert (found["grade"]["value"], found["grade"]["valid_until"]) == ("4A", "2030-05-31")
    assert reason(found["procurement"], "R-procurement-grade")["outcome"] == "priority"
    await rate(app, organization, 1)
    found = await standing(client, 1)
    assert found["procurement"]["value"] == "deprioritize"
    assert reason(found["procurement"], "R-procurement-grade")["outcome"] == "priority"


async def test_standing__of_nobody_is_not_found(client: httpx.AsyncClient) -> None:
    assert (await client.get(f"/v1/organizations/{code(9)}/standing")).status_code == 404
