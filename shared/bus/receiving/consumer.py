"""The consumer: batches from a subscription to the service's handlers, each event once in effect."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import stamina
import structlog

from shared.bus.envelope import Delivered
from shared.bus.handlers import Handlers, handler_name
from shared.bus.receiving import dead_letters
from shared.bus.receiving.handling import Handled, handle_events
from shared.bus.receiving.inbox import access_for, claim
from shared.bus.receiving.items import Item, read_item
from shared.bus.receiving.progress import Progress
from shared.bus.transports.transport import BatchLost, Subscription, Transport
from shared.db.errors import is_transient
from shared.db.session import Database, Transaction
from shared.telemetry.error_text import describe_error
from shared.telemetry.metrics import BATCH_SECONDS, EVENTS_CONSUMED, EVENTS_REPEATED

log = structlog.get_logger(__name__)


class Consumer:
    """One member of a service's group. `run` ends only by cancellation."""

    def __init__(
        self,
        name: str,
        database: Database,
        transport: Transport,
        handlers: Handlers,
        *,
        batch_size: int = 1000,
        poll_seconds: float = 1.0,
        stall_seconds: float = 60.0,
        attempts: int = 5,
        retry_seconds: float = 0.1,
    ) -> None:
        self.name = name
        self._database = database
        self._transport = transport
        self._handlers = handlers
        self._batch_size = batch_size
        self._poll_seconds = poll_seconds
        self._attempts = attempts
        self._retry_seconds = retry_seconds
        self.progress = Progress(name, stall_seconds)

    async def run(self) -> None:
        """Subscribe and consume; after any failure subscribe again and go on from the committed position."""
        while True:
            try:
                await self._consume_until_it_breaks()
            except Exception as error:
                # Not swallowed: nothing was committed, the batch is retried, and if it persists liveness fails.
                log.warning("consumer_interrupted", consumer=self.name, error=describe_error(error))
                self.progress.interrupted()
                await asyncio.sleep(0.5)

    async def _consume_until_it_breaks(self) -> None:
        subscription = await self._transport.subscribe(self.name, self._handlers.topics)
        watch = asyncio.create_task(self.progress.watch(subscription), name=f"progress:{self.name}")
        try:
            while not watch.done():
                await self.consume_batch(subscription)
            watch.result()
        finally:
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)
            await subscription.close()

    async def consume_batch(self, subscription: Subscription) -> int:
        """Take one batch, let it take effect, then commit its offsets; returns how many messages it had."""
        try:
            async with subscription.next_batch(self._batch_size, self._poll_seconds) as messages:
                if messages:
                    with BATCH_SECONDS.labels(self.name).time():
                        await self.handle(messages)
        except BatchLost as error:
            # In the database it took effect or did not; the member that gets it next sees that in the inbox.
            log.info("batch_lost", consumer=self.name, error=describe_error(error))
            return 0
        except Exception as error:
            if not is_transient(error):
                raise
            # The position is back at the batch's first message: it is redelivered once the database is available.
            log.warning("batch_postponed", consumer=self.name, error=type(error).__name__)
            await asyncio.sleep(0.5)
            return 0
        return len(messages)

    async def handle(self, messages: Sequence[Delivered]) -> None:
        """Let messages take effect, each once. Raises only transient errors (the database is unavailable)."""
        items = [item for item in (read_item(one, self._handlers) for one in messages) if item is not None]
        if items:
            await self._handle_or_split(items, attempts=min(2, self._attempts))

    async def _handle_or_split(self, items: list[Item], attempts: int) -> None:
        """All in one transaction; if that keeps failing, halves; a single event that keeps failing is dead-lettered."""
        error = await self._try_repeatedly(lambda: self._handle_once(items), attempts)
        if error is None:
            return
        if len(items) == 1:
            left = self._attempts - attempts
            if left > 0:
                error = await self._try_repeatedly(lambda: self._handle_once(items), left)
            if error is not None:
                await self._dead_letter(items[0], error)
            return
        middle = len(items) // 2
        await self._handle_or_split(items[:middle], 1)
        await self._handle_or_split(items[middle:], 1)

    async def _try_repeatedly(self, action: Callable[[], Awaitable[None]], attempts: int) -> Exception | None:
        """None once it succeeded, else the last error of the data. A transient error is raised after the retries."""
        attempts = max(attempts, 1)
        try:
            async for attempt in stamina.retry_context(
                on=Exception,
                attempts=attempts,
                wait_initial=self._retry_seconds,
                wait_max=5.0,
                wait_jitter=self._retry_seconds,
                timeout=None,
            ):
                with attempt:
                    await action()
        except Exception as error:
            if is_transient(error):
                raise
            return error
        return None

    async def _handle_once(self, items: Sequence[Item]) -> None:
        ids = [item.event_id for item in items]
        async with self._database.transaction(access_for(self._database.access, ids)) as tx:
            fresh = await claim(tx, self.name, ids)
            seen: set[UUID] = set()
            todo = []
            for item in items:
                if item.event_id in fresh and item.event_id not in seen:
                    seen.add(item.event_id)
                    todo.append(item)
            handled = await self._dispatch(tx, todo)
        self.progress.advanced()
        # After the commit: what was rolled back was not handled.
        for one in handled:
            one.log()
        EVENTS_REPEATED.labels(self.name).inc(len(items) - len(todo))
        for item in todo:
            if item.event is not None:
                EVENTS_CONSUMED.labels(self.name, item.event.envelope.type).inc()

    async def _dispatch(self, tx: Transaction, items: Sequence[Item]) -> list[Handled]:
        for item in items:
            if item.poison is not None:
                reason, detail = item.poison
                await dead_letters.record(
                    tx,
                    self.name,
                    item.delivered,
                    item.event_id,
                    envelope=item.envelope,
                    reason=reason,
                    detail=detail,
                    handler=None,
                    attempts=1,
                )
        runs = self._handlers.runs(item.event for item in items if item.event is not None)
        return [await handle_events(tx, self.name, handler, events) for handler, events in runs]

    async def _dead_letter(self, item: Item, error: Exception) -> None:
        event_type = item.envelope.type if item.envelope else ""
        handler = handler_name(self._handlers.of(event_type))
        log.error(
            "event_dead_lettered",
            consumer=self.name,
            event_id=str(item.event_id),
            type=event_type,
            handler=handler,
            error=type(error).__name__,
        )
        async with self._database.transaction() as tx:
            if await claim(tx, self.name, [item.event_id]):
                await dead_letters.record(
                    tx,
                    self.name,
                    item.delivered,
                    item.event_id,
                    envelope=item.envelope,
                    reason="handler_failed",
                    detail=describe_error(error),
                    handler=handler,
                    attempts=self._attempts,
                )
        self.progress.advanced()
