"""What runs in a service's process under faults: the product's own command, with a failpoint armed around it.

Nothing of this is in the product. A failpoint kills (or stops) the process at exactly the named point, the n-th time
it is reached, as the kernel would: no handler runs, no buffer is flushed. Settings come by the environment:

    FAULTPOINT    <name>:<n>, or <name>:<n>:SIGSTOP; on the bus <name>/<part of a type>:<n> counts only batches with
                  such an event
    SABOTAGE      names of defects to build in, comma-separated: the checker must find each of them
    RELAY_LEASE   seconds of the relay's lease, where a test cannot wait for the product's
    KAFKA_SESSION seconds after which the broker gives up a killed consumer, likewise
"""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg

from shared.bus.envelope import Delivered, Message
from shared.bus.receiving import consumer as consumer_module
from shared.bus.receiving.consumer import Consumer
from shared.bus.sending import relay as relay_module
from shared.bus.sending import unpublished
from shared.bus.sending.relay import Relay
from shared.bus.transports import kafka_subscription
from shared.db.session import Transaction
from shared.db.wake import Notifier
from shuangfu.commands import service as commands
from shuangfu.services import SERVICES, load

FAULTPOINT, SABOTAGE, LEASE, SESSION = "FAULTPOINT", "SABOTAGE", "RELAY_LEASE", "KAFKA_SESSION"
HELD = "in its hands:"
"""Begins the line of a process's log that names the events it held when it came to its failpoint."""
for _name in SERVICES:  # before the fork: each process then starts in a moment
    load(_name)


def run(half: str, service: str, port: int, environment: Mapping[str, str], log: str) -> None:
    """Become a service's process: `half` is api or worker."""
    os.setsid()
    sink = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(sink, 1)
    os.dup2(sink, 2)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # what a killed process said is wanted too
    signal.signal(signal.SIGUSR1, _print_tasks)
    os.environ.update(environment)
    for name in filter(None, environment.get(SABOTAGE, "").split(",")):
        SABOTAGES[name]()
    if LEASE in environment:
        relay_module.LEASE_SECONDS = float(environment[LEASE])
    if SESSION in environment:
        session = int(float(environment[SESSION]) * 1000)
        settings = {"session_timeout_ms": session, "heartbeat_interval_ms": session // 5}
        kafka_subscription.AIOKafkaConsumer = _with(kafka_subscription.AIOKafkaConsumer, settings)
    if FAULTPOINT in environment:
        name, count, *number = environment[FAULTPOINT].split(":")
        name, _, kind = name.partition("/")
        POINTS[name](_Countdown(int(count), signal.Signals[number[0]] if number else signal.SIGKILL, kind))
    {"api": commands.api, "worker": commands.worker}[half](service, "127.0.0.1", port)


def _print_tasks(*_: object) -> None:
    """What every task waits for: asked for by SIGUSR1 when a trial does not settle."""
    for task in asyncio.all_tasks():
        task.print_stack(limit=6)


def _with(kind: Callable[..., Any], settings: Mapping[str, Any]) -> Callable[..., Any]:
    def make(*arguments: Any, **given: Any) -> Any:
        return kind(*arguments, **given | settings)

    return make


class _Countdown:
    def __init__(self, left: int, number: signal.Signals, kind: str) -> None:
        self._left = left
        self._number = number
        self._kind = kind

    def reach(self, messages: Iterable[Message] = ()) -> None:
        """Here the process dies, if it is the time; its log tells what it had in its hands."""
        held = list(messages)
        if self._kind and not any(self._kind in message.headers["ce_type"].decode() for message in held):
            return
        self._left -= 1
        if self._left == 0:
            print(HELD, *(message.headers["ce_id"].decode() for message in held))
            os.kill(os.getpid(), self._number)


def _around_commit(countdown: _Countdown, *, before: bool) -> None:
    execute = asyncpg.Connection.execute

    async def execute_or_die(self: asyncpg.Connection, query: str, *arguments: Any, **options: Any) -> str:
        # Only transactions that changed something count.
        commits = query.strip("; ").upper() == "COMMIT"
        commits = commits and await self.fetchval("SELECT pg_current_xact_id_if_assigned()") is not None
        if commits and before:
            countdown.reach()
        status: str = await execute(self, query, *arguments, **options)
        if commits and not before:
            countdown.reach()
        return status

    asyncpg.Connection.execute = execute_or_die  # type: ignore[method-assign]


def _in_relay(countdown: _Countdown, *, acknowledged: bool) -> None:
    move = Relay.move_batch

    async def move_batch(self: Relay, connection: asyncpg.Connection, publish: Callable[[Any], Awaitable[None]]) -> int:
        async def publish_or_die(messages: list[Message]) -> None:
            if not acknowledged:
                countdown.reach(messages)
            await publish(messages)
            if acknowledged:
                countdown.reach(messages)

        return await move(self, connection, publish_or_die)

    Relay.move_batch = move_batch  # type: ignore[method-assign]


def _in_consumer_before_commit(countdown: _Countdown) -> None:
    dispatch = Consumer._dispatch

    async def dispatch_and_die(self: Consumer, tx: Transaction, items: Sequence[Any]) -> Any:
        done = await dispatch(self, tx, items)
        if items:
            countdown.reach([item.delivered.message for item in items])
        return done

    Consumer._dispatch = dispatch_and_die  # type: ignore[method-assign]


def _in_consumer_after_commit(countdown: _Countdown) -> None:
    handle = Consumer.handle

    async def handle_and_die(self: Consumer, messages: Sequence[Delivered]) -> None:
        await handle(self, messages)
        handled = [d.message for d in messages if self._handlers.of(d.message.headers["ce_type"].decode()) is not None]
        if handled:
            countdown.reach(handled)

    Consumer.handle = handle_and_die  # type: ignore[method-assign]


POINTS: dict[str, Callable[[_Countdown], None]] = {
    "api.before_commit": lambda countdown: _around_commit(countdown, before=True),
    "api.after_commit": lambda countdown: _around_commit(countdown, before=False),
    "relay.taken": lambda countdown: _in_relay(countdown, acknowledged=False),
    "relay.acknowledged": lambda countdown: _in_relay(countdown, acknowledged=True),
    "consumer.before_commit": _in_consumer_before_commit,
    "consumer.after_commit": _in_consumer_after_commit,
}


def _without_inbox() -> None:
    claim = consumer_module.claim

    async def claim_all(tx: Transaction, consumer: str, event_ids: Sequence[UUID]) -> Collection[UUID]:
        await claim(tx, consumer, event_ids)
        return set(event_ids)

    consumer_module.claim = claim_all  # type: ignore[assignment]


def _relay_by_number() -> None:
    by_state = "WHERE published_at IS NULL"
    assert by_state in unpublished._TAKE
    unpublished._TAKE = unpublished._TAKE.replace(
        by_state, "WHERE seq > (SELECT COALESCE(max(seq), 0) FROM outbox WHERE published_at IS NOT NULL)"
    )


def _without_wake_ups() -> None:
    def wake(self: Notifier, channels: Iterable[str]) -> None:
        """Nobody is woken."""

    Notifier.wake = wake  # type: ignore[method-assign]


SABOTAGES: dict[str, Callable[[], None]] = {
    "no-inbox": _without_inbox,
    "relay-by-number": _relay_by_number,
    "no-wake-ups": _without_wake_ups,
}
