"""F17: many clients with one key, and one hot account; the ledger agrees with itself after it."""

import asyncio
from collections import Counter
from uuid import UUID, uuid4

import httpx
from sqlalchemy import text

from services.funding.grants.actions import take_step
from shared.db.base import utc_now
from tests.conftest import SYSTEM
from tests.funding.conftest import APPROVER, Funding, completed
from tests.running.locks import until_waiting

STEPS = ("payment", "approval")
IN_ORDER = {"transactions_out_of_balance": 0, "accounts_drifting": 0}


async def at_once(funding: Funding, grant_id: str, keys: list[str], *, waiting: int) -> list[httpx.Response]:
    """One client a key, all paying the same grant."""

    async def pay(key: str) -> httpx.Response:
        return await funding.http.post(f"/v1/grants/{grant_id}/payment", headers={"Idempotency-Key": key})

    async with funding.database.transaction(SYSTEM) as tx:
        await tx.execute(text("SELECT FROM grants WHERE id = :id FOR UPDATE"), {"id": grant_id})
        clients = [asyncio.create_task(pay(key)) for key in keys]
        await until_waiting(tx, waiting)
    return await asyncio.gather(*clients)


async def test_f17_fifty_clients_with_one_key_pay_once(funding: Funding) -> None:
    [grant] = await funding.raised(1, "review", "approval")
    answers = await at_once(funding, grant["id"], ["one"] * 50, waiting=1)
    statuses = Counter(answer.status_code for answer in answers)
    assert set(statuses) <= {200, 409}, [answer.text for answer in answers]
    assert statuses[200] >= 1
    paid = [answer for answer in answers if answer.status_code == 200]
    assert len({answer.text for answer in paid}) == 1
    assert sum("idempotent-replayed" not in answer.headers for answer in paid) == 1
    for answer in answers:
        if answer.status_code == 409:
            assert answer.json()["type"].endswith("idempotency-key-in-flight")
    assert len(await funding.rows("SELECT id FROM ledger_transactions WHERE kind = 'grant_paid'")) == 1
    assert len(await funding.rows("SELECT id FROM outbox WHERE type LIKE '%grant.paid%'")) == 1
    assert await funding.balance("4001") == -300_000
    assert await funding.get("/v1/ledger/check") == IN_ORDER


async def test_f17_fifty_clients_with_keys_of_their_own_pay_once(funding: Funding) -> None:
    [grant] = await funding.raised(1, "review", "approval")
    answers = await at_once(funding, grant["id"], [f"key {number}" for number in range(50)], waiting=10)
    statuses = Counter(answer.status_code for answer in answers)
    assert statuses == {200: 1, 409: 49}, [answer.text for answer in answers]
    refused = {answer.json()["type"].rpartition(":")[2] for answer in answers if answer.status_code == 409}
    assert refused == {"illegal-transition"}
    assert await funding.balance("4001") == -300_000


async def test_f17_twenty_grants_paid_at_once_on_one_hot_account(funding: Funding) -> None:
    first = await funding.raised(20, "review", "approval")
    other = await funding.raised(20, "review")

    async def step(grant: dict[str, str], name: str) -> int:
        path = f"/v1/grants/{grant['id']}/{name}"
        return (await funding.http.post(path, headers={"Idempotency-Key": f"{name}/{grant['id']}"})).status_code

    # Payments (2307, 4001) and approvals (5001, 2307) of one division: each takes two balances of the same three.
    statuses = await asyncio.gather(
        *(step(grant, name) for pair in zip(first, other, strict=True) for grant, name in zip(pair, STEPS, strict=True))
    )
    assert Counter(statuses) == {200: 40}
    assert await funding.balance("5001") == 40 * 300_000
    assert await funding.balance("2307") == -20 * 300_000
    assert await funding.balance("4001") == -20 * 300_000
    assert await funding.get("/v1/ledger/check") == IN_ORDER


async def test_f17_lists_in_opposite_orders_do_not_deadlock(funding: Funding) -> None:
    ids = [
        UUID(grant["id"])
        for division in ("330106", "330110", "330105")
        for grant in await funding.raised(20, "review", division=division)
    ]
    lists = [ids[start::4] for start in range(4)]

    async def approve(some: list[UUID]) -> None:
        async with funding.database.transaction(APPROVER) as tx:
            await take_step(tx, "approval", some, utc_now())

    await asyncio.gather(*(approve(some[::-1] if n % 2 else some) for n, some in enumerate(lists)))
    assert await funding.balance("5001") == 60 * 300_000
    assert await funding.get("/v1/ledger/check") == IN_ORDER


async def test_f15_consumers_that_meet_on_the_same_recipients_raise_each_once(funding: Funding) -> None:
    recipients = [uuid4() for _ in range(201)]
    lists = [[completed(party_organization_id=one) for one in recipients[::order]] for order in (1, -1)]
    async with funding.database.transaction(SYSTEM) as tx:
        # The one in the middle holds both up, each with its first half done if they went in the lists' order.
        await funding.handle(tx, completed(party_organization_id=recipients[100]))
        consumers = [asyncio.create_task(funding.deliver(*events)) for events in lists]
        await until_waiting(tx, 2)
    await asyncio.gather(*consumers)
    assert len(await funding.grants()) == 201
    sent = await funding.rows("SELECT subject, sequence FROM outbox")
    assert len(sent) == len({row["subject"] for row in sent}) == 201
    outcomes = Counter(row["outcome"] for row in await funding.rows("SELECT outcome FROM grant_decisions"))
    assert outcomes == {"raised": 201, "unchanged": 202}
