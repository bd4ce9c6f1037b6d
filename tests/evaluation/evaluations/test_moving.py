"""T50: an open evaluation follows its Party organization over a division boundary; a completed one stays."""

from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import FastAPI

from tests.conftest import TokenFor
from tests.evaluation.conftest import ENGLISH, Round, changed, covered, established, received, slug, with_policy


async def moved(a_round: Round, *, division: str = "330105", sequence: int = 2, **state: Any) -> None:
    await a_round.project(received(changed(**state, division=division), sequence))


async def test_t50_open_evaluation__follows_with_its_sheets_and_says_why(a_round: Round) -> None:
    state: dict[str, Any] = {"covers": [covered("T10")]}
    organization = established(**state)
    await a_round.project(received(organization))
    await a_round.open()
    before = await a_round.evaluation_of(organization.id)
    scores = await a_round.full_marks("T10")
    assert (await a_round.put(before, "group", scores=scores)).status_code == 200
    await moved(a_round, id=organization.id, **state)
    after = await a_round.evaluation_of(organization.id)
    assert (after["id"], after["division"], after["state"]) == (before["id"], "330105", "scoring")
    [reason] = [reason for reason in after["reasons"] if reason["rule"] == "R-moved"]
    assert (reason["facts"]["from"], reason["facts"]["to"]) == ("330106", "330105")
    assert after["version"] > before["version"]
    [sheet] = await a_round.rows("SELECT division FROM evaluation_scores")
    assert sheet["division"] == "330105"
    assert (await a_round.put(after, scores=scores)).status_code == 200
    assert (await a_round.complete(after)).status_code == 200
    event = (await a_round.outbox())[-1]
    assert (event["division"], event["data"]["division"]) == ("330105", "330105")
    assert event["data"]["organization_ids"] == [str(state["covers"][0].organization_id)]


async def test_t50_open_evaluation__is_found_and_rated_by_the_new_district_alone(
    a_round: Round, token_for: TokenFor
) -> None:
    organization = established()
    await a_round.project(received(organization))
    for division in ("3301", "330106", "330105"):
        await a_round.open(division)
    await moved(a_round, id=organization.id)
    for division, count in (("330105", 1), ("330106", 0)):
        token = token_for("rater", [division])
        found = await a_round.client.get("/v1/evaluations", headers={"Authorization": f"Bearer {token}", **ENGLISH})
        assert len(found.json()["items"]) == count, division
    evaluation = await a_round.evaluation_of(organization.id)
    [cycle] = await a_round.rows("SELECT id FROM cycles WHERE division = '330105'")
    assert evaluation["cycle_id"] == str(cycle["id"]), "it is rated in the round of where it is"
    token = token_for("rater", ["330105"], subject="rater-330105")
    response = await a_round.client.put(
        f"/v1/evaluations/{evaluation['id']}/scores/committee",
        json={"scores": await a_round.full_marks(evaluation["type"])},
        headers={"Authorization": f"Bearer {token}", "If-Match": f'"{evaluation["version"]}"'},
    )
    assert response.status_code == 200, response.text


async def test_t50_open_evaluation__that_was_scored_has_days_in_the_cycle_that_it_comes_to(
    app: FastAPI, a_round: Round
) -> None:
    """Without a day a stage would be missed at once, and cost its points (`missing_deducts`)."""
    organization, other = established(), established(division="330105")
    await a_round.project(received(organization), received(other))
    await a_round.open("3301")
    await a_round.open("330106")
    rule = {"working_days": 5, "missing": "goes_on", "missing_deducts": "3"}
    with_policy(app, deadlines={"self": rule, "group": rule})
    await a_round.open("330105")
    before = await a_round.evaluation_of(organization.id)
    scores = await a_round.share(80)
    for stage in ("self", "committee"):
        assert (await a_round.put(before, stage, scores=scores)).status_code == 200
    assert before["deadlines"] == []
    await moved(a_round, id=organization.id)
    after, there = await a_round.get(before), await a_round.evaluation_of(other.id)
    assert after["cycle_id"] == there["cycle_id"] != before["cycle_id"]
    days = {due["stage"]: due["due_on"] for due in after["deadlines"]}
    assert days == {due["stage"]: due["due_on"] for due in there["deadlines"]}, "as who joins it on that day"
    waits = await a_round.complete(after)
    assert (waits.status_code, slug(waits), waits.json()["stage"]) == (409, "stage-first", "group")
    await moved(a_round, id=organization.id, division="330106", sequence=3)
    back = await a_round.get(after)
    assert {due["stage"]: due["due_on"] for due in back["deadlines"]} == days, "nobody loses a day"
    assert (await a_round.complete(back)).json()["total"] == "80.00"


async def test_t50_open_evaluation__of_a_citys_cycle_stays_in_it(a_round: Round) -> None:
    organization = established()
    await a_round.project(received(organization))
    cycle = await a_round.open("3301")
    await moved(a_round, id=organization.id)
    evaluation = await a_round.evaluation_of(organization.id)
    assert (evaluation["division"], evaluation["cycle_id"]) == ("330105", cycle["id"])


@pytest.mark.parametrize("order", [(2, 3), (3, 2), (3, 3)])
async def test_t50_open_evaluation__goes_by_the_newest_news(a_round: Round, order: tuple[int, int]) -> None:
    organization = established()
    await a_round.project(received(organization))
    await a_round.open()
    for sequence in order:
        await moved(a_round, id=organization.id, division=f"33010{sequence + 2}", sequence=sequence)
    assert (await a_round.evaluation_of(organization.id))["division"] == "330105"


