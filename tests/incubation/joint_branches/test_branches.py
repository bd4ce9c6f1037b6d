"""S13: a joint branch that shrinks is a task of the body that manages it, until it is mended."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from shared.bus.handlers import Received
from shared.db.access import Access
from shared.field.calendar import china_day
from tests.conftest import TokenFor
from tests.incubation.conftest import Incubation, Organization, dissolved, established
from tests.incubation.formation.superiors.helpers import CITY, DISTRICT, LAWYERS, Officers, all_bodies, belonging

PARTY = uuid4()
TODAY = china_day(datetime.now(UTC))
KIND = "joint_branch.size"


def units(*numbers: int, **changes: Any) -> list[Organization]:
    return [Organization(number, **changes) for number in numbers]


async def joined(incubation: Incubation, *members: Organization, each: int = 1) -> None:
    """A joint branch of these, which are registered with `each` full members."""
    await incubation.deliver(*(one.state(each) for one in members))
    await incubation.deliver(established("joint", *members, party=PARTY))


async def tasks(incubation: Incubation) -> list[dict[str, Any]]:
    return [one for one in (await incubation.get("/tasks", limit=500))["items"] if one["kind"] == KIND]


async def outcome(incubation: Incubation) -> str:
    found = await incubation.get(f"/joint-branches/{PARTY}")
    listed = {one["id"] for one in (await incubation.get("/joint-branches", short=True))["items"]}
    enough = {one["id"] for one in (await incubation.get("/joint-branches", short=False))["items"]}
    assert (str(PARTY) in listed, str(PARTY) in enough) == (found["short"], not found["short"])
    assert bool(await tasks(incubation)) is found["short"]
    [reason] = found["reasons"]
    assert (reason["outcome"] == "enough") is not found["short"]
    result: str = reason["outcome"]
    return result


async def test_s13_joint_branch__that_is_left_with_one_unit_waits_to_be_mended(incubation: Incubation) -> None:
    one, two, three = units(1, 2, 3)
    await joined(incubation, one, two, three)
    assert await outcome(incubation) == "enough"
    await incubation.deliver(established("joint", one, two, party=PARTY, sequence=2))
    assert await outcome(incubation) == "too_few_members"
    await incubation.deliver(established("joint", one, party=PARTY, sequence=3))
    assert await outcome(incubation) == "too_few_units"
    [task] = await tasks(incubation)
    assert task["subject"]["name"] == "示例支部"
    assert await incubation.get(task["link"].removeprefix("/incubation/v1")) is not None
    await incubation.deliver(established("joint", one, two, three, party=PARTY, sequence=4))
    assert await outcome(incubation) == "enough"


async def test_s13_joint_branch__whose_unit_loses_members_or_is_deregistered_is_too_small(
    incubation: Incubation,
) -> None:
    one, two = units(1, 2)
    await joined(incubation, one, two, each=2)
    assert await outcome(incubation) == "enough"
    await incubation.deliver(one.state(1), two.state(1))
    assert await outcome(incubation) == "too_few_members"
    await incubation.deliver(two.state(2))
    assert await outcome(incubation) == "enough"
    await incubation.deliver(one.ended())
    assert await outcome(incubation) == "too_few_units"


async def test_s13_joint_branch__that_is_dissolved_or_merged_waits_no_more(incubation: Incubation) -> None:
    one, two = units(1, 2)
    await joined(incubation, one, two)
    assert len(await tasks(incubation)) == 1
    await incubation.deliver(dissolved(PARTY))
    assert await tasks(incubation) == []
    assert (await incubation.http.get(f"/v1/joint-branches/{PARTY}")).status_code == 404


@pytest.mark.parametrize("form", ["standalone", "area"])
async def test_s13_joint_branch__no_other_form_is_one(incubation: Incubation, form: str) -> None:
    one = Organization(1)
    await incubation.deliver(one.state(1), established(form, one, party=PARTY))
    assert await tasks(incubation) == []
    assert (await incubation.get("/joint-branches"))["items"] == []


def stated(*members: Organization, sequence: int, on: date, back: Organization | None = None) -> Received[Any]:
    """The registry's news of the branch, of a day on which one of its units is `back`."""
    event = established("joint", *members, party=PARTY, sequence=sequence)
    at = datetime(on.year, on.month, on.day, 4, tzinfo=UTC)
    since = {None if back is None else back.id: on}
    covers = [one.model_copy(update={"since": since.get(one.organization_id, one.since)}) for one in event.data.covers]
    return Received(replace(event.envelope, time=at), event.data.model_copy(update={"covers": covers}))


async def test_s13_joint_branch__is_due_from_the_day_on_which_it_became_too_small(incubation: Incubation) -> None:
    one, two, three = units(1, 2, 3)
    await joined(incubation, one, two, three, each=3)
    left, more, back = (TODAY - timedelta(days) for days in (90, 40, 10))
    await incubation.deliver(stated(one, two, sequence=2, on=left))
    await incubation.deliver(stated(one, sequence=3, on=more))
    found = await incubation.get(f"/joint-branches/{PARTY}")
    assert (found["short_since"], found["due_on"]) == (more.isoformat(), (more + timedelta(60)).isoformat())
    [task] = await tasks(incubation)
    assert (task["due_on"], task["overdue"]) == (found["due_on"], False)
    # What changes nothing about its size does not move the day.
    await incubation.deliver(one.state(3, name="另一名称"))
    assert (await incubation.get(f"/joint-branches/{PARTY}"))["short_since"] == more.isoformat()
    await incubation.deliver(stated(one, two, sequence=4, on=back, back=two))
    assert (await incubation.get(f"/joint-branches/{PARTY}"))["short_since"] is None
    await incubation.deliver(stated(one, sequence=5, on=TODAY))
    assert (await incubation.get(f"/joint-branches/{PARTY}"))["short_since"] == TODAY.isoformat()


