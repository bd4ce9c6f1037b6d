"""Who assesses a unit: its own seat, or a street for it, and the sheet says which."""

from fastapi import FastAPI

from services.evaluation.evaluations.side_by_side import put_as
from tests.conftest import TokenFor
from tests.evaluation.conftest import Round, slug


async def test_self_assessment__by_the_unit_or_by_a_street_for_it(
    app: FastAPI, a_round: Round, token_for: TokenFor
) -> None:
    one = await a_round.enrolled()
    path, scores = f"/v1/evaluations/{one['id']}", await a_round.share(80)
    street = {"Authorization": f"Bearer {token_for('street_officer', ['330106'], subject='街道')}"}
    put = await a_round.client.put(f"{path}/scores/self", json={"scores": scores}, headers=street)
    assert put.status_code == 200, put.text
    assert put.json()["stages"]["self"]["put_as"] == "for_unit"
    for stage in ("group", "committee"):
        refused = await a_round.client.put(f"{path}/scores/{stage}", json={"scores": scores}, headers=street)
        assert (refused.status_code, slug(refused)) == (403, "forbidden")
    unit = token_for("secretary", ["330106"], subject="书记", units=[one["party_organization_id"]])
    headers = {"Authorization": f"Bearer {unit}", "If-Match": put.headers["ETag"]}
    scores["A1"] = "0"
    put = await a_round.client.put(f"{path}/scores/self", json={"scores": scores}, headers=headers)
    assert put.status_code == 200, put.text
    assert put.json()["stages"]["self"]["put_as"] == "unit"
    rated = await a_round.put(one, scores=scores)
    assert rated.json()["stages"]["committee"]["put_as"] is None


def test_self_assessment__a_release_that_did_not_say_so_says_nothing() -> None:
    kept = [{"step": "self", "by": "甲", "as": "unit"}]
    sheet = {"stage": "self", "put_by": "甲"}
    assert put_as({"steps": kept}, sheet) == "unit"
    assert put_as({"steps": [*kept, {"step": "self", "by": "乙"}]}, {**sheet, "put_by": "乙"}) is None
    assert put_as({"steps": kept}, {**sheet, "put_by": "乙"}) is None
    assert put_as({"steps": []}, sheet) is None
