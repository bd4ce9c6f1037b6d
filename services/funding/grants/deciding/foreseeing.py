"""Shows what decisions would raise."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.funding.grants.deciding.drafting import Decided
from services.funding.grants.deciding.keeping import keep_and_raise
from services.funding.ledger.charts import Charts
from shared.db.session import Transaction


class _ForeseenOnly(Exception):  # noqa: N818
    pass


async def foresee(
    tx: Transaction,
    decided: Sequence[Decided],
    now: datetime,
    *,
    charts: Charts | None,
    raised_by: str | None = None,
    asked_again: bool = False,
) -> list[dict[str, Any]]:
    """What `keep_and_raise` would return: it is called, and what it did is taken back.

    The ids of grants that would be raised name nothing, and are left out.
    """
    rows: list[dict[str, Any]] = []
    try:
        async with tx.savepoint():
            rows = await keep_and_raise(tx, decided, now, charts=charts, raised_by=raised_by, asked_again=asked_again)
            raise _ForeseenOnly
    except _ForeseenOnly:
        pass
    gone = {row["grant_id"] for row in rows if row["outcome"] in ("raised", "held")}
    return [row | {"grant_id": None} if row["grant_id"] in gone else row for row in rows]
