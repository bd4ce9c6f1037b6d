"""Deadlines over an evaluation's life: shown, in tasks, in the list of the late, and in the rating's reasons."""

from datetime import date
from typing import Any

from fastapi import FastAPI

from shared.db.base import utc_now
from shared.field.calendar import china_day
from tests.conftest import TokenFor
from tests.evaluation.conftest import Round, dissolved, established, received, slug, with_policy

GOES_ON: dict[str, Any] = {
    "deadlines": {
        "self": {"working_days": 5, "missing": "goes_on", "missing_deducts": "3"},
        "committee": {"working_days": 9},
    }
}


def today() -> date:
    return china_day(utc_now())


async def pass_by(a_round: Round, days: int = 30) -> None:
    """Let all deadlines have been that much earlier."""
    earlier = "(SELECT jsonb_object_agg(key, CAST(value AS date) - CAST(:days AS integer)) FROM jsonb_each_text({}))"
    await a_round.run(
        f"UPDATE evaluations SET deadlines = {earlier.format('deadlines')}, extended = {earlier.format('extended')}",
        days=days,
    )


async def late(a_round: Round, token: str | None = None, **query: str) -> list[dict[str, Any]]:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    response = await a_round.client.get("/v1/late-evaluations", params=query, headers=headers)
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()["items"]
    return found


async def kinds(a_round: Round) -> dict[str, str | None]:
    response = await a_round.client.get("/v1/tasks")
    return {one["kind"]: one["due_on"] for one in response.json()["items"]}


async def full(a_round: Round, one: dict[str, Any]) -> dict[str, str]:
    return await a_round.full_marks(one["type"])


def due(app: FastAPI, days: int) -> str:
    return str(app.state.working_days.at("330106", today()).add_working_days(today(), days))


async def test_deadlines__are_shown_and_tasks_are_due_by_them(app: FastAPI, a_round: Round) -> None:
    with_policy(app, **GOES_ON)
    one = await a_round.enrolled()
    assert one["deadlines"] == [
        {"stage": stage, "due_on": due(app, n), "first_due_on": due(app, n), "submitted_on": None, "late": False}
        for stage, n in (("self", 5), ("committee", 9))
    ]
    assert await kinds(a_round) == {"evaluation.self": due(app, 5), "evaluation.scoring": due(app, 9)}
    assert await late(a_round) == []


async def test_deadlines__are_what_the_cycle_froze(app: FastAPI, a_round: Round) -> None:
    with_policy(app, **GOES_ON)
    await a_round.enrolled()
    with_policy(app, deadlines={"self": {"working_days": 50}})
    joined = established(established_on="2026-05-01")
    await a_round.project(received(joined))
    found = await a_round.evaluation_of(joined.id)
    assert found["deadlines"][0]["due_on"] == due(app, 5)


async def test_committee__waits_while_the_self_assessment_is_due(app: FastAPI, a_round: Round) -> None:
    with_policy(app, **GOES_ON)
    one = await a_round.enrolled()
    early = await a_round.put(one, scores=await full(a_round, one))
    assert (early.status_code, slug(early), early.json()["stage"]) == (409, "stage-first", "self")
    [step] = [step for step in (await a_round.get(one))["next_steps"] if step["step"] == "committee"]
    assert step["allowed"] is False
    assert (await a_round.put(one, "self", scores=await full(a_round, one))).status_code == 200
    assert (await a_round.put(one, scores=await full(a_round, one))).status_code == 200
    done = (await a_round.complete(one)).json()
    assert (done["total"], done["star"]) == ("100.00", 5)
    assert not [reason for reason in done["reasons"] if reason["rule"] == "R-not-submitted"]


async def test_committee__goes_on_without_it_and_the_rating_says_so(app: FastAPI, a_round: Round) -> None:
    with_policy(app, **GOES_ON)
    one = await a_round.enrolled()
    await pass_by(a_round)
    [listed] = await late(a_round)
    assert (listed["id"], [stage["stage"] for stage in listed["stages"]]) == (one["id"], ["self", "committee"])
    assert set(await kinds(a_round)) == {"evaluation.self", "evaluation.scoring", "cycle.late"}
    assert (await a_round.put(one, scores=await full(a_round, one))).status_code == 200
    assert [stage["stage"] for stage in (await late(a_round))[0]["stages"]] == ["self"]
    done = (await a_round.complete(one)).json()
    assert (done["total"], done["star"]) == ("97.00", 5)
    [reason] = [reason for reason in done["reasons"] if reason["rule"] == "R-not-submitted"]
    assert (reason["outcome"], reason["facts"]["stage"], reason["facts"]["deducts"]) == (
        "goes_on_without",
        "self",
        "3.00",
    )
    assert await late(a_round) == [], "what is completed is followed up no more"


async def test_late_sheet__counts_and_is_named(app: FastAPI, a_round: Round) -> None:
    with_policy(app, **GOES_ON)
    one = await a_round.enrolled()
    await pass_by(a_round)
    for stage in ("self", "committee"):
        assert (await a_round.put(one, stage, scores=await full(a_round, one))).status_code == 200
    shown = (await a_round.get(one))["deadlines"][0]
    assert (shown["submitted_on"], shown["late"]) == (str(today()), True)
    done = (await a_round.complete(one)).json()
    [reason] = [reason for reason in done["reasons"] if reason["rule"] == "R-not-submitted"]
    assert (done["total"], reason["outcome"]) == ("100.00", "late")


