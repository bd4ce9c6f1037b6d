"""The events of a replay: copied from the log into a temporary table, put into one order, applied from there.

There is no order between partitions and topics, and an organization may pass from one Party organization's coverage to
another's. So events are applied by their time (of one aggregate: by their place in its partition), not as they happen
to be read.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from pydantic import ValidationError

from shared.bus.envelope import Envelope, MalformedEvent, decode
from shared.bus.handlers import Received
from shared.bus.projections import Projection
from shared.bus.transports.history import History
from shared.contracts.catalog import CATALOG
from shared.db.access import Access
from shared.db.session import Transaction
from shared.telemetry.error_text import describe_mismatch

BATCH = 1000
_TABLE = """
CREATE TEMPORARY TABLE replay_events (
    topic text NOT NULL,
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    event_id uuid NOT NULL,
    type text NOT NULL,
    source text NOT NULL,
    subject text NOT NULL,
    sequence bigint NOT NULL,
    occurred_at timestamptz NOT NULL,
    key text NOT NULL,
    projected boolean NOT NULL,  -- of a type that the projection takes; others have no value
    value bytea NOT NULL,
    place bigint,  -- in the order of application; NULL for what the live consumer has not handled
    PRIMARY KEY (topic, partition, "offset")
);
CREATE UNIQUE INDEX ON replay_events (place) WHERE place IS NOT NULL;
CREATE INDEX ON replay_events (event_id);
"""
# What took effect here is in the inbox and was not dead-lettered. Committed offsets would not do: after a restore they
# are ahead of the database, and what they skip was not handled.
_PLACE = """
UPDATE replay_events AS e SET place = o.place
FROM (
    SELECT w.topic, w.partition, w."offset", $2 + row_number() OVER (
        ORDER BY w.occurred_at, w.topic, w.partition, w."offset") AS place
    FROM replay_events w WHERE w.place IS NULL AND w.projected
    AND EXISTS (SELECT FROM public.inbox i WHERE i.event_id = w.event_id AND i.consumer = $1)
    AND NOT EXISTS (SELECT FROM public.dead_letters d WHERE d.event_id = w.event_id AND d.consumer = $1
                    AND d.state IN ('open', 'discarded'))
) AS o
WHERE (e.topic, e.partition, e."offset") = (o.topic, o.partition, o."offset")
"""
_NEXT = """
SELECT place, event_id, type, source, subject, sequence, occurred_at, key, value FROM replay_events
WHERE place > $1 ORDER BY place LIMIT $2
"""
_COLUMNS = (
    "topic",
    "partition",
    "offset",
    "event_id",
    "type",
    "source",
    "subject",
    "sequence",
    "occurred_at",
    "key",
    "projected",
    "value",
)


class ReplayRefused(Exception):  # noqa: N818
    """A replay would give a wrong result, or cannot run; nothing was changed."""


class ReplayEvents:
    """What was read so far, and how far it was applied."""

    def __init__(
        self,
        driver: asyncpg.Connection,
        access: Access,
        projection: Projection,
        consumer: str,
        history: History,
        *,
        whole: bool,
    ) -> None:
        """`whole`: the history is of all topics of the consumer, so that every event of them is stored."""
        self._driver = driver
        self._tx = Transaction(driver, access)
        self._projection = projection
        self._consumer = consumer
        self._history = history
        self._whole = whole
        self._since: datetime | None = None
        self.began: datetime | None = None
        """When the first read began, by the database's clock."""
        self._placed = 0
        self.read_count = 0
        self.unreadable = 0
        self.applied = 0

    async def create(self, since: datetime | None) -> None:
        """Create the table; events that occurred before `since` are left out."""
        self._since = since
        await self._driver.execute(_TABLE)
        self.began = await self._driver.fetchval("SELECT now()")

    async def read(self) -> None:
        """Read what was appended to the log since the last call. Raises HistoryUnreadable."""
        async for batch in self._history.batches(BATCH):
            rows = []
            for delivered in batch:
                try:
                    envelope = decode(delivered.message)
                except MalformedEvent:
                    # The live consumer has dead-lettered it as well.
                    self.unreadable += 1
                    continue
                projected = envelope.type in self._projection.handlers.types
                if not projected and not self._whole:
                    continue
                if self._since is not None and envelope.time < self._since:
                    continue
                place = (delivered.message.topic, delivered.partition, delivered.offset)
                identity = (envelope.id, envelope.type, envelope.source, envelope.subject, envelope.sequence)
                value = delivered.message.value if projected else b""
                rows.append((*place, *identity, envelope.time, envelope.key, projected, value))
                self.read_count += projected
            await self._driver.copy_records_to_table("replay_events", records=rows, columns=_COLUMNS)

    async def place(self) -> int:
        """Give a place to each event that the live consumer has handled by now; returns how many got one."""
        status = await self._driver.execute(_PLACE, self._consumer, self._placed)
        placed = int(status.rpartition(" ")[2])
        self._placed += placed
        return placed

    async def apply(self) -> None:
        """Run the projecting handlers on all placed events, where only the side tables can be reached.

        Raises ReplayRefused for an event that the contract or a handler does not take.
        """
        while rows := await self._driver.fetch(_NEXT, self.applied, BATCH):
            events = [_received(row) for row in rows]
            async with self._driver.transaction():
                await self._driver.execute("SET LOCAL search_path = pg_temp")
                for handler, run in self._projection.handlers.runs(events):
                    try:
                        await handler(self._tx, run)
                    except Exception as error:
                        raise ReplayRefused(
                            f"{run[0].envelope.type}, event {run[0].envelope.id} or one of {len(run) - 1} after it: "
                            f"{type(error).__name__}: {error}"
                        ) from error
                # The end of a savepoint keeps the setting, and the swap's transaction needs the live tables again.
                await self._driver.execute("SET LOCAL search_path = DEFAULT")
            self.applied = rows[-1]["place"]

    async def count_waiting(self) -> int:
        """Events read that the live consumer has not handled (or has dead-lettered)."""
        return int(await self._driver.fetchval("SELECT count(*) FROM replay_events WHERE place IS NULL AND projected"))


def _received(row: Any) -> Received[Any]:
    envelope = Envelope(
        id=UUID(str(row["event_id"])),
        type=row["type"],
        source=row["source"],
        subject=row["subject"],
        sequence=row["sequence"],
        time=row["occurred_at"],
        key=row["key"],
    )
    try:
        return Received(envelope, CATALOG[envelope.type].model_validate_json(row["value"]))
    except ValidationError as error:
        where = describe_mismatch(error)
        raise ReplayRefused(f"{envelope.type}, event {envelope.id} does not match its contract: {where}") from error
