"""Compares the ledger with its own entries, for /metrics and its alert."""

import math

from services.funding.ledger import queries
from services.funding.settings import Settings
from shared.db.session import Database
from shared.telemetry.metrics import LEDGER_DRIFT
from shared.telemetry.sampling import keep_sampling


def _show(transactions: float, balances: float) -> None:
    LEDGER_DRIFT.labels("transactions").set(transactions)
    LEDGER_DRIFT.labels("balances").set(balances)


async def watch_ledger(database: Database, settings: Settings) -> None:
    """Recompute the ledger every `ledger_check_seconds` until cancelled; both gauges are 0 while it agrees.

    It reads every entry, so the interval is minutes. It is one statement, so it sees one snapshot.
    """

    async def read() -> None:
        async with database.transaction() as tx:
            found = await queries.check(tx)
        _show(found["transactions_out_of_balance"], found["accounts_drifting"])

    def forget() -> None:
        _show(math.nan, math.nan)

    await keep_sampling(settings.service, "ledger", settings.ledger_check_seconds, read, forget)
