"""Decision 5: what is held for a low star goes on once the rectification is closed, whichever event comes first."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.funding.rectifications.queries import hold_back_closings
from shared.bus.envelope import Envelope
from shared.bus.handlers import Received
from shared.contracts.evaluation import RectificationClosed
from tests.conftest import SYSTEM
from tests.funding.conftest import COMPLETED_AT, Evaluation, Funding, completed, party_news
from tests.running.locks import until_waiting

RELEASED = {"held": 1, "raised": 1}


def closed(of: Evaluation, *, sequence: int = 1, **changes: Any) -> Received[RectificationClosed]:
    """The event that an evaluation's rectification is closed."""
    data = RectificationClosed.model_validate(
        {
            "id": uuid4(),
            "evaluation_id": of.data.id,
            "year": of.data.year,
            "party_organization_id": of.data.party_organization_id,
            "party_organization_name": of.data.party_organization_name,
            "division": of.data.division,
            "star": of.data.star,
            "outcome": "accepted",
            "closed_on": "2027-05-10",
            "reasons": [],
            **changes,
        }
    )
    envelope = Envelope(
        id=uuid4(),
        type=data.TYPE,
        source="/evaluation",
        subject=str(data.id),
        sequence=sequence,
        time=COMPLETED_AT,
        key=str(data.party_organization_id),
        division=data.division,
        correlation_id="the-chain",
    )
    return Received(envelope, data)


async def published(funding: Funding) -> dict[str, int]:
    rows = await funding.rows("SELECT type, count(*) AS n FROM outbox GROUP BY 1")
    return {row["type"].split(".")[3]: row["n"] for row in rows}


async def test_decision_5_closed__releases_the_held_grant_once(funding: Funding) -> None:
    rated = completed(star=0)
    await funding.deliver(rated)
    [held] = await funding.grants()
    assert held["state"] == "held"
    event = closed(rated)
    await funding.deliver(event)
    await funding.deliver(event)
    [grant] = await funding.grants()
    assert (grant["state"], grant["amount_fen"]) == ("raised", 300_000)
    last = grant["reasons"][-1]
    assert (last["rule"], last["outcome"]) == ("R-hold", "released")
    assert last["facts"] == {
        "rectification": str(event.data.id),
        "outcome": "accepted",
        "closed_on": "2027-05-10",
    }
    assert [step["step"] for step in grant["history"]] == ["held", "release"]
    assert await published(funding) == RELEASED
    assert (await funding.take(grant["id"], "review", "approval", "payment")).json()["state"] == "paid"


async def test_decision_5_closed_first__raises_what_would_be_held(funding: Funding) -> None:
    rated = completed(star=1)
    await funding.deliver(closed(rated))
    await funding.deliver(rated)
    [grant] = await funding.grants()
    assert grant["state"] == "raised"
    outcomes = [one["outcome"] for one in grant["reasons"] if one["rule"] == "R-hold"]
    assert outcomes == ["held", "released"]
    assert await published(funding) == {"raised": 1}


@pytest.mark.parametrize("first", [True, False])
async def test_decision_5_one_list__releases_in_either_order(funding: Funding, *, first: bool) -> None:
    rated = completed(star=1)
    await funding.deliver(*((closed(rated), rated) if first else (rated, closed(rated))))
    [grant] = await funding.grants()
    assert grant["state"] == "raised"


async def test_decision_5_superseded__releases_as_well(funding: Funding) -> None:
    rated = completed(star=0)
    await funding.deliver(rated)
    await funding.deliver(closed(rated, outcome="superseded", star=4))
    [grant] = await funding.grants()
    assert grant["state"] == "raised"


async def test_decision_5_other_rectifications__release_nothing(funding: Funding) -> None:
    rated = completed(star=0)
    await funding.deliver(rated)
    await funding.deliver(closed(completed(star=0)))
    [grant] = await funding.grants()
    assert grant["state"] == "held"


