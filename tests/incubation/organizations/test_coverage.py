"""Coverage: the events of two Party organizations may arrive in either order, and lead to the same coverage."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from typing import Any
from uuid import UUID

import pytest

from shared.bus.handlers import Received
from tests.incubation.conftest import AS_OF, Incubation, Organization, dissolved, established

AREA, STANDALONE, LATER = UUID(int=0xA1), UUID(int=0x51), UUID(int=0x52)
X, Y = Organization(1), Organization(2)


def at(minute: int, event: Received[Any]) -> Received[Any]:
    """The same event, sent at another time."""
    return replace(event, envelope=replace(event.envelope, time=AS_OF + timedelta(minutes=minute)))


# X is covered by an area, gets a branch of its own, and goes back to the area when that is dissolved.
AREAS = [
    at(0, established("area", X, Y, party=AREA, sequence=1)),
    at(5, established("area", Y, party=AREA, sequence=2)),
]
BRANCH = [at(5, established("standalone", X, party=STANDALONE, sequence=1))]
BACK_AREAS = [*AREAS, at(9, established("area", X, Y, party=AREA, sequence=3))]
BACK_BRANCH = [*BRANCH, at(9, dissolved(STANDALONE, sequence=2))]


def interleavings(one: list[Any], other: list[Any]) -> list[list[Any]]:
    """Every order of both that keeps the order of each."""
    found = []
    for places in combinations(range(len(one) + len(other)), len(one)):
        ones, others = iter(one), iter(other)
        found.append([next(ones) if place in places else next(others) for place in range(len(one) + len(other))])
    return found


async def coverage(incubation: Incubation) -> dict[UUID, tuple[str, UUID | None]]:
    rows = await incubation.rows("SELECT id, coverage, covered_by FROM organizations")
    return {row["id"]: (row["coverage"], row["covered_by"]) for row in rows}


@pytest.mark.parametrize("together", [False, True], ids=["one by one", "as one list"])
@pytest.mark.parametrize(
    "order", interleavings(AREAS, BRANCH), ids=lambda order: "".join(e.data.TYPE[-14] for e in order)
)
async def test_coverage__ends_the_same_in_every_order(
    incubation: Incubation, order: list[Received[Any]], together: bool
) -> None:
    await incubation.deliver(*(Organization(one.number).state() for one in (X, Y)))
    for events in [order] if together else [[event] for event in order]:
        await incubation.deliver(*events)
    assert await coverage(incubation) == {X.id: ("standalone", STANDALONE), Y.id: ("area", AREA)}


@pytest.mark.parametrize("order", interleavings(BACK_AREAS, BACK_BRANCH), ids=range(10))
async def test_coverage__comes_back_in_every_order(incubation: Incubation, order: list[Received[Any]]) -> None:
    await incubation.deliver(*(Organization(one.number).state() for one in (X, Y)))
    for event in order:
        await incubation.deliver(event)
    assert await coverage(incubation) == {X.id: ("area", AREA), Y.id: ("area", AREA)}


async def test_coverage__of_two_claims_the_latest_counts_whichever_came_first(incubation: Incubation) -> None:
    await incubation.deliver(*(Organization(one.number).state() for one in (X, Y)))
    await incubation.deliver(BRANCH[0])
    await incubation.deliver(AREAS[0])
    assert await coverage(incubation) == {X.id: ("standalone", STANDALONE), Y.id: ("area", AREA)}


async def test_coverage__stated_before_claims_were_kept_stays_and_can_be_withdrawn(incubation: Incubation) -> None:
    """Rows of the version before: a Party organization without claims, and whom it covers."""
    await incubation.deliver(Organization(1).state(), Organization(2).state())
    await incubation.deliver(AREAS[0])
    await incubation.change("UPDATE party_organizations SET covers = NULL, stated_at = NULL")
    await incubation.deliver(at(1, established("standalone", X, party=STANDALONE, sequence=1)))
    assert await coverage(incubation) == {X.id: ("standalone", STANDALONE), Y.id: ("area", AREA)}
    await incubation.deliver(at(2, established("area", party=AREA, sequence=2)))
    assert await coverage(incubation) == {X.id: ("standalone", STANDALONE), Y.id: ("uncovered", None)}


async def test_coverage__a_form_that_covers_nobody_claims_nobody(incubation: Incubation) -> None:
    await incubation.deliver(Organization(1).state())
    await incubation.deliver(at(0, established("standalone", X, party=STANDALONE, sequence=1)))
    await incubation.deliver(at(1, established("temporary", X, party=LATER, sequence=1)))
    assert (await coverage(incubation))[X.id] == ("standalone", STANDALONE)


async def test_dissolution__closes_the_case_for_the_coverage_that_it_falls_back_to(incubation: Incubation) -> None:
    """The area's claim is older, and stands; a case that asks for the area is settled by it."""
    area = at(0, established("area", X, party=AREA, sequence=1))
    branch = at(5, established("standalone", X, party=STANDALONE, sequence=1))
    one = Organization(1)
    await incubation.deliver(one.state(5), area, branch)
    await incubation.deliver(one.state(0))  # it asks for an area now
    pending = {case["outcome"] for case in await incubation.cases(organization=one.code, state="open")}
    assert pending == {"area"}
    await incubation.deliver(at(9, dissolved(STANDALONE, sequence=2)))
    assert (await coverage(incubation))[X.id] == ("area", AREA)
    assert await incubation.cases(organization=one.code, state="open") == []


