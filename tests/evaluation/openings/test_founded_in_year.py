"""Who was founded in the rated year is rated or only assesses itself, by the policy (D3)."""

from datetime import date
from typing import Any

import pytest
from fastapi import FastAPI

from services.evaluation.deadlines.progress import bar_founded
from tests.evaluation.conftest import Round, established, received, slug, with_policy
from tests.evaluation.deadlines.test_rules import policy

FOUNDED = date(2026, 4, 1)


@pytest.mark.parametrize(
    ("value", "founded", "year", "barred"),
    [
        ("rated", FOUNDED, 2026, False),
        ("not_rated", date(2025, 12, 31), 2026, False),
        ("not_rated", date(2026, 1, 1), 2026, True),
        ("not_rated", date(2026, 12, 31), 2026, True),
        ("not_rated", FOUNDED, 2027, False),
        ("not_rated", None, 2026, False),
    ],
)
def test_d3_who_was_founded_in_the_year__by_policy_and_day(
    value: str, founded: date | None, year: int, barred: bool
) -> None:
    assert (bar_founded(policy(founded_in_year=value), founded, year) is not None) == barred


async def test_d3_founded_in_the_year__assesses_itself_and_is_not_rated(app: FastAPI, a_round: Round) -> None:
    deadlines = {"self": {"working_days": 5}, "satisfaction": {"working_days": 9}}
    with_policy(app, founded_in_year="not_rated", deadlines=deadlines)
    new, old = established(established_on=FOUNDED), established(established_on=date(2020, 1, 1))
    await a_round.project(received(new), received(old))
    cycle = await a_round.open()
    assert cycle["enrolled"] == 2
    one, other = await a_round.evaluation_of(new.id), await a_round.evaluation_of(old.id)
    [reason] = [why for why in one["reasons"] if why["rule"] == "R-founded"]
    assert reason["outcome"] == "not_rated"
    assert reason["facts"] == {"established_on": "2026-04-01", "year": "2026", "policy": "default-evaluation"}
    assert all(why["rule"] != "R-founded" for why in other["reasons"])
    problems = {step["step"]: step["problem"] for step in one["next_steps"]}
    barred = dict.fromkeys(("group", "committee", "completion"), "founded-in-the-rated-year")
    assert problems == {"self": None} | barred
    scores = await a_round.share(90)
    assert (await a_round.put(one, "self", scores=scores)).status_code == 200
    path = f"/v1/evaluations/{one['id']}"
    shown = (await a_round.client.get(path)).headers
    counts = {"sent": 60, "returned": 55, "valid": 50, "good": 40, "fair": 8, "poor": 2}
    item = {"code": "criminal_conviction", "occurred_on": "2026-05-01", "evidence": "示例文号"}
    refused = [
        await a_round.put(one, "group", scores=scores),
        await a_round.put(one, "committee", scores=scores),
        await a_round.client.put(f"{path}/vetoes", json={"items": [item]}, headers={"If-Match": shown["ETag"]}),
        await a_round.client.put(f"{path}/satisfaction", json=counts, headers={"If-Match": shown["ETag"]}),
        await a_round.complete(one),
    ]
    assert [(answer.status_code, slug(answer)) for answer in refused] == [(409, "founded-in-the-rated-year")] * 5
    assert [due["stage"] for due in one["deadlines"]] == ["self"], "nothing else is due of it"
    assert [due["stage"] for due in other["deadlines"]] == ["self", "satisfaction"]
    assert refused[0].json()["established_on"] == "2026-04-01"
    waiting = {
        (task["kind"], task["subject"]["id"]) for task in (await a_round.client.get("/v1/tasks")).json()["items"]
    }
    assert ("evaluation.scoring", other["id"]) in waiting
    assert ("evaluation.scoring", one["id"]) not in waiting
    now = await a_round.get(one)
    assert (now["state"], now["total"], now["star"]) == ("scoring", None, None)


async def two(a_round: Round) -> dict[str, Any]:
    """The evaluation of one that is rated, in a cycle with another that is not."""
    new, old = established(established_on=FOUNDED), established(established_on=date(2020, 1, 1))
    await a_round.project(received(new), received(old))
    a_round.cycle = await a_round.open()
    return await a_round.evaluation_of(old.id)


async def test_d3_founded_in_the_year__no_sample_draws_it_and_it_is_not_late(app: FastAPI, a_round: Round) -> None:
    deadlines = {"group": {"working_days": 1}}
    with_policy(app, founded_in_year="not_rated", on_site={"sample_bp": 10_000}, deadlines=deadlines)
    other = await two(a_round)
    drawn = await a_round.client.post(f"/v1/cycles/{a_round.cycle['id']}/samples", json={"seed": "08152331"})
    assert drawn.status_code == 201, drawn.text
    assert drawn.json()["drawn"] == [other["id"]]
    await a_round.run('UPDATE evaluations SET deadlines = \'{"group": "2026-01-05"}\'')
    late = (await a_round.client.get("/v1/late-evaluations")).json()["items"]
    assert [one["id"] for one in late] == [other["id"]]


async def test_d3_founded_in_the_year__no_session_decides_it(app: FastAPI, a_round: Round) -> None:
    with_policy(app, founded_in_year="not_rated", session={})
    other = await two(a_round)
    assert (await a_round.put(other, scores=await a_round.share(90))).status_code == 200
    decided = await a_round.session(count=1)
    assert decided.status_code == 201, decided.text
    assert decided.json()["decided"] == 1


async def test_d3_by_default_who_was_founded_in_the_year_is_rated(a_round: Round) -> None:
    one = await a_round.enrolled(established_on=FOUNDED)
    assert (await a_round.put(one, scores=await a_round.share(90))).status_code == 200
    assert (await a_round.complete(one)).json()["star"] == 5