async def test_correction__after_the_day_of_what_came_in_time_is_not_late(app: FastAPI, a_round: Round) -> None:
    with_policy(app, **GOES_ON)
    one = await a_round.enrolled()
    marks = await full(a_round, one)
    assert (await a_round.put(one, "self", scores=marks)).status_code == 200
    # The first was in time; the day passes; it is put again.
    await a_round.run(
        "UPDATE evaluations SET steps = (SELECT jsonb_agg(CASE WHEN s->>'step' = 'self' THEN "
        's || \'{"at": "2026-01-02T01:00:00+00:00"}\' ELSE s END) FROM jsonb_array_elements(steps) AS s)'
    )
    await pass_by(a_round)
    assert (await a_round.put(one, "self", scores=marks | {"B1": "1"})).status_code == 200
    assert (await a_round.get(one))["deadlines"][0]["late"] is False


async def test_session__decides_without_the_late_and_says_what_it_waits_for(app: FastAPI, a_round: Round) -> None:
    with_policy(app, **GOES_ON, session={})
    parties = [established() for _ in range(2)]
    await a_round.project(*map(received, parties))
    a_round.cycle = await a_round.open()
    one, other = [await a_round.evaluation_of(party.id) for party in parties]
    assert (await a_round.put(one, "self", scores=await full(a_round, one))).status_code == 200
    assert (await a_round.put(one, scores=await full(a_round, one))).status_code == 200
    await pass_by(a_round)
    assert (await a_round.put(other, scores=await full(a_round, other))).status_code == 200
    decided = await a_round.session(count=2, held_on=str(today()))
    assert decided.status_code == 201, decided.text
    assert [(await a_round.get(each))["decision"]["total"] for each in (one, other)] == ["100.00", "97.00"]
    done = (await a_round.complete(other)).json()
    assert done["total"] == "97.00"
    [stored] = await a_round.rows("SELECT basis FROM evaluations WHERE total = 97")
    assert [kept["stage"] for kept in stored["basis"]["unsubmitted"]] == ["self"]


async def test_reopened__keeps_its_days_and_is_corrected_after_the_cycle_closed(app: FastAPI, a_round: Round) -> None:
    with_policy(app, **GOES_ON)
    one = await a_round.enrolled()
    await pass_by(a_round)
    marks = await full(a_round, one)
    assert (await a_round.put(one, scores=marks)).status_code == 200
    assert (await a_round.complete(one)).status_code == 200
    closed = await a_round.client.post(f"/v1/cycles/{one['cycle_id']}/closing")
    assert closed.status_code == 200, closed.text
    assert await late(a_round) == []
    reopened = await a_round.client.post(f"/v1/evaluations/{one['id']}/reopening", json={"reason": "核查"})
    assert reopened.status_code == 200, reopened.text
    assert [each["id"] for each in await late(a_round)] == [one["id"]]
    assert (await a_round.put(one, "self", scores=marks)).status_code == 200
    done = (await a_round.complete(one)).json()
    [reason] = [reason for reason in done["reasons"] if reason["rule"] == "R-not-submitted"]
    assert (done["total"], reason["outcome"]) == ("100.00", "late"), "the late correction counts"


async def test_dissolved__is_late_no_more(app: FastAPI, a_round: Round) -> None:
    with_policy(app, **GOES_ON)
    party = established()
    await a_round.project(received(party))
    await a_round.open()
    await pass_by(a_round)
    assert len(await late(a_round)) == 1
    await a_round.project(received(dissolved(party.id), 2))
    assert await late(a_round) == []
    assert await kinds(a_round) == {}


async def test_late__ends_when_the_cycle_closes(app: FastAPI, a_round: Round) -> None:
    with_policy(app, **GOES_ON)
    one = await a_round.enrolled()
    await pass_by(a_round)
    assert len(await late(a_round)) == 1
    assert (await a_round.client.post(f"/v1/cycles/{one['cycle_id']}/closing")).status_code == 200
    assert await late(a_round) == []
    assert await kinds(a_round) == {}


async def test_late__is_seen_by_the_body_above_and_by_nobody_beside(
    app: FastAPI, a_round: Round, token_for: TokenFor
) -> None:
    with_policy(app, **GOES_ON)
    one = await a_round.enrolled()
    await pass_by(a_round)
    city, beside = token_for("district_officer", ["3301"]), token_for("district_officer", ["330105"])
    assert [each["id"] for each in await late(a_round, city)] == [one["id"]]
    assert await late(a_round, beside) == []
    for query, found in (
        ({"stage": "self"}, 1),
        ({"stage": "group"}, 0),
        ({"cycle": one["cycle_id"]}, 1),
        ({"cycle": one["id"]}, 0),
        ({"division": "330105"}, 0),
    ):
        assert len(await late(a_round, **query)) == found, query


async def test_return__is_due_by_the_policys_days(app: FastAPI, a_round: Round) -> None:
    with_policy(app, deadlines={"supplement": {"working_days": 4}})
    one = await a_round.enrolled()
    assert (await a_round.put(one, "self", scores=await full(a_round, one))).status_code == 200
    returned = await a_round.client.post(
        f"/v1/evaluations/{one['id']}/return", json={"stage": "self", "reason": "C2 缺少会议记录"}
    )
    assert returned.json()["returned"]["due_on"] == due(app, 4)
    assert (await kinds(a_round))["evaluation.supplement"] == due(app, 4)
