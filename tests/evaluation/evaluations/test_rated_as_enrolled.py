"""Indicators ask of a Party organization what it was when it was enrolled, and no more once a sheet was put."""

from typing import Any

from tests.evaluation.conftest import Round, changed, covered, established, pointers, received
from tests.evaluation.evaluations.test_moving import AFTER_IT, IN_THE_YEAR


async def enrolled(a_round: Round) -> tuple[dict[str, Any], dict[str, Any]]:
    """A standalone branch of one organization: A4 (two units) is not for it, B1 (standalone) is."""
    state = established(covers=[covered("T10")]).model_dump()
    await a_round.project(received(established(**state)))
    await a_round.open()
    return await a_round.evaluation_of(state["id"]), state


async def becomes_joint(a_round: Round, state: dict[str, Any], sequence: int = 2) -> None:
    joint = state | {"form": "joint", "covers": [*state["covers"], covered("T10")]}
    await a_round.project(received(changed(**joint), sequence))


def enrolment(evaluation: dict[str, Any]) -> tuple[Any, ...]:
    facts = evaluation["reasons"][0]["facts"]
    return facts["form"], facts["kind"], facts["organizations"]


async def test_h14_scored_one__is_judged_by_what_it_was_when_it_was_scored(a_round: Round) -> None:
    one, state = await enrolled(a_round)
    assert enrolment(one) == ("standalone", "BRANCH", 1)
    marks = await a_round.full_marks("T10")
    assert (await a_round.put(one, "self", scores=marks)).status_code == 200
    await becomes_joint(a_round, state)
    after = await a_round.get(one)
    assert enrolment(after) == ("standalone", "BRANCH", 1)
    assert pointers(await a_round.put(one, scores=marks | {"A4": "0"})) == ["/scores/A4"]
    assert (await a_round.put(one, scores=marks)).status_code == 200
    done = (await a_round.complete(one)).json()
    assert done["total"] == "100.00"
    [scaled] = [reason for reason in done["reasons"] if reason["outcome"] == "scaled"]
    assert scaled["facts"]["not_for_them"] == ["A4"]
    # Years later it is reopened, and still the same.
    assert (
        await a_round.client.post(f"/v1/evaluations/{one['id']}/reopening", json={"reason": "核查"})
    ).status_code == 200
    again = (await a_round.complete(one)).json()
    assert (again["total"], again["star"]) == ("100.00", 5)


async def test_h14_unscored_one__follows_what_it_becomes(a_round: Round) -> None:
    one, state = await enrolled(a_round)
    await becomes_joint(a_round, state)
    after = await a_round.get(one)
    assert enrolment(after) == ("joint", "BRANCH", 2)
    assert after["version"] == one["version"] + 1
    assert pointers(await a_round.put(one, scores={"A4": "1", "B1": "1"})) == ["/scores/B1"]
    await becomes_joint(a_round, state | {"name": "西湖区联合党支部"}, 3)
    assert (await a_round.get(one))["version"] == after["version"], "a name is nothing that it is rated by"


async def test_h14_enrolled_for_a_past_year__is_judged_by_what_it_was_at_its_end(a_round: Round) -> None:
    state = established(covers=[covered("T10")], established_on="2025-02-01", form="joint").model_dump()
    await a_round.project(received(established(**state), time=IN_THE_YEAR))
    later = state | {"form": "standalone", "kind": "COMMITTEE"}
    await a_round.project(received(changed(**later), 2, AFTER_IT))
    cycle = await a_round.open(year=2025)
    [one] = await a_round.evaluations(cycle=cycle["id"])
    assert enrolment(one) == ("joint", "BRANCH", 1)
