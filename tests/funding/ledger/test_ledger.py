"""I5: every transaction sums to zero, a balance is the fold of its entries, no entry changes or goes."""

from collections import Counter
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from asyncpg import InsufficientPrivilegeError, IntegrityConstraintViolationError
from sqlalchemy import text

from services.funding.grants.actions import take_step
from shared.db.base import new_id, utc_now
from tests.conftest import SYSTEM
from tests.funding.conftest import APPROVER, Funding

IN_ORDER = {"transactions_out_of_balance": 0, "accounts_drifting": 0}
NEW_TRANSACTION = text(
    "INSERT INTO ledger_transactions (id, division, grant_id, kind, posted_at) "
    "VALUES (:id, '330106', :grant, 'grant_approved', now())"
)
NEW_ENTRY = text(
    "INSERT INTO ledger_entries (id, transaction_id, division, account, debit_fen, credit_fen, posted_at) "
    "VALUES (:id, :transaction, '330106', :account, :debit, :credit, now())"
)


async def test_approval_and_payment_are_posted(funding: Funding) -> None:
    [grant] = await funding.raised(1, "review", "approval")
    assert [await funding.balance(code) for code in ("5001", "2307", "4001")] == [300_000, -300_000, 0]
    await funding.take(grant["id"], "payment")
    assert [await funding.balance(code) for code in ("5001", "2307", "4001")] == [300_000, 0, -300_000]
    entries = (await funding.get("/v1/ledger/entries", grant=grant["id"]))["items"]
    assert [(entry["account"], entry["debit_fen"], entry["credit_fen"]) for entry in entries] == [
        ("5001", 300_000, 0),
        ("2307", 0, 300_000),
        ("2307", 300_000, 0),
        ("4001", 0, 300_000),
    ]
    assert {entry["grant_id"] for entry in entries} == {grant["id"]}
    approved = entries[0]["transaction_id"]
    of_one = (await funding.get("/v1/ledger/entries", transaction=approved))["items"]
    assert of_one == entries[:2]
    assert await funding.get("/v1/ledger/check") == IN_ORDER


async def test_nothing_is_posted_before_approval(funding: Funding) -> None:
    await funding.raised(2, "review")
    assert (await funding.get("/v1/ledger/entries"))["items"] == []


async def test_accounts_are_listed_in_both_languages(funding: Funding) -> None:
    page = await funding.get("/v1/ledger/accounts")
    kinds = {account["code"]: account["kind"] for account in page["items"]}
    assert kinds.items() >= {"2307": "liability", "4001": "revenue", "5001": "expense", "1012": "asset"}.items()
    assert list(kinds) == sorted(kinds)
    names = []
    for language in ("zh", "en"):
        response = await funding.http.get("/v1/ledger/accounts/5001", headers={"Accept-Language": language})
        names.append(response.json()["name"])
    assert names == ["业务活动费用", "Programme expense"]
    assert (await funding.http.get("/v1/ledger/accounts/0000")).status_code == 404
    assert (await funding.http.get("/v1/ledger/accounts/0000/entries")).status_code == 404


async def test_balances_of_a_division_and_of_all_inside_a_prefix(funding: Funding) -> None:
    await funding.raised(2, "review", "approval")
    await funding.raised(1, "review", "approval", division="330110", party_organization_kind="COMMITTEE")
    assert await funding.balance("5001", division="330106") == 600_000
    assert await funding.balance("5001", division="330110") == 2_000_000
    assert await funding.balance("5001", division="3301") == 2_600_000
    assert await funding.balance("5001", division="31") == 0


async def test_i5_a_balance_is_the_fold_of_its_entries_page_by_page(funding: Funding) -> None:
    await funding.raised(4, "review", "approval", "payment")
    await funding.raised(3, "review", "approval", party_organization_kind="GENERAL")
    folded: Counter[str] = Counter()
    for code in ("5001", "2307", "4001"):
        query: dict[str, Any] = {"limit": 3}
        while True:
            page = await funding.get(f"/v1/ledger/accounts/{code}/entries", **query)
            for entry in page["items"]:
                assert entry["account"] == code
                folded[code] += entry["debit_fen"] - entry["credit_fen"]
            if page["next_cursor"] is None:
                break
            query["cursor"] = page["next_cursor"]
    assert folded == {"5001": 4_200_000, "2307": -3_000_000, "4001": -1_200_000}
    assert {code: await funding.balance(code) for code in folded} == dict(folded)
    assert await funding.get("/v1/ledger/check") == IN_ORDER