@pytest.mark.parametrize("moved", ["before", "after"])
async def test_decision_5_closed_by_whose_rating_it_is__releases_the_grant_of_a_unit_that_moved(
    funding: Funding, moved: str
) -> None:
    """The event is the rating's division's (330106); its grant is where the unit is now, in another province."""
    rated = completed(star=0)
    party, organization = rated.data.party_organization_id, uuid4()
    await funding.deliver(party_news(party, organization))
    if moved == "after":
        await funding.deliver(rated)
    await funding.deliver(party_news(party, organization, sequence=2, division="310101"))
    if moved == "before":
        await funding.deliver(rated)
    [held] = await funding.grants()
    assert (held["state"], held["division"]) == ("held", "310101" if moved == "after" else "330106")
    await funding.deliver(closed(rated))
    [grant] = await funding.grants()
    assert (grant["state"], grant["division"], grant["reasons"][-1]["outcome"]) == (
        "raised",
        held["division"],
        "released",
    )
    assert (await funding.take(grant["id"], "review", "approval")).json()["state"] == "approved"


async def test_decision_5_released_by_hand__is_left_alone(funding: Funding) -> None:
    rated = completed(star=0)
    await funding.deliver(rated)
    [grant] = await funding.grants()
    path = f"/v1/grants/{grant['id']}/release"
    released = await funding.http.post(path, json={"note": "整改已通过"}, headers={"Idempotency-Key": "r"})
    assert released.status_code == 200, released.text
    await funding.deliver(closed(rated))
    [after] = await funding.grants()
    assert after["version"] == released.json()["version"]
    assert await published(funding) == RELEASED


async def test_decision_5_dissolved__stays_held_and_says_so(funding: Funding) -> None:
    rated, organization = completed(star=0), uuid4()
    party = rated.data.party_organization_id
    await funding.deliver(party_news(party, organization), rated)
    await funding.deliver(party_news(party, sequence=2))
    await funding.deliver(closed(rated))
    [grant] = await funding.grants()
    assert grant["state"] == "held"
    assert [one["outcome"] for one in grant["reasons"][-2:]] == ["rectified", "recipient_dissolved"]
    assert [step["step"] for step in grant["history"]] == ["held", "rectification"]


async def test_decision_5_dissolved_before_it_was_raised__stays_held(funding: Funding) -> None:
    rated = completed(star=0)
    party = rated.data.party_organization_id
    await funding.deliver(party_news(party, uuid4()), party_news(party, sequence=2), rated)
    await funding.deliver(closed(rated))
    [grant] = await funding.grants()
    assert grant["state"] == "held"
    assert (grant["reasons"][-1]["rule"], grant["reasons"][-1]["outcome"]) == ("R-hold", "rectified")
    await funding.deliver(closed(rated))
    assert (await funding.grants())[0]["version"] == grant["version"] + 1, "another rectification, said once"


async def test_f15_raising_and_closing_at_once__lose_nothing(funding: Funding) -> None:
    rated = completed(star=0)
    async with funding.database.transaction(SYSTEM) as tx:
        await hold_back_closings(tx)
        closing = asyncio.create_task(funding.deliver(closed(rated)))
        await until_waiting(tx, 1)
        await funding.handle(tx, rated)
    await closing
    [grant] = await funding.grants()
    assert grant["state"] == "raised", "the closing waited for the grant that it releases"


async def test_projection__takes_the_newest_and_replays(funding: Funding) -> None:
    rated = completed(star=0)
    first = closed(rated)
    newer = closed(rated, sequence=2, id=first.data.id, closed_on="2027-06-01")
    await funding.deliver(newer, first)
    [row] = await funding.rows("SELECT * FROM closed_rectifications")
    assert (row["sequence"], str(row["closed_on"]), row["evaluation_id"]) == (2, "2027-06-01", UUID(str(rated.data.id)))
