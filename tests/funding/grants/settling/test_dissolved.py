"""What is drafted for a recipient that was dissolved meanwhile is held, as what it had drafted then: people decide."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from services.funding.reconciliation import RECONCILIATION
from shared.field.calendar import china_day
from tests.funding.conftest import Funding, completed, party_news
from tests.funding.grants.settling.helpers import done

LESS: dict[str, Any] = {"amount_fen": 280_000, "reason": "人数更正", "reference": "TZ-1"}
MORE: dict[str, Any] = {"amount_fen": 400_000, "reason": "类别更正", "reference": "TZ-2"}
HELD = ("R-recipient-dissolved", "recipient_dissolved")
[_TO_DISSOLVED] = [one.violations for one in RECONCILIATION.invariants if "dissolved" in one.name]


async def _granted(funding: Funding, *steps: str) -> tuple[UUID, str]:
    party = uuid4()
    await funding.deliver(party_news(party, uuid4()))
    await funding.deliver(completed(party_organization_id=party))
    [grant] = [one for one in await funding.grants() if one["recipient_id"] == str(party)]
    await funding.take(grant["id"], *steps)
    return party, grant["id"]


async def _dissolve(funding: Funding, party: UUID) -> None:
    await funding.deliver(party_news(party, sequence=2, on=date(2026, 10, 1), at=datetime.now(UTC)))


def _reasons(grant: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["rule"], one["outcome"]) for one in grant["reasons"]]


async def test_t01_an_approved_grant_that_is_amended_is_held(funding: Funding) -> None:
    party, grant = await _granted(funding, "review", "approval")
    await _dissolve(funding, party)
    assert (await funding.get(f"/v1/grants/{grant}"))["state"] == "approved", "it is owed"
    amended = await done(funding, grant, "amendment", **LESS)
    assert (amended["state"], amended["amount_fen"], _reasons(amended)[-1]) == ("held", 280_000, HELD)
    assert amended["history"][-1]["step"] == "amendment"
    released = await done(funding, grant, "release", note="解散以前的工作")
    assert released["state"] == "raised"
    assert (await done(funding, grant, "amendment", **MORE))["state"] == "raised", "whoever released it knew"
    assert not await funding.rows(_TO_DISSOLVED)


async def test_t01_what_is_granted_beside_a_paid_grant_is_held(funding: Funding) -> None:
    party, grant = await _granted(funding, "review", "approval", "payment")
    await _dissolve(funding, party)
    assert (await done(funding, grant, "amendment", **MORE))["state"] == "paid"
    [beside] = [one for one in await funding.grants() if one["id"] != grant]
    assert (beside["state"], beside["amount_fen"], _reasons(beside)[-1]) == ("held", 100_000, HELD)
    assert [one["step"] for one in (await funding.get(f"/v1/grants/{beside['id']}"))["history"]] == ["held"]
    [event] = await funding.rows("SELECT type FROM outbox WHERE subject = :id", id=beside["id"])
    assert event["type"] == "shuangfu.funding.grant.held.v1"
    assert not await funding.rows(_TO_DISSOLVED)


async def test_t01_what_the_bank_sent_back_and_is_reviewed_again_is_held(funding: Funding) -> None:
    party, grant = await _granted(funding, "review", "approval", "payment")
    _, other = await _granted(funding, "review", "approval", "payment")
    for one in (grant, other):
        assert (await done(funding, one, "amendment", **LESS))["state"] == "paid"
    await _dissolve(funding, party)
    slip = {"reference": "TP-1", "returned_on": str(china_day(datetime.now(UTC))), "reason": "户名不符"}
    back = await done(funding, grant, "bank-return", **slip)
    assert (back["state"], back["amount_fen"], _reasons(back)[-1]) == ("held", 280_000, HELD)
    assert (await done(funding, other, "bank-return", **slip))["state"] == "raised", "its recipient is there"
