"""Every SELECT of the months, and the writes beside them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import select, text

from services.funding.ledger.errors import PeriodShut
from services.funding.tables import ledger_periods
from shared.db.paging import where_given, where_within
from shared.db.session import Record, Transaction

# Postings share the lock that closing takes alone; the database's own trigger does the same.
_SHARE = text("SELECT pg_advisory_xact_lock_shared(hashtext('ledger_periods'))")
_ALONE = text("SELECT pg_advisory_xact_lock(hashtext('ledger_periods'))")
_SHUT = text(
    "SELECT u.division, p.month FROM unnest(CAST(:divisions AS text[]), CAST(:months AS text[])) AS u(division, month) "
    "JOIN ledger_periods p ON starts_with(u.division, p.division) "
    "AND (p.month = u.month AND p.state <> 'open' OR p.month > u.month AND p.state = 'locked') "
    "ORDER BY p.month, u.division LIMIT 1"
)
_GET = text("SELECT * FROM ledger_periods WHERE division = :division AND month = :month FOR UPDATE")
_SAVE = text(
    "INSERT INTO ledger_periods (division, month, state, version, closed_by, closed_at, locked_by, locked_at, reason, "
    "balances) VALUES (:division, :month, :state, :version, :closed_by, :closed_at, :locked_by, :locked_at, :reason, "
    "CAST(:balances AS jsonb)) ON CONFLICT (division, month) DO UPDATE SET state = excluded.state, "
    "version = excluded.version, closed_by = excluded.closed_by, closed_at = excluded.closed_at, "
    "locked_by = excluded.locked_by, locked_at = excluded.locked_at, reason = excluded.reason, "
    "balances = excluded.balances"
)


async def hold_open(tx: Transaction, places: Iterable[tuple[str, date]]) -> None:
    """Keep the months of divisions and days open until the transaction ends. Raises PeriodShut (409).

    A locked month shuts those before it, too.
    """
    wanted = sorted({(f"{day:%Y-%m}", division) for division, day in places})
    if not wanted:
        return
    months, divisions = [month for month, _ in wanted], [division for _, division in wanted]
    await tx.execute(_SHARE)
    shut = await tx.row(_SHUT, {"divisions": divisions, "months": months})
    if shut is not None:
        raise PeriodShut(period=shut.month, division=shut.division)


async def lock(tx: Transaction, division: str, month: str) -> Record | None:
    """A month as it is stored, once nobody posts into it any more; None: it is open and was never closed."""
    await tx.execute(_ALONE)
    return await tx.record(_GET, {"division": division, "month": month})


async def save(tx: Transaction, period: Record) -> None:
    """Write a month."""
    await tx.execute(_SAVE, period)


async def list_periods(
    tx: Transaction, *, division: str | None, state: str | None, after: list[str] | None, limit: int
) -> list[Record]:
    """A page of months by month and division, and one more where there is another page."""
    period = ledger_periods.c
    statement: Any = where_given(select(ledger_periods), {period.state: state})
    statement = where_within(statement, period.division, division)
    if after is not None:
        month, place = after
        statement = statement.where((period.month > month) | ((period.month == month) & (period.division > place)))
    return await tx.records(statement.order_by(period.month, period.division).limit(limit + 1))
