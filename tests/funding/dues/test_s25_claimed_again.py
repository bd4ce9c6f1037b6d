"""A refund whose grant was reversed: once all of it is back, the year is claimed again."""

import asyncio
from typing import Any
from uuid import uuid4

from services.funding.reconciliation import RECONCILIATION
from tests.funding.conftest import Funding, party_news
from tests.funding.dues.helpers import allow_refunds, certified, claim
from tests.funding.grants.settling.helpers import done
from tests.funding.ledger.helpers import problem

WHY = {"reason": "回单有误", "reference": "CX-2026-1"}


async def claimed(funding: Funding, year: dict[str, Any], number: int = 1) -> dict[str, Any]:
    made = await claim(funding, year["id"], 80)
    assert made.status_code == 201, made.text
    found: dict[str, Any] = made.json()
    assert (found["number"], found["grant_state"]) == (number, "raised")
    return found


async def test_s25_a_year_is_claimed_again_once_its_grant_is_reversed_and_all_of_it_is_back(funding: Funding) -> None:
    allow_refunds(funding.app)
    year = await certified(funding)
    first = await claimed(funding, year)
    reopening = f"/v1/dues/{year['id']}/reopening"
    assert problem(await funding.http.post(reopening, json={"reason": "更正"})) == (409, "dues-in-use")
    await funding.take(first["grant_id"], "review", "approval", "payment")
    await done(funding, first["grant_id"], "reversal", **WHY)
    # Paid and not back yet: a second claim would be paid beside it.
    assert (await funding.get(f"/v1/dues-refunds/{first['id']}"))["grant_state"] == "reversed"
    assert problem(await claim(funding, year["id"], 80)) == (409, "refund-claimed")
    back = {"reference": "B-1", "returned_on": "2026-11-01"}
    await done(funding, first["grant_id"], "balance-return", amount_fen=79, **back)
    assert problem(await claim(funding, year["id"], 80)) == (409, "refund-claimed")
    await done(funding, first["grant_id"], "balance-return", amount_fen=1, **{**back, "reference": "B-2"})
    answers = await asyncio.gather(*(claim(funding, year["id"], 80) for _ in range(5)))
    assert sorted(one.status_code for one in answers) == [201] + [409] * 4
    [second] = [one.json() for one in answers if one.status_code == 201]
    assert (second["number"], second["grant_state"], second["grant_id"] != first["grant_id"]) == (2, "raised", True)
    await funding.take(second["grant_id"], "review", "approval", "payment")
    listed = (await funding.get("/v1/dues-refunds", holder=year["holder_id"]))["items"]
    assert [(one["number"], one["grant_state"]) for one in listed] == [(1, "reversed"), (2, "paid")]
    assert await funding.balance("4601") == -80
    for one in RECONCILIATION.invariants:
        assert await funding.rows(one.violations) == [], one.name


async def test_s25_a_year_is_opened_and_claimed_again_with_what_was_corrected(funding: Funding) -> None:
    allow_refunds(funding.app)
    year = await certified(funding)
    first = await claimed(funding, year)
    await done(funding, first["grant_id"], "reversal", **WHY)
    opened = await funding.http.post(f"/v1/dues/{year['id']}/reopening", json={"reason": "更正"})
    assert opened.json()["state"] == "open"
    assert problem(await claim(funding, year["id"], 80)) == (409, "dues-not-certified")
    assert (await funding.http.post(f"/v1/dues/{year['id']}/certification")).status_code == 200
    third = await claimed(funding, year, 2)
    await done(funding, third["grant_id"], "reversal", **WHY)
    await claimed(funding, year, 3)
    assert [one["period"] for one in await funding.grants()] == [
        str(year["year"]),
        f"{year['year']}/again-1",
        f"{year['year']}/again-2",
    ]


async def test_s25_an_organization_claims_what_its_own_branch_gave_back_and_never_beside_it(funding: Funding) -> None:
    allow_refunds(funding.app)
    branch, organization = uuid4(), uuid4()
    await funding.deliver(party_news(branch, organization))
    own = await certified(funding, known=False, holder_id=str(branch))
    theirs = await certified(funding, known=False, holder_kind="organization", holder_id=str(organization))
    first = await claimed(funding, own)
    assert problem(await claim(funding, theirs["id"], 80)) == (409, "refund-claimed")
    await done(funding, first["grant_id"], "reversal", **WHY)
    await claimed(funding, theirs)
    assert problem(await claim(funding, own["id"], 80)) == (409, "refund-claimed")


async def test_s25_a_joint_branchs_year_is_free_once_what_it_received_for_others_is_back(funding: Funding) -> None:
    allow_refunds(funding.app)
    joint, one, other = uuid4(), uuid4(), uuid4()
    await funding.deliver(party_news(joint, one, other))
    own = await certified(funding, known=False, holder_id=str(joint))
    theirs = await certified(funding, known=False, holder_kind="organization", holder_id=str(one))
    first = await claimed(funding, theirs)
    assert problem(await claim(funding, own["id"], 80)) == (409, "refund-claimed")
    await done(funding, first["grant_id"], "reversal", **WHY)
    await claimed(funding, own)
    assert problem(await claim(funding, theirs["id"], 80)) == (409, "refund-claimed")
