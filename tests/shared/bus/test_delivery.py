"""From a committed transaction to exactly one effect (design 4, faults F2-F6, F14, F15), on both transports."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text

from shared.bus.envelope import Envelope, Message, encode
from shared.bus.handlers import Handlers, Received
from shared.bus.receiving import dead_letters, settling
from shared.bus.sending.outbox import emit
from shared.bus.transports.transport import PublishFailed
from shared.contracts.registry import OrganizationDeregistered
from shared.db.base import new_id, utc_now
from shared.db.session import Transaction
from shared.urls import driver_url
from tests.shared.bus.conftest import Toy, running, some_ids, write_effects

UNPUBLISHED = "SELECT count(*) FROM outbox WHERE published_at IS NULL"
OPEN_LETTERS = "SELECT count(*) FROM dead_letters WHERE state = 'open'"


async def test_i1_every_committed_event_takes_effect_once_and_in_order(toy: Toy) -> None:
    subjects = some_ids(20)
    async with running(toy.relay(), toy.consumer()):
        for _ in range(10):
            await toy.commit(*subjects)
        toy.assert_once_and_in_order(await toy.until_effects(200))
        await toy.until(lambda: _is_zero(toy, UNPUBLISHED))


async def test_i2_rolled_back_event_is_not_published(toy: Toy) -> None:
    [kept, lost] = some_ids(2)

    async def emit_and_fail() -> None:
        async with toy.database.transaction() as tx:
            await emit(tx, [toy.event(lost)])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await emit_and_fail()
    del toy.versions[lost]
    async with running(toy.relay(), toy.consumer()):
        await toy.commit(kept)
        toy.assert_once_and_in_order(await toy.until_effects(1))
    assert await toy.scalar("SELECT count(*) FROM outbox") == 1


async def test_f4_low_sequence_number_committed_late_is_published(toy: Toy) -> None:
    [early, late] = some_ids(2)
    async with running(toy.relay(), toy.consumer()):
        async with toy.database.transaction() as slow:
            await emit(slow, [toy.event(late)])  # takes its number now, commits last
            await toy.commit(early)
            await toy.until_effects(1)
        toy.assert_once_and_in_order(await toy.until_effects(2))


async def test_f2_crash_between_publish_and_mark_repeats_on_the_wire_not_in_effect(toy: Toy) -> None:
    subjects = some_ids(30)
    await toy.commit(*subjects)
    relay = toy.relay()
    connection = await asyncpg.connect(driver_url(toy.database.url), server_settings={"shuangfu.scope": "%"})

    async def publish_and_crash(messages: list[Message]) -> None:
        await toy.transport.publish(messages)
        raise ConnectionResetError("killed after the ack")

    with pytest.raises(ConnectionResetError):
        await relay.move_batch(connection, publish_and_crash)
    await connection.close()
    assert await toy.scalar(UNPUBLISHED) == 30
    async with running(relay, toy.consumer()):
        await toy.until(lambda: _is_zero(toy, UNPUBLISHED))
        await toy.commit(*subjects)
        toy.assert_once_and_in_order(await toy.until_effects(60))


async def test_f3_two_relays_one_active_the_other_takes_over(toy: Toy) -> None:
    first, second = toy.relay(), toy.relay()
    subjects = some_ids(5)
    task = asyncio.create_task(first.run())
    await toy.until(lambda: _is_true(first.active))
    async with running(second, toy.consumer()):
        await toy.commit(*subjects)
        await toy.until_effects(5)
        assert first.active
        assert not second.active
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await toy.commit(*subjects)
        toy.assert_once_and_in_order(await toy.until_effects(10))
        assert second.active


async def test_f3_leader_that_lost_its_connection_marks_nothing(toy: Toy) -> None:
    relay = toy.relay()
    async with running(relay, toy.consumer()):
        await toy.until(lambda: _is_true(relay.active))
        await toy.scalar(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid() "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        await toy.commit(*some_ids(3))
        toy.assert_once_and_in_order(await toy.until_effects(3))


async def test_f12_without_wake_ups_polling_finds_everything(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toy.database.notifier, "wake", lambda _: None)
    async with running(toy.relay(), toy.consumer()):
        await toy.commit(*some_ids(5))
        toy.assert_once_and_in_order(await toy.until_effects(5))


async def test_f15_everything_delivered_three_times_takes_effect_once(toy: Toy) -> None:
    await toy.commit(*some_ids(20))
    async with running(toy.relay(), toy.consumer()):
        for _ in range(3):
            await toy.until(lambda: _is_zero(toy, UNPUBLISHED))
            await toy.scalar("WITH u AS (UPDATE outbox SET published_at = NULL RETURNING 1) SELECT count(*) FROM u")
        await toy.until(lambda: _is_zero(toy, UNPUBLISHED))
        await toy.commit(*some_ids(1))
        await toy.until_effects(21)
        await asyncio.sleep(0.5)
        toy.assert_once_and_in_order(await toy.effects())


async def test_f14_one_bad_event_is_dead_lettered_and_the_rest_goes_through(toy: Toy) -> None:
    subjects = some_ids(40)
    bad = subjects[17]

    async def handler(tx: Transaction, events: Sequence[Received[Any]]) -> None:
        if any(event.data.id == bad for event in events):
            raise ValueError("this one cannot be handled")
        await write_effects(tx, events)

    toy.handler = handler
    await toy.commit(*subjects)
    async with running(toy.relay(), toy.consumer()):
        effects = await toy.until_effects(39)
        await toy.until(lambda: _is_one(toy, OPEN_LETTERS))
    assert str(bad) not in {row.subject for row in effects}
    assert len({row.event_id for row in effects}) == 39
    async with toy.database.transaction() as tx:
        [letter] = await dead_letters.list_letters(tx)
        whole = await dead_letters.get_letter(tx, letter.id)
        announced = await tx.scalar(text("SELECT count(*) FROM outbox WHERE type LIKE '%dead_letter%'"))
    assert letter.reason == "handler_failed"
    assert letter.attempts == 3
    assert "write" not in letter.handler
    assert letter.handler.endswith("handler")
    assert whole.headers["ce_subject"] == str(bad)
    assert announced == 1


async def test_f14_retried_dead_letter_takes_effect_once(toy: Toy) -> None:
    letter = await _one_dead_letter(toy)
    toy.handler = write_effects
    async with toy.database.transaction() as tx:
        await settling.retry(tx, letter, toy.handlers())
    with pytest.raises(dead_letters.DeadLetterNotOpen):
        async with toy.database.transaction() as tx:
            await settling.retry(tx, letter, toy.handlers())
    toy.assert_once_and_in_order(await toy.effects())
    assert await toy.scalar("SELECT state FROM dead_letters") == "retried"


async def test_f14_retry_that_fails_again_leaves_it_open(toy: Toy) -> None:
    letter = await _one_dead_letter(toy)
    with pytest.raises(ValueError, match="not today"):
        async with toy.database.transaction() as tx:
            await settling.retry(tx, letter, toy.handlers())
    assert await toy.scalar("SELECT state FROM dead_letters") == "open"
    async with toy.database.transaction() as tx:
        await settling.discard(tx, letter)
    assert await toy.scalar("SELECT state FROM dead_letters") == "discarded"


async def test_f14_unknown_types_and_broken_shapes_are_dead_lettered_with_their_reason(toy: Toy) -> None:
    def wire(event_type: str, value: bytes) -> Message:
        envelope = Envelope(new_id(), event_type, "/test", str(new_id()), 1, utc_now(), "k")
        return encode(toy.topic, envelope, value)

    known = OrganizationDeregistered.TYPE
    good = OrganizationDeregistered(id=new_id(), uscc="X", division="330106", as_of=utc_now())
    await toy.transport.publish(
        [
            Message(toy.topic, b"k", {}, b"no envelope at all"),
            Message(toy.topic, b"\xff", {"ce_id": b"\xfe\x00"}, b"\x00\xff"),
            wire("shuangfu.nobody.knows.this.v9", b"{}"),
            wire(known, b"{broken"),
            wire(known, b'{"id": 7}'),
            wire(known, good.model_dump_json().encode()),
        ]
    )
    async with running(toy.relay(), toy.consumer()):
        effects = await toy.until_effects(1)
        await toy.until(lambda: _equals(toy, OPEN_LETTERS, 5))
    assert len(effects) == 1
    async with toy.database.transaction() as tx:
        reasons = sorted(letter.reason for letter in await dead_letters.list_letters(tx))
    assert reasons == [
        "malformed_event",
        "malformed_event",
        "payload_does_not_match_contract",
        "payload_does_not_match_contract",
        "unknown_type",
    ]


async def test_known_type_without_handler_is_passed_over(toy: Toy) -> None:
    envelope = Envelope(new_id(), "shuangfu.funding.grant.paid.v1", "/funding", str(new_id()), 1, utc_now(), "k")
    await toy.transport.publish([encode(toy.topic, envelope, b"{}")])
    await toy.commit(*some_ids(1))
    async with running(toy.relay(), toy.consumer()):
        await toy.until_effects(1)
    assert await toy.scalar("SELECT count(*) FROM dead_letters") == 0


async def test_f6_backend_terminated_in_the_handler_is_retried_not_dead_lettered(toy: Toy) -> None:
    killed: list[int] = []

    async def handler(tx: Transaction, events: Sequence[Received[Any]]) -> None:
        await write_effects(tx, events)
        if len(killed) < 3:
            killed.append(await tx.scalar(text("SELECT pg_backend_pid()")))
            await tx.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    toy.handler = handler
    await toy.commit(*some_ids(10))
    async with running(toy.relay(), toy.consumer()):
        toy.assert_once_and_in_order(await toy.until_effects(10))
    assert len(killed) == 3
    assert await toy.scalar("SELECT count(*) FROM dead_letters") == 0


async def test_f6_crash_after_the_database_commit_before_the_offsets(toy: Toy) -> None:
    await toy.commit(*some_ids(10))
    async with running(toy.relay()):
        await toy.until(lambda: _is_zero(toy, UNPUBLISHED))
    consumer = toy.consumer()
    subscription = await toy.transport.subscribe(toy.name, [toy.topic])
    done = 0
    async with asyncio.timeout(20):
        while not done:
            try:
                async with subscription.next_batch(100, 0.3) as batch:
                    await consumer.handle(batch)
                    done = len(batch)
                    raise KeyboardInterrupt  # as if killed here
            except KeyboardInterrupt:
                pass
    await subscription.close()
    async with running(consumer):
        toy.assert_once_and_in_order(await toy.until_effects(10))
        await asyncio.sleep(0.5)
        assert len(await toy.effects()) == 10


async def test_relay__publish_failure_keeps_the_rows(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    relay = toy.relay()
    real, failures = toy.transport.publish, [PublishFailed("away"), PublishFailed("still away")]

    async def publish(messages: Sequence[Message]) -> None:
        if failures:
            raise failures.pop()
        await real(messages)

    monkeypatch.setattr(toy.transport, "publish", publish)
    monkeypatch.setattr("shared.bus.sending.relay._HOLD_SECONDS", 0.5)
    await toy.commit(*some_ids(5))
    async with running(relay, toy.consumer()):
        toy.assert_once_and_in_order(await toy.until_effects(5))
    assert not failures


async def test_f14_a_topic_that_cannot_be_written_holds_up_its_own_events_only(
    toy: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, gone = toy.transport.publish, f"{toy.topic}.gone"
    missing = asyncio.Event()
    missing.set()

    async def publish(messages: Sequence[Message]) -> None:
        await real([message for message in messages if message.topic != gone])
        if missing.is_set() and any(message.topic == gone for message in messages):
            raise PublishFailed("no such topic")

    monkeypatch.setattr(toy.transport, "publish", publish)
    monkeypatch.setattr("shared.bus.sending.relay._HOLD_SECONDS", 0.5)
    subjects = some_ids(5)
    relay = toy.relay(batch_size=10)
    async with running(relay, toy.consumer()):
        async with toy.database.transaction() as tx:
            # More than a batch of them lies before everything else.
            await emit(tx, [replace(toy.event(subject), topic=gone) for subject in some_ids(25)])
        held = f"SELECT count(*) FROM outbox WHERE topic = '{gone}' AND published_at IS NULL"
        for round_number in range(1, 4):
            await toy.commit(*subjects)
            await toy.until_effects(5 * round_number)
        assert await toy.scalar(held) == 25
        assert relay.failing_since is not None, "readiness says so all the while"
        missing.clear()
        await toy.until(lambda: _is_zero(toy, UNPUBLISHED))
        await toy.until(lambda: _is_true(relay.failing_since is None))


async def test_progress__a_dead_lettered_event_is_progress(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch of many bad ones takes long; offsets move only with its end."""
    advanced: list[int] = []
    consumer = toy.consumer()
    monkeypatch.setattr(consumer.progress, "advanced", lambda: advanced.append(len(advanced)))

    async def failing(_: Transaction, events: Sequence[Received[Any]]) -> None:
        raise ValueError("not today")

    toy.handler = failing
    consumer._handlers = toy.handlers()
    await toy.commit(*some_ids(4))
    async with running(toy.relay(), consumer):
        await toy.until(lambda: _equals(toy, OPEN_LETTERS, 4))
    assert len(advanced) >= 4


