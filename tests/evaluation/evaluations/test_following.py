"""Whoever is new is enrolled in open cycles, whoever ended leaves them, and openings wait for it (H17)."""

import asyncio

from services.evaluation.evaluations.enrolling import enrolment
from services.evaluation.evaluations.enrolling.following import project
from shared.db.session import Database
from tests.conftest import SYSTEM
from tests.evaluation.conftest import Round, changed, covered, dissolved, established, received


async def test_h17_the_newly_established_are_enrolled_in_open_cycles(a_round: Round) -> None:
    open_cycle = await a_round.open("3301")
    await a_round.draft("3302")
    inside, outside, temporary = (
        established(),
        established(division="330206"),
        established(form="temporary"),
    )
    await a_round.project(received(inside), received(outside), received(temporary))
    [evaluation] = await a_round.evaluations()
    assert (evaluation["cycle_id"], evaluation["party_organization_id"]) == (open_cycle["id"], str(inside.id))
    assert (evaluation["state"], evaluation["type"]) == ("enrolled", "T10")
    await a_round.project(received(changed(id=inside.id, name="新名"), 2))
    [again] = await a_round.evaluations()
    assert (again["id"], again["party_organization_name"]) == (evaluation["id"], "新名")


async def test_the_most_particular_of_several_open_cycles_enrols(a_round: Round) -> None:
    await a_round.open("33")
    district = await a_round.open("330106")
    await a_round.open("3301")
    year_before = await a_round.open("3301", 2025)
    await a_round.project(received(established(established_on="2025-12-31")))
    assert {one["cycle_id"] for one in await a_round.evaluations()} == {district["id"], year_before["id"]}


async def test_a_form_that_becomes_rated_is_enrolled(a_round: Round) -> None:
    await a_round.open()
    one = established(form="temporary")
    await a_round.project(received(one))
    assert await a_round.evaluations() == []
    await a_round.project(received(changed(id=one.id, form="standalone", covers=[covered("T02")]), 2))
    assert (await a_round.evaluation_of(one.id))["type"] == "T02"


async def test_a_dissolution_withdraws_what_is_not_completed(a_round: Round) -> None:
    one, other = established(), established()
    await a_round.project(received(one), received(other))
    await a_round.open()
    marks = await a_round.full_marks("T10")
    finished = await a_round.evaluation_of(other.id)
    await a_round.put(finished, scores=marks)
    await a_round.complete(finished)
    await a_round.put(await a_round.evaluation_of(one.id), "self", scores={"A1": "1"})
    await a_round.project(received(dissolved(one.id), 2), received(dissolved(other.id), 2))
    withdrawn = await a_round.evaluation_of(one.id)
    assert (withdrawn["state"], withdrawn["version"]) == ("withdrawn", 3)
    assert withdrawn["withdrawn_at"] is not None
    assert (await a_round.evaluation_of(other.id))["state"] == "completed"
    assert (await a_round.put(withdrawn, scores=marks)).status_code == 409


async def test_nobody_falls_between_an_opening_and_an_event(a_round: Round, database: Database) -> None:
    """The event is handled but not committed while the cycle opens: the opening waits, then sees it."""
    cycle = await a_round.draft()
    one = established()
    async with database.transaction(SYSTEM) as tx:
        await project(tx, [received(one)])
        opening = asyncio.create_task(a_round.client.post(f"/v1/cycles/{cycle['id']}/opening"))
        await asyncio.sleep(0.3)
        assert not opening.done()
    assert (await opening).json()["enrolled"] == 1


async def test_events_wait_for_an_opening_that_is_under_way(a_round: Round, database: Database) -> None:
    cycle = await a_round.draft()
    async with database.transaction(SYSTEM) as tx:
        await enrolment.wait_for_projection(tx)
        handling = asyncio.create_task(a_round.project(received(established())))
        await asyncio.sleep(0.3)
        assert not handling.done()
    opened = await a_round.client.post(f"/v1/cycles/{cycle['id']}/opening")
    await handling
    assert opened.status_code == 200
    assert len(await a_round.evaluations()) == 1


async def test_lists_are_handled_side_by_side(a_round: Round) -> None:
    await a_round.open()
    await asyncio.gather(*(a_round.project(*(received(established()) for _ in range(20))) for _ in range(5)))
    assert len(await a_round.evaluations(limit=200)) == 100
