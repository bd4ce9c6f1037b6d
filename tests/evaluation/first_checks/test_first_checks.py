"""The industry's first check (D4): by the body that the Party organization belongs to (H18), before the committee."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import ValidationError

from services.evaluation.first_checks.rules import Affiliation, bar_first_check
from services.evaluation.stage_policies import FirstCheckRules
from tests.conftest import TokenFor
from tests.evaluation.conftest import Round, changed, dissolved, established, received, slug, with_policy
from tests.evaluation.deadlines.test_deadlines import full, kinds, late, pass_by
from tests.evaluation.deadlines.test_rules import policy

POLICY: dict[str, Any] = {"first_check": {"affiliations": ["competent_unit"]}}
LAWYERS = {"body": "LAWYERS", "name": "示例市律师行业党委", "kind": "competent_unit", "since": "2026-01-01"}
STREET = {"body": "CUIYUAN", "name": "示例街道党工委", "kind": "territory", "since": "2026-01-01"}


async def check(a_round: Round, one: dict[str, Any], token: str, how: str = "scores", **sheet: Any) -> httpx.Response:
    path = f"/v1/evaluations/{one['id']}"
    version = (await a_round.client.get(path)).headers["ETag"]
    headers = {"Authorization": f"Bearer {token}", "If-Match": version}
    return await a_round.client.put(f"{path}/{how}/first_check", json=sheet, headers=headers)


@pytest.fixture
def lawyers(token_for: TokenFor) -> str:
    return token_for("rater", ["33"], "lawyers-rater", bodies=["LAWYERS"])


def test_h18_first_check_is_for_the_body_of_the_affiliation_alone() -> None:
    rules = FirstCheckRules(affiliations=["competent_unit"])
    industry = Affiliation("LAWYERS", "competent_unit", "示例")
    barred = [
        bar_first_check(rules, industry, ["LAWYERS", "XIHU"]),
        bar_first_check(rules, industry, ["XIHU"]),
        bar_first_check(rules, industry, []),
        bar_first_check(rules, Affiliation("CUIYUAN", "territory", None), ["CUIYUAN"]),
        bar_first_check(rules, Affiliation(None, None, None), ["LAWYERS"]),
        bar_first_check(None, industry, ["LAWYERS"]),
    ]
    assert [None if one is None else one.status for one in barred] == [None, 403, 403, 409, 409, 409]


async def test_d4_first_check_comes_before_the_committee(app: FastAPI, a_round: Round, lawyers: str) -> None:
    with_policy(app, **POLICY)
    one = await a_round.enrolled(affiliation=LAWYERS)
    assert set(await kinds(a_round)) == {"evaluation.scoring", "evaluation.first_check"}
    [task] = [
        each
        for each in (await a_round.client.get("/v1/tasks")).json()["items"]
        if each["kind"] == "evaluation.first_check"
    ]
    assert task["body"] == {"code": "LAWYERS", "name": "示例市律师行业党委"}
    marks = await full(a_round, one)
    early = await a_round.put(one, scores=marks)
    assert (early.status_code, slug(early), early.json()["stage"]) == (409, "stage-first", "first_check")
    checked = await check(a_round, one, lawyers, scores=marks | {"B1": "1"})
    assert checked.status_code == 200, checked.text
    assert set(await kinds(a_round)) == {"evaluation.scoring"}
    assert (await a_round.put(one, scores=marks)).status_code == 200
    stages = (await a_round.get(one))["stages"]
    assert (stages["first_check"]["by"], stages["committee"]["points"]) == ("lawyers-rater", "97.00")
    assert float(stages["first_check"]["points"]) < 97, "both stand side by side"
    done = (await a_round.complete(one)).json()
    assert done["total"] == "100.00", "the committee decides"


async def test_d4_facts_and_flags_of_the_first_check_stand_beside_the_committees(
    app: FastAPI, a_round: Round, lawyers: str
) -> None:
    with_policy(app, **POLICY, divergence_max="5")
    one = await a_round.enrolled(affiliation=LAWYERS)
    marks = await full(a_round, one)
    assert (await check(a_round, one, lawyers, scores=dict.fromkeys(marks, "0"))).status_code == 200
    assert (await a_round.put(one, scores=marks)).status_code == 200
    [flag] = (await a_round.get(one))["divergences"]
    assert (flag["earlier"], flag["later"], flag["earlier_total"]) == ("first_check", "committee", "0.00")
    assert slug(await a_round.complete(one)) == "divergence-unexplained"
    facts = await check(a_round, one, lawyers, "facts", F1={"value": True, "evidence": "到站记录"})
    assert facts.status_code == 200, facts.text
    assert facts.json()["stages"]["first_check"]["facts"]["F1"]["points"] is not None


async def test_h18_others_get_403_with_the_body(app: FastAPI, a_round: Round, token_for: TokenFor) -> None:
    with_policy(app, **POLICY)
    one = await a_round.enrolled(affiliation=LAWYERS)
    marks = await full(a_round, one)
    for bodies in ([], ["XIHU"]):
        other = await check(a_round, one, token_for("rater", ["33"], "beside", bodies=bodies), scores=marks)
        assert (other.status_code, slug(other), other.json()["body"]) == (403, "not-the-industry-body", "LAWYERS")
    headers = {"Authorization": f"Bearer {token_for('rater', ['33'], 'beside')}"}
    shown = (await a_round.client.get(f"/v1/evaluations/{one['id']}", headers=headers)).json()
    [step] = [each for each in shown["next_steps"] if each["step"] == "first_check"]
    assert step["allowed"] is False


async def test_d4_who_belongs_elsewhere_has_no_first_check(app: FastAPI, a_round: Round, token_for: TokenFor) -> None:
    with_policy(app, **POLICY, deadlines={"first_check": {"working_days": 5}})
    one = await a_round.enrolled(affiliation=STREET)
    assert set(await kinds(a_round)) == {"evaluation.scoring"}
    assert one["deadlines"] == []
    assert "first_check" not in [step["step"] for step in one["next_steps"]]
    marks = await full(a_round, one)
    refused = await check(a_round, one, token_for("rater", ["33"], "street", bodies=["CUIYUAN"]), scores=marks)
    assert (refused.status_code, slug(refused)) == (409, "no-first-check")
    assert (await a_round.put(one, scores=marks)).status_code == 200
    await pass_by(a_round)
    assert await late(a_round) == []


async def test_d4_without_it_in_the_policy_nothing_changes(a_round: Round, lawyers: str) -> None:
    one = await a_round.enrolled(affiliation=LAWYERS)
    assert [step["step"] for step in one["next_steps"]] == ["self", "group", "committee", "completion"]
    marks = await full(a_round, one)
    assert slug(await check(a_round, one, lawyers, scores=marks)) == "no-first-check"
    assert (await a_round.put(one, scores=marks)).status_code == 200


async def test_d4_committee_goes_on_where_the_policy_says_so(app: FastAPI, a_round: Round) -> None:
    rule = {"working_days": 5, "missing": "goes_on", "missing_deducts": "1"}
    with_policy(app, **POLICY, deadlines={"first_check": rule})
    one = await a_round.enrolled(affiliation=LAWYERS)
    await pass_by(a_round)
    assert [each["stages"][0]["stage"] for each in await late(a_round)] == ["first_check"]
    assert (await a_round.put(one, scores=await full(a_round, one))).status_code == 200
    done = (await a_round.complete(one)).json()
    assert done["total"] == "99.00"


async def test_d4_first_check_with_a_day_alone_is_waited_for_after_it_too(app: FastAPI, a_round: Round) -> None:
    with_policy(app, **POLICY, deadlines={"first_check": {"working_days": 5}})
    one = await a_round.enrolled(affiliation=LAWYERS)
    await pass_by(a_round)
    waits = await a_round.put(one, scores=await full(a_round, one))
    assert (waits.status_code, slug(waits)) == (409, "stage-first")


async def test_h18_first_check_follows_the_affiliation(
    app: FastAPI, a_round: Round, lawyers: str, token_for: TokenFor
) -> None:
    with_policy(app, **POLICY)
    party = established(affiliation=LAWYERS)
    await a_round.project(received(party))
    await a_round.open()
    one = await a_round.evaluation_of(party.id)
    marks = await full(a_round, one)
    await a_round.project(received(changed(id=party.id, affiliation=LAWYERS | {"body": "ACCOUNTANTS"}), 2))
    assert (await check(a_round, one, lawyers, scores=marks)).status_code == 403
    accountants = token_for("rater", ["33"], "accountants-rater", bodies=["ACCOUNTANTS"])
    assert (await check(a_round, one, accountants, scores=marks)).status_code == 200
    # It belongs to nobody any more; what was checked stays, and the committee waits for nothing.
    await a_round.project(received(changed(id=party.id), 3))
    assert (await a_round.put(one, scores=marks)).status_code == 200
    assert (await a_round.get(one))["stages"]["first_check"]["by"] == "accountants-rater"
    await a_round.project(received(dissolved(party.id), 4))
    [stored] = await a_round.rows("SELECT affiliated_to FROM party_organizations")
    assert stored["affiliated_to"] is None


async def test_h18_dissolution_states_no_affiliation(a_round: Round) -> None:
    party = established(affiliation=LAWYERS)
    await a_round.project(received(party))
    await a_round.project(received(dissolved(party.id), 2))
    [stored] = await a_round.rows("SELECT affiliated_to, affiliated_as, affiliated_name FROM party_organizations")
    assert tuple(stored.values()) == ("LAWYERS", "competent_unit", "示例市律师行业党委")


async def test_d4_who_checked_first_does_not_sit_in_the_committee(app: FastAPI, a_round: Round, lawyers: str) -> None:
    with_policy(app, **POLICY)
    one = await a_round.enrolled(affiliation=LAWYERS)
    marks = await full(a_round, one)
    assert (await check(a_round, one, lawyers, scores=marks)).status_code == 200
    path = f"/v1/evaluations/{one['id']}"
    version = (await a_round.client.get(path)).headers["ETag"]
    again = await a_round.client.put(
        f"{path}/scores/committee",
        json={"scores": marks},
        headers={"Authorization": f"Bearer {lawyers}", "If-Match": version},
    )
    assert (again.status_code, slug(again)) == (403, "same-hand")


def test_policy__the_first_check_decides_only_where_there_is_one() -> None:
    with pytest.raises(ValidationError):
        policy(deciding_stage="first_check")
    with pytest.raises(ValidationError):
        policy(first_check={"affiliations": ["neighbour"]})
