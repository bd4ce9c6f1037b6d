"""T50: an open evaluation follows its Party organization over a division boundary; a completed one stays."""

from typing import Any

import pytest

from tests.conftest import TokenFor
from tests.evaluation.conftest import ENGLISH, Round, changed, covered, established, received


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
    assert await a_round.evaluation_of(organization.id) == before
