"""F14's poison: messages that no handler can take, and what became of them."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Self
from uuid import UUID, uuid4

from shared.bus.envelope import Envelope, Message, encode
from shared.bus.worker import make_transport
from shared.contracts.evaluation import EvaluationCompleted
from shared.contracts.filed_bodies import FiledBodiesRecorded
from shared.contracts.incubation import PartyOrganizationFormed
from shared.db.base import utc_now
from tests.faults.rig.house import House
from tests.faults.rig.proof import Schedule

READERS = {"incubation": FiledBodiesRecorded, "registry": PartyOrganizationFormed, "funding": EvaluationCompleted}
"""Who reads a topic alone, and a payload that lies there."""
LETTERS = "SELECT id, event_id, reason, state FROM dead_letters"


class Poison:
    """Messages that no handler can take, on their way to a reader of each service."""

    def __init__(self, house: House, schedule: Schedule) -> None:
        self.ids: set[UUID] = set()
        self.sent: Counter[str] = Counter()
        self._schedule = schedule
        self._transport = make_transport(house.worker("registry").settings)

    async def send(self) -> str:
        """One of each kind to one reader, in one list; who that is."""
        reader = self._schedule.chance.choice(list(READERS))
        kind = READERS[reader]
        long = b"x" * 900_000
        messages = [
            Message(kind.TOPIC, b"k", {}, b"no envelope at all"),
            Message(kind.TOPIC, b"\xff\x00", {"ce_id": b"\xfe\x00", "ce_type": b"\xff\x00"}, b"\x00\xff"),
            Message(kind.TOPIC, b"k", {"ce_id": b"1", "ce_note": b"\xff" * 230_000}, b"too much beside it"),
            self._event(kind.TOPIC, "shuangfu.nobody.knows.this.v9", b"{}"),
            self._event(kind.TOPIC, "shuangfu.nobody.knows.this.v9", long),
            self._event(kind.TOPIC, kind.TYPE, b"{broken"),
            self._event(kind.TOPIC, kind.TYPE, b'{"id": "' + long + b'"}'),
            self._event(kind.TOPIC, "nul\0in.its.type", b"{}", division="33\x000106", correlation_id="a\0b"),
        ]
        self._schedule.chance.shuffle(messages)
        await self._transport.publish(messages)
        self.sent[reader] += len(messages)
        self._schedule.strike(len(messages))
        return reader

    async def __aenter__(self) -> Self:
        await self._transport.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._transport.close()

    def _event(self, topic: str, kind: str, value: bytes, **more: Any) -> Message:
        event_id = uuid4()
        self.ids.add(event_id)
        return encode(topic, Envelope(event_id, kind, "/test", str(uuid4()), 1, utc_now(), "k", **more), value)


async def letters_of(house: House) -> dict[str, set[UUID]]:
    """What each reader has dead-lettered."""
    return {name: {row["id"] for row in await house.rows(name, LETTERS)} for name in READERS}


async def all_put_aside(house: House, poison: Poison, besides: Mapping[str, int]) -> bool:
    """What was sent to each reader lies there once: no less, and no good event beside it."""
    due = {name: poison.sent[name] + besides.get(name, 0) for name in READERS}
    return {name: len(found) for name, found in (await letters_of(house)).items()} == due