async def test_t50_completed_evaluation__stays_where_it_was_decided(a_round: Round) -> None:
    organization = established()
    await a_round.project(received(organization))
    await a_round.open()
    evaluation = await a_round.evaluation_of(organization.id)
    await a_round.put(evaluation, scores=await a_round.full_marks(evaluation["type"]))
    await a_round.complete(evaluation)
    before = await a_round.evaluation_of(organization.id)
    await moved(a_round, id=organization.id)
    after = await a_round.evaluation_of(organization.id)
    assert (after["moved_to"], after["version"]) == ("330105", before["version"] + 1)
    assert after["reasons"][:-1] == before["reasons"]
    same = ("division", "cycle_id", "state", "total", "star", "basis", "stages")
    assert {name: after[name] for name in same} == {name: before[name] for name in same}


IN_THE_YEAR = datetime(2025, 3, 1, 1, tzinfo=UTC)
AFTER_IT = datetime(2026, 1, 2, 1, tzinfo=UTC)


@pytest.fixture
async def moved_in_january(a_round: Round) -> dict[str, Any]:
    """In 330106 on 31 December of the year that is rated; open there, and at the city, when it moves to 330105."""
    state: dict[str, Any] = {**established(covers=[covered("T10")]).model_dump(), "established_on": "2025-02-01"}
    await a_round.project(received(established(**state), time=IN_THE_YEAR))
    for division in ("3301", "330106"):
        await a_round.open(division, 2025)
    await a_round.project(received(changed(**state | {"division": "330105"}), 2, AFTER_IT))
    return state


async def divisions(a_round: Round, state: dict[str, Any]) -> tuple[str, str]:
    """That of the evaluation, and that of its cycle."""
    evaluation = await a_round.evaluation_of(state["id"])
    [cycle] = await a_round.rows(f"SELECT division FROM cycles WHERE id = '{evaluation['cycle_id']}'")
    return evaluation["division"], cycle["division"]


async def test_t50_moved_after_the_reference_date__is_not_put_back(
    a_round: Round, moved_in_january: dict[str, Any]
) -> None:
    assert await divisions(a_round, moved_in_january) == ("330105", "3301")
    before = await a_round.evaluation_of(moved_in_january["id"])
    await a_round.run("UPDATE cycles SET brought_up_to_date_at = NULL")
    assert await a_round.bring_up_to_date(AFTER_IT) == 2
    await a_round.project(received(changed(**moved_in_january | {"division": "330105"}), 3, AFTER_IT))
    assert await a_round.evaluation_of(moved_in_january["id"]) == before


async def test_t50_moved_after_the_reference_date__goes_to_the_new_districts_cycle_when_that_opens(
    a_round: Round, moved_in_january: dict[str, Any]
) -> None:
    await a_round.open("330105", 2025)
    assert await divisions(a_round, moved_in_january) == ("330105", "330105")
    reasons = (await a_round.evaluation_of(moved_in_january["id"]))["reasons"]
    assert [(reason["rule"], reason["facts"].get("to")) for reason in reasons] == [("H16", None), ("R-moved", "330105")]


async def test_t50_moved_before_it_was_enrolled__is_rated_where_it_was_on_the_reference_date(a_round: Round) -> None:
    state: dict[str, Any] = {**established(covers=[covered("T10")]).model_dump(), "established_on": "2025-02-01"}
    await a_round.project(received(established(**state), time=IN_THE_YEAR))
    await a_round.project(received(changed(**state | {"division": "330105"}), 2, AFTER_IT))
    for division in ("3301", "330105", "330106"):
        await a_round.open(division, 2025)
        place = "330106" if division == "330106" else "3301"
        assert await divisions(a_round, state) == ("330106", place)


async def test_t50_unscored_evaluation__says_why_it_moved_in_the_year(a_round: Round) -> None:
    organization = established()
    await a_round.project(received(organization))
    for division in ("3301", "330106", "330105"):
        await a_round.open(division)
    for sequence, division in ((2, "330105"), (3, "330106")):
        await moved(a_round, id=organization.id, division=division, sequence=sequence)
    reasons = (await a_round.evaluation_of(organization.id))["reasons"]
    assert [reason["facts"]["to"] for reason in reasons if reason["rule"] == "R-moved"] == ["330105", "330106"]
    assert [reason["rule"] for reason in reasons].count("H16") == 1


async def test_t50_open_evaluation__moved_to_a_city_without_a_cycle_is_shown_and_rated_there(
    a_round: Round, token_for: TokenFor
) -> None:
    organization = established()
    await a_round.project(received(organization))
    await a_round.open()
    await moved(a_round, id=organization.id, division="330203")
    evaluation = await a_round.evaluation_of(organization.id)
    for subject, step, verb in (("r", "scores/committee", "PUT"), ("c", "completion", "POST")):
        token = token_for("rater", ["3302"], subject=f"{subject}-3302")
        path = f"/v1/evaluations/{evaluation['id']}"
        headers = {"Authorization": f"Bearer {token}"}
        shown = await a_round.client.get(path, headers=headers)
        assert shown.status_code == 200, shown.text
        body = {"scores": await a_round.full_marks(evaluation["type"])} if verb == "PUT" else None
        headers["If-Match"] = shown.headers["ETag"]
        response = await a_round.client.request(verb, f"{path}/{step}", json=body, headers=headers)
        assert response.status_code == 200, response.text
