"""Selections that are under way go with their Party organizations: into another division, and to their end."""

from typing import Any
from uuid import UUID

import pytest

from tests.conftest import TokenFor
from tests.evaluation.conftest import changed, dissolved, received
from tests.evaluation.selections.conftest import Selecting

NEIGHBOUR = "330105"
STEPS = ("visit", "assessment")


async def shown(selecting: Selecting, selection: dict[str, Any]) -> dict[str, Any]:
    found = await selecting.client.get(f"/v1/selections/{selection['id']}")
    assert found.status_code == 200, found.text
    return dict(found.json())


async def move(selecting: Selecting, party: str, division: str = NEIGHBOUR, sequence: int = 2) -> None:
    await selecting.round.project(received(changed(id=UUID(party), division=division), sequence))


async def dissolve(selecting: Selecting, party: str) -> None:
    await selecting.round.project(received(dissolved(UUID(party)), 2))


@pytest.mark.parametrize("steps", [(), STEPS[:1], STEPS])
async def test_h26_dissolved__ends_what_is_under_way_and_holds_nobody_back(
    selecting: Selecting, steps: tuple[str, ...]
) -> None:
    selecting.policy(seats={"B": 1})
    gone, other = [await selecting.recommended(party, "B") for party in await selecting.rated(95, 85)]
    gone = await selecting.taken(gone, *steps, **({"total": "99"} if "assessment" in steps else {}))
    await selecting.taken(other, *STEPS)
    await dissolve(selecting, gone["party_organization_id"])
    ended = await shown(selecting, gone)
    assert (ended["state"], ended["version"]) == ("withdrawn", gone["version"] + 1)
    assert ended["steps"][-1]["step"] == "withdrawal"
    assert (ended["reasons"][-1]["rule"], ended["reasons"][-1]["outcome"]) == ("R-lapsed", "dissolved")
    assert (await selecting.step(gone, "commendation")).status_code == 409
    done = await selecting.taken(other, "commendation")
    assert (done["state"], done["reasons"][-2]["facts"]["competing"]) == ("commended", 1)


async def test_h27_dissolved__what_was_commended_stays(selecting: Selecting) -> None:
    [party] = await selecting.rated(95)
    done = await selecting.taken(await selecting.recommended(party), *STEPS, "commendation")
    await dissolve(selecting, party)
    assert await shown(selecting, done) == done


async def test_t50_moved__goes_on_in_the_new_division_and_is_seen_there_alone(
    selecting: Selecting, token_for: TokenFor
) -> None:
    [party] = await selecting.rated(85)
    before = await selecting.taken(await selecting.recommended(party, "B"), "visit")
    await move(selecting, party)
    after = await shown(selecting, before)
    assert (after["division"], after["state"], after["visit"]) == (NEIGHBOUR, "visited", before["visit"])
    assert (after["steps"][-1]["step"], after["version"]) == ("move", before["version"] + 1)
    assert after["reasons"][-1]["facts"] == {"from": "330106", "to": NEIGHBOUR}
    for division, status in ((NEIGHBOUR, 200), ("330106", 404)):
        headers = {"Authorization": f"Bearer {token_for('rater', [division])}"}
        found = await selecting.client.get(f"/v1/selections/{after['id']}", headers=headers, auth=None)
        assert found.status_code == status, division
    await move(selecting, party, sequence=2)
    assert await shown(selecting, before) == after, "the same news again changes nothing"
    done = await selecting.taken(before, "assessment", "commendation")
    assert done["state"] == "commended"
    [event] = [one for one in await selecting.round.outbox("evaluation.selections") if one["data"]["id"] == done["id"]]
    assert (event["division"], event["data"]["division"]) == (NEIGHBOUR, NEIGHBOUR)


async def test_d1_moved__finds_the_seat_taken_that_was_given_before_it_came(selecting: Selecting) -> None:
    selecting.policy(seats={"B": 1})
    first, second = await selecting.rated(95, 85)
    await move(selecting, second)
    comer = await selecting.taken(await selecting.recommended(first, "B"), *STEPS, total="95")
    holder = await selecting.taken(await selecting.recommended(second, "B"), *STEPS, total="80")
    assert (await selecting.taken(holder, "commendation"))["state"] == "commended"
    await move(selecting, first)
    done = await selecting.taken(comer, "commendation")
    assert (done["state"], done["division"]) == ("passed_over", NEIGHBOUR)
    facts = done["reasons"][-1]["facts"]
    assert (facts["held"], facts["seats"]) == (1, 0)


async def test_t50_moved__what_was_decided_stays_where_it_was(selecting: Selecting) -> None:
    [party] = await selecting.rated(85)
    done = await selecting.taken(await selecting.recommended(party, "B"), *STEPS, "commendation")
    await move(selecting, party)
    after = await shown(selecting, done)
    assert [after[of] for of in ("division", "version", "steps")] == [
        done[of] for of in ("division", "version", "steps")
    ]