async def test_s13_joint_branch__is_too_small_from_the_day_on_which_its_unit_ended(incubation: Incubation) -> None:
    one, two = units(1, 2)
    await joined(incubation, one, two, each=3)
    ended, day = two.ended(), TODAY - timedelta(70)
    as_of = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    # The news of both comes today.
    await incubation.deliver(Received(ended.envelope, ended.data.model_copy(update={"as_of": as_of})))
    assert (await incubation.get(f"/joint-branches/{PARTY}"))["short_since"] == day.isoformat()
    await incubation.deliver(stated(one, sequence=2, on=TODAY))
    found = await incubation.get(f"/joint-branches/{PARTY}")
    assert (found["short_since"], found["due_on"]) == (day.isoformat(), (day + timedelta(60)).isoformat())
    [task] = await tasks(incubation)
    assert task["overdue"]


async def test_s13_joint_branch__is_the_body_s_above_it(incubation: Incubation, token_for: TokenFor) -> None:
    one, two = units(1, 2)
    await incubation.deliver(*all_bodies(), one.state(1), two.state(1), belonging(PARTY, LAWYERS, "joint", one, two))
    assert (await incubation.get(f"/joint-branches/{PARTY}"))["above"]["body"]["code"] == LAWYERS
    [task] = await tasks(incubation)
    assert task["body"]["code"] == LAWYERS
    officers = Officers(incubation, token_for)
    for bodies, count in (((LAWYERS,), 1), ((DISTRICT,), 0), ((CITY,), 0), ((), 1)):
        items = (await officers.get("/tasks?mine=true", bodies=bodies))["items"]
        assert len([one for one in items if one["kind"] == KIND]) == count, bodies


async def test_s13_joint_branch__across_a_border_is_no_smaller_for_who_sees_one_side(
    incubation: Incubation, token_for: TokenFor
) -> None:
    one, two = Organization(1), Organization(2, division="330105")
    await joined(incubation, one, two, each=2)
    officers = Officers(incubation, token_for)
    own = (await officers.get("/joint-branches"))["items"]
    assert [(row["units"], row["short"]) for row in own] == [(2, False)]
    assert [row["uscc"] for row in (await officers.get(f"/joint-branches/{PARTY}"))["covers"]] == [one.code]
    assert (await officers.get("/joint-branches", division="330105"))["items"] == []
    await incubation.deliver(two.ended())
    await incubation.deliver(established("joint", one, party=PARTY, sequence=2))
    [row] = (await officers.get("/joint-branches?short=true"))["items"]
    assert [reason["outcome"] for reason in row["reasons"]] == ["too_few_units"]


async def test_s13_joint_branch__across_a_border_is_counted_whole_for_the_side_that_sees_it(
    incubation: Incubation, token_for: TokenFor
) -> None:
    """Whose branch it is must mend it, so it hears that members are few, and since when: of the other side by number
    alone. The other side, which has a unit in it, is not asked."""
    one, two = Organization(1), Organization(2, division="330105")
    await joined(incubation, one, two, each=2)
    officers = Officers(incubation, token_for)
    await incubation.deliver(two.state(0))
    [row] = (await officers.get("/joint-branches?short=true"))["items"]
    assert (row["units"], row["counted_full_members"]) == (2, 2)
    [whole] = (await incubation.get("/joint-branches", short=True))["items"]
    assert row["short_since"] == whole["short_since"] is not None, "as for whoever sees both sides"
    [reason] = row["reasons"]
    assert (reason["outcome"], "units_not_known" in reason["facts"]) == ("too_few_members", False)
    assert len([task for task in (await officers.get("/tasks"))["items"] if task["kind"] == KIND]) == 1
    shown = await officers.get(f"/joint-branches/{PARTY}")
    assert [unit["uscc"] for unit in shown["covers"]] == [one.code], "which unit is elsewhere is not shown"
    assert two.code not in str(shown)
    other = {"Authorization": f"Bearer {token_for('district_officer', ('330105',))}"}
    assert (await incubation.http.get("/v1/joint-branches", headers=other)).json()["items"] == []
    assert (await incubation.http.get(f"/v1/joint-branches/{PARTY}", headers=other)).status_code == 404
    await incubation.deliver(two.state(1))
    assert (await officers.get("/joint-branches?short=true"))["items"] == []


async def test_s13_joint_branch__is_counted_for_nobody_who_does_not_see_it(incubation: Incubation) -> None:
    """The function counts everywhere, but what is asked for is a branch of the caller's, whatever ids are given."""
    await joined(incubation, Organization(1), Organization(2, division="330105"), each=2)
    asked = text("SELECT units FROM joint_sizes(ARRAY[CAST(:id AS uuid)], ARRAY['full_members'], ARRAY[3])")
    seen = []
    for scope in ("330106", "330105"):
        async with incubation.app.state.database.transaction(Access("somebody", (scope,))) as tx:
            seen.append([row.units for row in await tx.rows(asked, {"id": PARTY})])
            visible = await tx.rows(text("SELECT division FROM organizations"))
            assert {row.division for row in visible} == {scope}, "the caller's scope holds again"
    assert seen == [[2], []]


async def test_s13_joint_branch__a_claim_that_another_branch_took_over_does_not_count(incubation: Incubation) -> None:
    one, two = units(1, 2)
    await joined(incubation, one, two, each=3)
    other: UUID = uuid4()
    event = established("standalone", two, party=other)
    await incubation.deliver(Received(replace(event.envelope, time=datetime.now(UTC)), event.data))
    assert await outcome(incubation) == "too_few_units"
