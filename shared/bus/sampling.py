"""The bus's state in a service's database, as gauges: outbox and open dead letters."""

import math

from sqlalchemy import text

from shared.db.session import Database
from shared.telemetry.metrics import DEAD_LETTERS_OPEN, OUTBOX_DEPTH, OUTBOX_OLDEST_SECONDS

# Both by the index of unpublished rows: an empty outbox costs nothing, however many rows were published.
_OUTBOX = text(
    "SELECT (SELECT count(*) FROM outbox WHERE published_at IS NULL) AS depth, "
    "(SELECT GREATEST(extract(epoch FROM now() - occurred_at), 0)::float FROM outbox "
    "WHERE published_at IS NULL ORDER BY seq LIMIT 1) AS oldest_seconds"
)
_OPEN_LETTERS = text("SELECT reason, count(*) AS letters FROM dead_letters WHERE state = 'open' GROUP BY reason")


class BusSample:
    """Reads the gauges of one service."""

    def __init__(self, service: str, database: Database) -> None:
        self._service = service
        self._database = database
        self._reasons: set[str] = set()

    async def read(self) -> None:
        """Set the gauges to the current values. Raises the driver's errors."""
        async with self._database.transaction() as tx:
            outbox = await tx.row(_OUTBOX)
            letters = {row.reason: row.letters for row in await tx.rows(_OPEN_LETTERS)}
        OUTBOX_DEPTH.labels(self._service).set(outbox.depth)
        OUTBOX_OLDEST_SECONDS.labels(self._service).set(outbox.oldest_seconds or 0)
        # A reason without open letters becomes 0: a series that just ends looks like one that was not scraped.
        self._reasons |= set(letters)
        for reason in self._reasons:
            DEAD_LETTERS_OPEN.labels(self._service, reason).set(letters.get(reason, 0))

    def forget(self) -> None:
        """Set the gauges to NaN: their values are not known any more."""
        OUTBOX_DEPTH.labels(self._service).set(math.nan)
        OUTBOX_OLDEST_SECONDS.labels(self._service).set(math.nan)
        for reason in self._reasons:
            DEAD_LETTERS_OPEN.labels(self._service, reason).set(math.nan)
