"""PUT facts: the system computes the points; both are kept and shown (H14)."""

from typing import Any

import httpx

from services.evaluation.indicator_systems.scoring import Rated
from tests.evaluation.conftest import Round, covered, established, pointers, received, slug
from tests.evaluation.sheets.test_facts import everything


async def put(a_round: Round, one: dict[str, Any], stage: str, body: dict[str, Any]) -> httpx.Response:
    path = f"/v1/evaluations/{one['id']}"
    version = (await a_round.client.get(path)).headers["ETag"]
    return await a_round.client.put(f"{path}/facts/{stage}", json=body, headers={"If-Match": version})


def fact(value: Any, evidence: str = "到站记录") -> dict[str, Any]:
    return {"value": value, "evidence": evidence}


async def test_h14_facts_and_points_are_both_kept_and_shown(a_round: Round) -> None:
    one = await a_round.enrolled()
    response = await put(a_round, one, "self", {"F2": fact(9), "D1": fact({"part": 11, "whole": 12})})
    body = response.json()
    assert response.status_code == 200, body
    stage = body["stages"]["self"]
    assert stage["scores"] == {"F2": "4.5", "D1": "5"}
    shown = stage["facts"]["D1"]
    assert (shown["value"], shown["evidence"], shown["points"]) == ({"part": 11, "whole": 12}, "到站记录", "5")
    assert (shown["reason"]["rule"], shown["reason"]["outcome"]) == ("H14", "ratio")
    assert shown["reason"]["facts"]["at_least"] == "85"
    again = await put(a_round, one, "self", {"F2": fact(9), "D1": fact({"part": 11, "whole": 12})})
    assert again.json()["version"] == body["version"]


async def test_h14_every_fault_names_its_field(a_round: Round) -> None:
    one = await a_round.enrolled()
    response = await put(a_round, one, "self", {"F2": fact(-1), "B9": fact(1), "A4": fact("50"), "C1": {"value": 1}})
    assert (response.status_code, slug(response), pointers(response)) == (422, "invalid-input", ["/C1/evidence"])
    response = await put(a_round, one, "self", {"F2": fact(-1), "B9": fact(1), "A4": fact("50")})
    assert (response.status_code, pointers(response)) == (422, ["/F2/value", "/B9", "/A4"])
    assert (await a_round.evaluations())[0]["state"] == "enrolled"


async def test_h14_a_share_of_nothing_is_left_out_with_its_reason(a_round: Round) -> None:
    one = await a_round.enrolled()
    response = await put(a_round, one, "committee", {"D1": fact({"part": 0, "whole": 0}, "本年无个案"), "F2": fact(9)})
    assert response.status_code == 200, response.text
    stage = response.json()["stages"]["committee"]
    shown = stage["facts"]["D1"]
    assert (shown["value"], shown["points"]) == ({"part": 0, "whole": 0}, None)
    assert (shown["reason"]["outcome"], "分母为 0" in shown["reason"]["facts"]["zh"]) == ("left_out", True)
    assert stage["scores"] == {"F2": "4.5"}
    refused = await put(a_round, one, "committee", {"D1": fact({"part": 2, "whole": 0})})
    assert (refused.status_code, pointers(refused)) == (422, ["/D1/value"])


async def test_h14_bonus_and_vetoes_stay_where_only_facts_are_put(a_round: Round) -> None:
    one = await a_round.enrolled()
    veto = {"code": "V4", "reason": "全年无活动", "evidence": "核查表"}
    await a_round.put(one, scores={"A1": "1"}, bonus=[{"reason": "示范点", "points": "2"}], vetoes=[veto])
    stage = (await put(a_round, one, "committee", {"F2": fact(1)})).json()["stages"]["committee"]
    assert (stage["scores"], stage["vetoes"], len(stage["bonus"])) == ({"F2": "0.5"}, [veto], 1)
    stage = (await put(a_round, one, "committee", {"F2": fact(1), "vetoes": []})).json()["stages"]["committee"]
    assert (stage["vetoes"], len(stage["bonus"])) == ([], 1)


async def test_h14_scores_by_hand_replace_facts(a_round: Round) -> None:
    one = await a_round.enrolled()
    await put(a_round, one, "self", {"F2": fact(9)})
    stage = (await a_round.put(one, "self", scores={"F2": "3"})).json()["stages"]["self"]
    assert (stage["scores"], stage["facts"]) == ({"F2": "3"}, {})


async def test_h14_a_joint_branch_is_rated_by_facts_of_what_is_for_it(a_round: Round) -> None:
    one = await a_round.enrolled(form="joint")
    facts = everything("T10", Rated("joint", "BRANCH", 1))
    assert not {"A4", "B1"} & set(facts)  # one unit: neither a rota nor a council seat
    given = {code: fact(value) for code, value in facts.items()} | {"E1": fact("90")}
    assert (await put(a_round, one, "committee", given)).status_code == 200
    body = (await a_round.complete(one)).json()
    assert (body["total"], body["star"]) == ("97.83", 5)  # 90 of 92 points
    scaled = next(reason for reason in body["reasons"] if reason["outcome"] == "scaled")
    assert scaled["facts"]["not_for_them"] == ["A4", "B1"]
    assert body["basis"]["facts"]["E1"]["value"] == "90"
    assert body["basis"]["system_version"] == "2"


async def test_h14_completion_names_what_has_no_fact(a_round: Round) -> None:
    one = await a_round.enrolled()
    facts = everything("T10", Rated("standalone", "BRANCH", 1))
    given = {code: fact(value) for code, value in facts.items() if code not in ("A1", "C2")}
    await put(a_round, one, "committee", given)
    response = await a_round.complete(one)
    assert (response.status_code, pointers(response)) == (409, ["/scores/A1", "/scores/C2"])


async def test_h14_a_cycle_of_2025_has_no_methods(a_round: Round) -> None:
    organization = established(established_on="2024-01-01", covers=[covered("T10")])
    await a_round.project(received(organization))
    await a_round.open(year=2025)
    one = await a_round.evaluation_of(organization.id)
    response = await put(a_round, one, "self", {"A1": fact("a")})
    assert (response.status_code, pointers(response)) == (422, ["/A1/value"])
    assert (await a_round.put(one, "self", scores={"A1": "3"})).status_code == 200
