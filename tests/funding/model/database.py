"""The service's actions on one real database: each example is one transaction that is rolled back in the end.

Each step is a part of it (a savepoint), which a crash takes back; what is checked at a commit is checked after each.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from services.funding.ledger import verifying
from services.funding.reconciliation import RECONCILIATION
from shared.db.access import Access
from shared.db.scope import begin
from shared.db.session import Database, Record, Transaction
from shared.problems.problems import Problem
from shuangfu.reconciliation.versions import gaps
from tests.conftest import SYSTEM
from tests.funding.model.memory.budget import Refusal

NOW = datetime(2027, 1, 20, 2, tzinfo=UTC)
"""In the January in which the dues of 2026 are claimed."""
LATER = datetime(2027, 1, 29, 2, tzinfo=UTC)
"""When the notice of what was published then is over, in the same month and year."""
_AT_COMMIT = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"
# A grant after others that are gone counts on behind the year: `2026/again-1`, `2026/again-1/amendment-1`.
PERIOD = (
    "regexp_replace(COALESCE(period, year::text), '^[^/]+', '\\&' || COALESCE('/again-' || (snapshot ->> 'again'), ''))"
)
_TWICE = (
    "SELECT count(*) FROM (SELECT FROM grants WHERE state <> 'reversed' OR returned_fen < return_due_fen "
    "GROUP BY recipient_id, scheme, COALESCE(period, year::text) HAVING count(*) > 1) AS twice"
)
_SAME_HAND = (
    "SELECT count(*) FROM grants g WHERE (SELECT count(DISTINCT actor) < count(*) FROM ("
    "(SELECT g.raised_by AS actor UNION SELECT g.amended_by UNION SELECT s.taken_by FROM grant_steps s "
    "WHERE s.grant_id = g.id AND s.step = 'release') UNION ALL VALUES (g.reviewed_by), (g.approved_by), (g.paid_by)"
    ") AS hands WHERE actor IS NOT NULL)"
)
_POOLS = (
    "SELECT count(*) FROM award_pools p WHERE distributed_fen - reversed_fen > amount_fen OR distributed_fen <> "
    "COALESCE((SELECT sum(a.amount_fen) FROM awards a WHERE a.pool_id = p.id), 0)"
)
_FAULTS = text(f"SELECT ({_TWICE}) AS twice, ({_SAME_HAND}) AS same_hand, ({_POOLS}) AS pools")
_GAPS = text(gaps(RECONCILIATION.unannounced))
_BALANCES = text("SELECT account, division, balance_fen FROM account_balances WHERE balance_fen <> 0")
_GRANTS = text(f"SELECT recipient_id, scheme, {PERIOD} AS period, state, amount_fen FROM grants")


class Crash(Exception):  # noqa: N818
    """The process ends before the commit."""


class OneTransaction:
    """What a process does, step by step, within one transaction."""

    def __init__(self, database: Database, runner: asyncio.Runner) -> None:
        self._runner = runner
        self._open = database.transaction(SYSTEM)
        self._driver = runner.run(self._open.__aenter__()).driver
        # A busy machine is no failure.
        runner.run(self._driver.execute("SET LOCAL idle_in_transaction_session_timeout = 0"))

    def end(self) -> None:
        """Roll everything back."""
        over = Crash()
        try:
            self._runner.run(self._open.__aexit__(Crash, over, None))
        except Crash:
            return

    def run(self, access: Access, action: Callable[[Transaction], Awaitable[Any]], *, crash: bool = False) -> Any:
        """(by which problem it was refused, what it answered); a crash takes back what was done."""
        return self._runner.run(self._run(access, action, crash=crash))

    def do(self, access: Access, action: Callable[[Transaction], Awaitable[Any]]) -> Any:
        """What an action answered that nothing refuses."""
        refused, found = self.run(access, action)
        assert refused is None, f"refused by {refused}"
        return found

    async def _run(
        self, access: Access, action: Callable[[Transaction], Awaitable[Any]], *, crash: bool
    ) -> tuple[Refusal, Any]:
        tx = Transaction(self._driver, access)
        found = None
        try:
            async with tx.savepoint():
                await self._driver.execute(begin(access).removeprefix("BEGIN; "))
                found = await action(tx)
                await self._driver.execute(_AT_COMMIT)
                if crash:
                    raise Crash
        except Problem as problem:
            return type(problem), None
        except Crash:
            return None, found
        return None, found

    def read(self, sql: str, **parameters: Any) -> list[Record]:
        """Rows, seen by the system."""
        rows: list[Record] = self.do(SYSTEM, lambda tx: tx.records(text(sql), parameters))
        return rows

    def check(self, balances: dict[tuple[str, str], int], grants: dict[Any, tuple[str, int]]) -> None:
        """Everything that holds at each commit, and that the books are those of the model."""

        async def look(tx: Transaction) -> None:
            kept = {(row.account, row.division): row.balance_fen for row in await tx.rows(_BALANCES)}
            assert sum(kept.values()) == 0
            assert kept == balances
            assert (await verifying.verify(tx)).findings == {}
            assert await tx.rows(_GAPS) == [], "a version without its event"
            for one in RECONCILIATION.invariants:
                assert await tx.rows(text(one.violations)) == [], one.name
            rows = await tx.rows(_GRANTS)
            assert {(r.recipient_id, r.scheme, r.period): (r.state, r.amount_fen) for r in rows} == grants
            assert tuple(await tx.row(_FAULTS)) == (0, 0, 0), "granted twice, by the same hand, beyond the pool"

        self.do(SYSTEM, look)
