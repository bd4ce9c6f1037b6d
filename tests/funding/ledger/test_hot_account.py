"""F17: one hot account under fifty writers, through HTTP and past it, in opposite orders: exact to the fen."""

import asyncio
from collections import Counter
from random import Random

from services.funding.ledger.actions import book
from services.funding.ledger.rules import Key, Line, Voucher
from shared.db.base import utc_now
from tests.funding.conftest import Funding
from tests.funding.ledger.helpers import BOOKKEEPER, TODAY, send, voucher

WRITERS, EACH = 50, 20
IN_ORDER = {"transactions_out_of_balance": 0, "accounts_drifting": 0}


async def test_f17_fifty_writers_of_one_account_lose_nothing(funding: Funding) -> None:
    chance = Random(15)
    amounts = [[chance.randrange(1, 10**9) for _ in range(EACH)] for _ in range(WRITERS)]

    async def write(writer: int) -> None:
        vouchers = []
        for n, amount in enumerate(amounts[writer]):
            # Half of them post the other way round, so that both accounts are wanted in both orders.
            other = "4602" if writer % 2 else "1002"
            lines = (Line("1012", amount, 0), Line(other, 0, amount))
            lines = lines if writer % 2 else lines[::-1]
            vouchers.append(Voucher("voucher", "330106", lines, TODAY, Key(f"{writer}/{n}")))
        async with funding.database.transaction(BOOKKEEPER) as tx:
            await book(tx, vouchers[:: 1 if writer % 3 else -1], utc_now(), funding.app.state.charts)

    await asyncio.gather(*(write(writer) for writer in range(WRITERS)))
    assert await funding.balance("1012") == sum(map(sum, amounts))
    assert await funding.balance("4602") == -sum(sum(one) for n, one in enumerate(amounts) if n % 2)
    assert await funding.get("/v1/ledger/check") == IN_ORDER


async def test_f17_fifty_clients_with_the_same_vouchers_post_each_once(funding: Funding) -> None:
    vouchers = [voucher(10**n, reference=f"V-{n}") for n in range(6)]

    async def write(client: int) -> tuple[int, int]:
        answer = await send(funding, *(vouchers if client % 2 else vouchers[::-1]))
        return answer.status_code, answer.json().get("posted", -1)

    answers = await asyncio.gather(*(write(client) for client in range(WRITERS)))
    assert Counter(status for status, _ in answers) == {201: WRITERS}
    assert sum(count for _, count in answers) == len(vouchers)
    assert await funding.balance("1012") == 111_111
    assert await funding.get("/v1/ledger/check") == IN_ORDER
