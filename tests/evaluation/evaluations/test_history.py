"""Who took each step of an evaluation, and what the caller may do next."""

from typing import Any

from tests.conftest import TokenFor
from tests.evaluation.conftest import Round


def as_(token_for: TokenFor, subject: str, role: str = "rater") -> dict[str, str]:
    return {"Authorization": f"Bearer {token_for(role, ('33',), subject)}", "Accept-Language": "zh", "If-Match": "*"}


async def seen(a_round: Round, evaluation: dict[str, Any], headers: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = (await a_round.client.get(f"/v1/evaluations/{evaluation['id']}", headers=headers)).json()
    return found


async def put(a_round: Round, evaluation: dict[str, Any], stage: str, headers: dict[str, str], **scores: str) -> None:
    url = f"/v1/evaluations/{evaluation['id']}/scores/{stage}"
    version = (await seen(a_round, evaluation, headers))["version"]
    given = {**headers, "If-Match": f'"{version}"'}
    answer = await a_round.client.put(url, json={"scores": scores}, headers=given)
    assert answer.status_code == 200, answer.text


async def test_t35_evaluation__keeps_every_step_with_its_actor(a_round: Round, token_for: TokenFor) -> None:
    one = await a_round.enrolled()
    await put(a_round, one, "self", as_(token_for, "甲"), A1="1")
    await put(a_round, one, "committee", as_(token_for, "乙"), A1="1")
    marks = await a_round.full_marks(one["type"])
    await put(a_round, one, "committee", as_(token_for, "丙"), **marks)
    path, headers = f"/v1/evaluations/{one['id']}/completion", as_(token_for, "丁")
    done = await a_round.client.post(
        path, json={"note": "同意"}, headers={k: v for k, v in headers.items() if k != "If-Match"}
    )
    assert done.status_code == 200, done.text
    shown = await seen(a_round, one, as_(token_for, "戊", "auditor"))
    assert [(step["step"], step["by"], step["note"]) for step in shown["history"]] == [
        ("enrolment", shown["history"][0]["by"], None),
        ("self", "甲", None),
        ("committee", "乙", None),
        ("committee", "丙", None),
        ("completion", "丁", "同意"),
    ]
    assert shown["history"][0]["by"]
    assert (shown["stages"]["self"]["by"], shown["stages"]["committee"]["by"]) == ("甲", "丙")
    assert shown["next_steps"] == []


async def test_t35_evaluation__from_before_steps_were_kept(a_round: Round, token_for: TokenFor) -> None:
    one = await a_round.enrolled()
    await put(a_round, one, "self", as_(token_for, "甲"), A1="1")
    await a_round.run("UPDATE evaluations SET steps = '[]'")
    await put(a_round, one, "committee", as_(token_for, "乙"), A1="1")
    shown = await seen(a_round, one, as_(token_for, "戊", "auditor"))
    assert [(step["step"], step["by"]) for step in shown["history"]] == [
        ("enrolment", None),
        ("self", "甲"),
        ("committee", "乙"),
    ]


async def test_t35_next_steps__of_an_evaluation(a_round: Round, token_for: TokenFor) -> None:
    one = await a_round.enrolled()
    await put(a_round, one, "self", as_(token_for, "甲"), A1="1")

    async def problems_of(headers: dict[str, str]) -> dict[str, str | None]:
        alone = await seen(a_round, one, headers)
        [listed] = (await a_round.client.get("/v1/evaluations", headers=headers)).json()["items"]
        assert listed == alone
        assert all(step["allowed"] is (step["problem"] is None) for step in alone["next_steps"])
        return {step["step"]: step["problem"] for step in alone["next_steps"]}

    everything = dict.fromkeys(("self", "group", "committee", "completion"))
    assert await problems_of(as_(token_for, "乙")) == everything
    assert await problems_of(as_(token_for, "甲")) == {
        **everything,
        "committee": "same-hand",
        "completion": "same-hand",
    }
    assert set((await problems_of(as_(token_for, "戊", "auditor"))).values()) == {"forbidden"}
    interest = {"party_organization_id": one["party_organization_id"], "reason": "亲属"}
    declared = await a_round.client.post("/v1/interests", json=interest, headers=as_(token_for, "丙"))
    assert declared.status_code == 201
    interested = dict.fromkeys(("group", "committee", "completion"), "conflict-of-interest")
    assert await problems_of(as_(token_for, "丙")) == {"self": None, **interested}
