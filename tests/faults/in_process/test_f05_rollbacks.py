"""F5: transactions that are rolled back after their event was added: nobody ever hears of it (I2)."""

import asyncio
import sys
from collections.abc import Sequence
from contextvars import ContextVar
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from shared.bus.handlers import Handler, Received
from shared.bus.sending import outbox
from shared.bus.sending.outbox import NewEvent
from shared.db.session import Transaction
from tests.faults.load.desk import DIVISIONS, Cancelling, Desk, under_load
from tests.faults.rig.house import House
from tests.faults.rig.proof import Schedule, rounds

MINE = text("SELECT id FROM outbox WHERE xmin = pg_current_xact_id()::xid")
REFUSED = "提交失败路 1 号"
# A constraint trigger that is deferred fails where nothing else can: inside COMMIT.
REFUSE_AT_COMMIT = (
    "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'at commit'; END $$",
    (
        "CREATE CONSTRAINT TRIGGER refuse AFTER INSERT OR UPDATE ON organizations DEFERRABLE INITIALLY DEFERRED "
        f"FOR EACH ROW WHEN (NEW.address = '{REFUSED}') EXECUTE FUNCTION refuse()"
    ),
)
refused_at_commit: ContextVar[bool] = ContextVar("refused_at_commit", default=False)


class Doom:
    """Lets transactions fail after their events were added, and keeps the ids of those."""

    def __init__(self, schedule: Schedule, share: float) -> None:
        self.events: set[UUID] = set()
        self._schedule = schedule
        self.share = share
        self._spared = True

    async def emit(self, tx: Transaction, events: Sequence[NewEvent]) -> None:
        """In the place of the outbox's own, in a request or in a handler."""
        await outbox.emit(tx, events)
        if refused_at_commit.get():
            await self._note(tx)
        else:
            await self.fail(tx)

    def around(self, handler: Handler) -> Handler:
        """A handler that fails once it did its work."""

        async def handle(tx: Transaction, events: Sequence[Received[Any]]) -> None:
            await handler(tx, events)
            await self.fail(tx)

        return handle

    async def fail(self, tx: Transaction) -> None:
        """Perhaps. Never twice in a row: a good event shall not run out of attempts and be dead-lettered."""
        self._spared = not self._spared or self._schedule.chance.random() >= self.share
        if not self._spared:
            await self._note(tx)
            raise RuntimeError("after the event was added")

    async def _note(self, tx: Transaction) -> None:
        self.events |= {row.id for row in await tx.rows(MINE)}
        self._schedule.strike()


def modules_of_services() -> list[ModuleType]:
    """Whatever a service loads when it runs."""
    return [module for name, module in sorted(sys.modules.items()) if name.startswith("services.")]


async def test_f5_rolled_back_after_the_event_was_added(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    schedule = Schedule("F5")
    doom = Doom(schedule, 0.15)
    desk = Desk(house, schedule)
    emitting = [module for module in modules_of_services() if vars(module).get("emit") is outbox.emit]
    assert len(emitting) >= 7
    for module in emitting:
        monkeypatch.setattr(module, "emit", doom.emit)
    await house.change("registry", *REFUSE_AT_COMMIT)
    await house.stop()
    for service in house.parts:
        house.wrap(service, doom.around)
    await house.start()
    for service in house.parts:
        # A good event that fails by chance alone is not to be dead-lettered.
        house.worker(service).consumer._attempts = 50
    cancelling = Cancelling(house, schedule.chance, 0.15)
    async with under_load(house, schedule, transport=cancelling):
        turns = 0
        while turns < rounds(6, 80) or not cancelling.cancelled:
            turns += 1
            await asyncio.sleep(schedule.chance.random() * 0.4)
            number = desk.number(schedule.chance.choice(DIVISIONS))
            token = refused_at_commit.set(True)
            assert (await desk.register(number, address=REFUSED)).status_code == 500
            refused_at_commit.reset(token)
            while (await desk.register(number)).status_code not in {200, 201}:
                pass  # doomed again
        doom.share = cancelling.share = 0.0
        schedule.strike(cancelling.cancelled)
    assert cancelling.cancelled
    assert doom.events
    await schedule.prove(house, doomed=doom.events)