async def test_a_list_takes_a_step_in_one_go(funding: Funding) -> None:
    ids = [UUID(grant["id"]) for grant in await funding.raised(30, "review")]
    async with funding.database.transaction(APPROVER) as tx:
        after = await take_step(tx, "approval", ids, utc_now())
    assert {grant.state for grant in after} == {"approved"}
    assert await funding.balance("2307") == -30 * 300_000
    assert await funding.get("/v1/ledger/check") == IN_ORDER


@pytest.mark.parametrize("table", ["ledger_transactions", "ledger_entries"])
@pytest.mark.parametrize("change", ["UPDATE {} SET posted_at = now()", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
async def test_i5_the_database_refuses_to_change_what_is_posted(funding: Funding, table: str, change: str) -> None:
    await funding.raised(1, "review", "approval")
    before = await funding.rows(f"SELECT * FROM {table}")
    assert before
    with pytest.raises(InsufficientPrivilegeError, match="permission denied"):
        async with funding.database.transaction(SYSTEM) as tx:
            await tx.execute(text(change.format(table)))
    with pytest.raises(asyncpg.PostgresError, match="append-only"):
        await funding.change(change.format(table))
    assert await funding.rows(f"SELECT * FROM {table}") == before


@pytest.mark.parametrize("entries", [[], [("5001", 5, 0)], [("5001", 5, 0), ("2307", 0, 4)]])
async def test_i5_an_unbalanced_transaction_is_refused_at_commit(
    funding: Funding, entries: list[tuple[str, int, int]]
) -> None:
    [grant] = await funding.raised()
    written: list[str] = []

    async def write() -> None:
        transaction = new_id()
        async with funding.database.transaction(SYSTEM) as tx:
            await tx.execute(NEW_TRANSACTION, {"id": transaction, "grant": grant["id"]})
            for account, debit, credit in entries:
                await tx.execute(
                    NEW_ENTRY,
                    {"id": new_id(), "transaction": transaction, "account": account, "debit": debit, "credit": credit},
                )
            written.append("all of it, before the commit")

    with pytest.raises(IntegrityConstraintViolationError, match="out of balance"):
        await write()
    assert written
    assert await funding.rows("SELECT id FROM ledger_transactions") == []


async def test_i5_a_later_entry_cannot_unbalance_a_transaction(funding: Funding) -> None:
    await funding.raised(1, "review", "approval")
    [posted] = await funding.rows("SELECT id FROM ledger_transactions")
    with pytest.raises(IntegrityConstraintViolationError, match="out of balance"):
        async with funding.database.transaction(SYSTEM) as tx:
            await tx.execute(
                NEW_ENTRY,
                {"id": new_id(), "transaction": posted["id"], "account": "5001", "debit": 1, "credit": 0},
            )


@pytest.mark.parametrize(("debit", "credit"), [(0, 0), (5, 5), (-5, 0), (0, -5)])
async def test_an_entry_has_exactly_one_side(funding: Funding, debit: int, credit: int) -> None:
    await funding.raised(1, "review", "approval")
    [posted] = await funding.rows("SELECT id FROM ledger_transactions")
    with pytest.raises(IntegrityConstraintViolationError, match="one_side"):
        async with funding.database.transaction(SYSTEM) as tx:
            await tx.execute(
                NEW_ENTRY,
                {"id": new_id(), "transaction": posted["id"], "account": "5001", "debit": debit, "credit": credit},
            )


async def test_the_check_sees_a_balance_that_drifts(funding: Funding) -> None:
    await funding.raised(1, "review", "approval")
    async with funding.database.transaction(SYSTEM) as tx:
        await tx.execute(text("UPDATE account_balances SET balance_fen = balance_fen + 1 WHERE account = '5001'"))
        await tx.execute(text("DELETE FROM account_balances WHERE account = '2307'"))
    assert await funding.get("/v1/ledger/check") == {"transactions_out_of_balance": 0, "accounts_drifting": 2}


async def test_the_check_sees_a_transaction_out_of_balance(funding: Funding) -> None:
    await funding.raised(1, "review", "approval")
    await funding.change(
        "ALTER TABLE ledger_entries DISABLE TRIGGER append_only",
        "UPDATE ledger_entries SET debit_fen = debit_fen + 1 WHERE account = '5001'",
    )
    assert await funding.get("/v1/ledger/check") == {"transactions_out_of_balance": 1, "accounts_drifting": 1}
