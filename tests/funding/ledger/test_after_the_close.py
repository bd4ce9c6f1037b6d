"""A month is closed in the middle of a grant's life: what follows is posted into the open one, and that month stays."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from services.funding.ledger.verifying import verify
from services.funding.reconciliation import RECONCILIATION
from tests.conftest import SYSTEM
from tests.funding.conftest import Funding, completed, party_news
from tests.funding.grants.settling.helpers import PAID, done, require, voucher
from tests.funding.ledger.helpers import LAST_MONTH, TODAY

ACCOUNTS = ("5001", "2307", "4001")
MONTH = f"{LAST_MONTH:%Y-%m}"


async def _posted_last_month(funding: Funding) -> None:
    """As if all that was posted had been so on the last day of last month."""
    tables = ("ledger_transactions", "ledger_entries")
    for table in tables:
        await funding.change(
            f"ALTER TABLE {table} DISABLE TRIGGER USER",
            f"UPDATE {table} SET booked_on = '{LAST_MONTH}', posted_at = '{LAST_MONTH} 04:00Z'",
            f"ALTER TABLE {table} ENABLE TRIGGER USER",
        )


async def _shut(funding: Funding, *steps: str) -> None:
    for step in steps:
        answered = await funding.http.post(f"/v1/ledger/periods/3301/{MONTH}/{step}", json={})
        assert answered.status_code == 200, answered.text


async def _balances(funding: Funding, on: date) -> list[int]:
    return [await funding.balance(account, on=on.isoformat()) for account in ACCOUNTS]


async def _sound(funding: Funding) -> None:
    for one in RECONCILIATION.invariants:
        assert await funding.rows(one.violations) == [], one.name
    async with funding.database.transaction(SYSTEM) as tx:
        found = await verify(tx)
    assert found.findings == {}, found


async def _granted(funding: Funding, *steps: str) -> tuple[UUID, str]:
    party = uuid4()
    await funding.deliver(party_news(party, uuid4()))
    await funding.deliver(completed(party_organization_id=party))
    [grant] = [one for one in await funding.grants() if one["recipient_id"] == str(party)]
    await funding.take(grant["id"], *steps)
    return party, grant["id"]


async def test_i5_a_grant_paid_in_a_locked_month_is_settled_and_gives_back_in_the_open_one(funding: Funding) -> None:
    require(funding.app)
    party, grant = await _granted(funding, "review", "approval", "payment")
    await _posted_last_month(funding)
    await _shut(funding, "closing", "locking")
    before = await _balances(funding, LAST_MONTH)
    assert before == [PAID, 0, -PAID]
    used = voucher("V-1", 200_000, on=LAST_MONTH.isoformat())
    await done(funding, grant, "use-report", vouchers=[used])
    settled = await done(funding, grant, "settlement", used_fen=190_000, grade="良")
    assert (settled["settlement_state"], settled["return_due_fen"]) == ("evaluated", 110_000)
    # The bank's day is the month's that is locked; the books take it when it is known.
    back: dict[str, Any] = {"amount_fen": 110_000, "reference": "B-1", "returned_on": LAST_MONTH.isoformat()}
    assert (await done(funding, grant, "balance-return", **back))["settlement_state"] == "closed"
    assert await _balances(funding, LAST_MONTH) == before
    assert await _balances(funding, TODAY) == [190_000, 0, -190_000]
    statement = await funding.get(f"/v1/statements/{party}", **{"from": f"{TODAY:%Y-%m}-01"})
    totals = statement["summary"]["totals"]
    assert (totals["paid_fen"], totals["owed_after_fen"]) == (-110_000, 0)
    await _sound(funding)


async def test_i5_grants_of_a_closed_month_are_reversed_in_the_open_one(funding: Funding) -> None:
    _, approved = await _granted(funding, "review", "approval")
    _, paid = await _granted(funding, "review", "approval", "payment")
    await _posted_last_month(funding)
    await _shut(funding, "closing", "locking")
    before = await _balances(funding, LAST_MONTH)
    assert before == [2 * PAID, -PAID, -PAID]
    why = {"reason": "重复核定", "reference": "CH-1"}
    for grant in (approved, paid):
        assert (await done(funding, grant, "reversal", **why))["state"] == "reversed"
    assert await _balances(funding, TODAY) == [0, PAID, -PAID]
    back = {"amount_fen": PAID, "reference": "B-1", "returned_on": TODAY.isoformat()}
    assert (await done(funding, paid, "balance-return", **back))["returned_fen"] == PAID
    assert await _balances(funding, TODAY) == [0, 0, 0]
    assert await _balances(funding, LAST_MONTH) == before
    await _sound(funding)


async def test_i5_what_the_bank_sends_back_of_a_locked_month_is_owed_again_from_today(funding: Funding) -> None:
    _, grant = await _granted(funding, "review", "approval", "payment")
    await _posted_last_month(funding)
    await _shut(funding, "closing", "locking")
    slip = {"reference": "TP-1", "returned_on": TODAY.isoformat(), "reason": "户名不符"}
    assert (await done(funding, grant, "bank-return", **slip))["state"] == "approved"
    assert await _balances(funding, LAST_MONTH) == [PAID, 0, -PAID]
    assert await _balances(funding, TODAY) == [PAID, -PAID, 0]
    await _sound(funding)


async def test_i5_an_amendment_of_what_a_closed_month_posted_is_posted_again_today(funding: Funding) -> None:
    _, grant = await _granted(funding, "review", "approval")
    await _posted_last_month(funding)
    await _shut(funding, "closing", "locking")
    less = {"amount_fen": 280_000, "reason": "人数更正", "reference": "TZ-1"}
    assert (await done(funding, grant, "amendment", **less))["state"] == "raised"
    assert await _balances(funding, TODAY) == [0, 0, 0]
    for step in ("review", "approval"):
        answered = await funding.http.post(f"/v1/grants/{grant}/{step}", headers={"Idempotency-Key": f"again-{step}"})
        assert answered.status_code == 200, answered.text
    assert await _balances(funding, TODAY) == [280_000, -280_000, 0]
    assert await _balances(funding, LAST_MONTH + timedelta(days=0)) == [PAID, -PAID, 0]
    await _sound(funding)
