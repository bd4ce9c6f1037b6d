"""The ledger: vouchers of two lines, posted in batches by two writers on the same accounts, audited and secured."""

import asyncio
import time
from dataclasses import dataclass
from datetime import date

from benchmarks.options import say
from benchmarks.servers import RUNTIME_PASSWORD, Servers
from services.funding.ledger.actions import book
from services.funding.ledger.charts import read_charts
from services.funding.ledger.rules import Key, Line, Voucher
from services.funding.ledger.verifying import verify
from shared.db.access import system_access
from shared.db.base import utc_now
from shared.db.session import Database
from shared.field.calendar import china_day
from shared.schema.security import RUNTIME
from shared.settings import REPOSITORY_POLICIES
from shared.urls import with_login

WRITERS, BATCH = 2, 500
GOAL = 2_000.0


@dataclass(frozen=True, slots=True)
class Posted:
    """How many postings were made in how many seconds, and whether the ledger agrees with itself afterwards."""

    postings: int
    seconds: float
    holds: bool
    goal: float = GOAL

    @property
    def rate(self) -> float:
        """Postings a second."""
        return self.postings / self.seconds

    @property
    def reached(self) -> bool:
        """Whether the goal is reached."""
        return self.holds and self.rate >= self.goal


async def measure_ledger(servers: Servers, *, quick: bool) -> Posted:
    """20,000 postings; a fifth where it is to be quick."""
    say("posting to the ledger")
    batches = (20_000 // (5 if quick else 1)) // BATCH
    url = with_login(await servers.database("funding", "funding_ledger"), RUNTIME, RUNTIME_PASSWORD)
    access = system_access("funding", "benchmarks")
    database = Database(url, pool_size=WRITERS, access=access)
    charts = read_charts(REPOSITORY_POLICIES, REPOSITORY_POLICIES)
    now = utc_now()

    async def write(writer: int) -> None:
        for number in range(writer, batches, WRITERS):
            vouchers = [_voucher(number, line, china_day(now)) for line in range(BATCH)]
            async with database.transaction() as tx:
                await book(tx, vouchers, now, charts)

    try:
        started = time.monotonic()
        await asyncio.gather(*(write(writer) for writer in range(WRITERS)))
        seconds = time.monotonic() - started
        async with database.transaction() as tx:
            holds = (await verify(tx)).holds
    finally:
        await database.close()
    return Posted(batches * BATCH, seconds, holds)


def _voucher(batch: int, number: int, day: date) -> Voucher:
    amount = 1 + (batch * BATCH + number) % 9_999
    lines = (Line("1012", amount, 0, "dues", None, "dues"), Line("4602", 0, amount, "dues", None, "dues"))
    return Voucher("voucher", "330106", lines, day, Key(f"voucher/330106/{batch}-{number}", period="2026"))