async def test_runs__keep_the_order_between_types() -> None:
    calls: list[tuple[str, int]] = []

    async def first(_: Transaction, events: Sequence[Received[Any]]) -> None:
        calls.append(("first", len(events)))

    async def second(_: Transaction, events: Sequence[Received[Any]]) -> None:
        calls.append(("second", len(events)))

    class Other(OrganizationDeregistered):
        TYPE = "other"

    handlers = Handlers({OrganizationDeregistered: first, Other: second})
    data = OrganizationDeregistered(id=new_id(), uscc="X", division="330106", as_of=utc_now())
    types = [OrganizationDeregistered.TYPE] * 2 + ["other"] + [OrganizationDeregistered.TYPE]
    events = [Received(Envelope(new_id(), kind, "/t", "s", 1, utc_now(), "k"), data) for kind in types]
    for handler, run in handlers.runs(events):
        await handler(None, run)  # type: ignore[arg-type]
    assert calls == [("first", 2), ("second", 1), ("first", 1)]


async def _one_dead_letter(toy: Toy) -> Any:
    async def handler(_: Transaction, __: Sequence[Received[Any]]) -> None:
        raise ValueError("not today")

    toy.handler = handler
    await toy.commit(*some_ids(1))
    async with running(toy.relay(), toy.consumer()):
        await toy.until(lambda: _is_one(toy, OPEN_LETTERS))
    async with toy.database.transaction() as tx:
        [letter] = await dead_letters.list_letters(tx)
    return letter.id


async def _equals(toy: Toy, statement: str, value: int) -> bool:
    return bool(await toy.scalar(statement) == value)


async def _is_zero(toy: Toy, statement: str) -> bool:
    return await _equals(toy, statement, 0)


async def _is_one(toy: Toy, statement: str) -> bool:
    return await _equals(toy, statement, 1)


async def _is_true(value: bool) -> bool:
    return value