async def test_coverage__two_withdrawals_at_once_leave_nobody_covered(incubation: Incubation) -> None:
    """Either worker sees the other's statement: what each drops is locked, whoever covers it now."""
    await incubation.deliver(
        Organization(1).state(),
        Organization(2).state(),
        at(0, established("area", X, Y, party=AREA, sequence=1)),
        at(5, established("standalone", X, party=STANDALONE, sequence=1)),
    )
    withdrawn = at(9, established("area", Y, party=AREA, sequence=2))
    async with asyncio.TaskGroup() as group, incubation.handling(withdrawn):
        other = group.create_task(incubation.deliver(at(9, dissolved(STANDALONE, sequence=2))))
        await asyncio.sleep(0.5)
        assert not other.done(), "it did not wait for who is at the same organization"
    assert (await coverage(incubation))[X.id] == ("uncovered", None)


async def test_coverage__follows_the_registry(incubation: Incubation) -> None:
    one, two = Organization(1), Organization(2)
    await incubation.deliver(one.state(2), two.state(2))
    joint = established("joint", one, two)
    party = joint.data.id

    async def coverage() -> list[tuple[str, Any]]:
        found = await incubation.rows("SELECT coverage, covered_by FROM organizations ORDER BY uscc")
        return [(row["coverage"], row["covered_by"]) for row in found]

    await incubation.deliver(joint)
    assert await coverage() == [("joint", party)] * 2
    assert {case["state"] for case in await incubation.cases()} == {"closed"}
    await incubation.deliver(established("joint", two, party=party, sequence=2))
    assert await coverage() == [("uncovered", None), ("joint", party)]
    await incubation.deliver(established("joint", one, two, party=party, sequence=1))
    assert await coverage() == [("uncovered", None), ("joint", party)], "an older sequence is ignored"
    await incubation.deliver(
        established("joint", one, party=party, sequence=4), established("joint", two, party=party, sequence=3)
    )
    assert await coverage() == [("joint", party), ("uncovered", None)], "the newest of a list counts"
    await incubation.deliver(dissolved(party, sequence=5))
    assert await coverage() == [("uncovered", None)] * 2
    await incubation.deliver(established("joint", one, party=party, sequence=4))
    assert await coverage() == [("uncovered", None)] * 2
