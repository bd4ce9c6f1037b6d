"""What was changed past the service is found, also where debits are still credits and every balance was moved along."""

import pytest

from services.funding.ledger.verifying import verify
from tests.conftest import SYSTEM
from tests.funding.conftest import Funding

ENTRIES, TRANSACTIONS = "ledger_entries", "ledger_transactions"
AS_POSTED = "transactions that are not as they were posted"
ELSEWHERE = "entries of another division or day than their transaction"

DRIFTING = "balances that are not the fold of their entries"


async def findings(funding: Funding) -> dict[str, list[str]]:
    async with funding.database.transaction(SYSTEM) as tx:
        return dict((await verify(tx)).findings)


async def damage(funding: Funding, table: str, change: str) -> None:
    await funding.change(
        f"ALTER TABLE {table} DISABLE TRIGGER USER", change, f"ALTER TABLE {table} ENABLE TRIGGER USER"
    )


@pytest.mark.parametrize(
    ("table", "change", "expected"),
    [
        (ENTRIES, "UPDATE ledger_entries SET source = 'dues'", {AS_POSTED}),
        (ENTRIES, "UPDATE ledger_entries SET recipient_id = gen_random_uuid()", {AS_POSTED}),
        (ENTRIES, "UPDATE ledger_entries SET purpose = 'members'", {AS_POSTED}),
        (ENTRIES, "UPDATE ledger_entries SET booked_on = booked_on - 40", {ELSEWHERE}),
        (ENTRIES, "UPDATE ledger_entries SET debit_fen = debit_fen * 2, credit_fen = credit_fen * 2", {AS_POSTED}),
        (ENTRIES, "UPDATE ledger_entries SET account = '4602' WHERE account = '4001'", {AS_POSTED}),
        (TRANSACTIONS, "UPDATE ledger_transactions SET kind = 'voucher' WHERE kind = 'grant_paid'", {AS_POSTED}),
    ],
)
async def test_i5_damage_that_balances_is_found(funding: Funding, table: str, change: str, expected: set[str]) -> None:
    [grant] = await funding.raised(1, "review", "approval", "payment")
    assert await findings(funding) == {}
    await damage(funding, table, change)
    # Whoever moves money past the service moves the balances along.
    await funding.change(
        "INSERT INTO account_balances SELECT account, division, 0 FROM ledger_entries ON CONFLICT DO NOTHING",
        "UPDATE account_balances b SET balance_fen = COALESCE((SELECT sum(e.debit_fen - e.credit_fen) "
        "FROM ledger_entries e WHERE (e.account, e.division) = (b.account, b.division)), 0)",
    )
    found = await findings(funding)
    assert found.keys() == expected
    posted = {one["transaction_id"] for one in (await funding.get("/v1/ledger/entries", grant=grant["id"]))["items"]}
    assert {line.split(" ")[0] for lines in found.values() for line in lines} <= posted


async def test_i5_one_that_does_not_balance_and_a_balance_alone_are_found(funding: Funding) -> None:
    await funding.raised(1, "review", "approval")
    await funding.change("UPDATE account_balances SET balance_fen = balance_fen + 1 WHERE account = '5001'")
    assert (await findings(funding)).keys() == {DRIFTING}
    await damage(funding, ENTRIES, "UPDATE ledger_entries SET debit_fen = debit_fen + 1 WHERE debit_fen > 0")
    assert (await findings(funding)).keys() == {"transactions that do not sum to zero", AS_POSTED}
