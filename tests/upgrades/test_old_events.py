"""Events of the version before are read, and those of a version after: contracts only grow."""

import copy
import json
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from shared.bus.envelope import Delivered, Envelope, encode
from shared.bus.receiving.consumer import Consumer
from shared.bus.worker import Worker
from shared.contracts.asyncapi import schema_of
from shared.contracts.catalog import CATALOG
from shared.settings import ServiceSettings
from shuangfu.services import SERVICES, load, make_worker
from tests.conftest import SYSTEM
from tests.upgrades.released import EVENTS, event_types, find_missing_samples

RELEASED = sorted(event_types())
Event = dict[str, Any]


def frozen(event_type: str) -> Event:
    """As a released version published it."""
    found: Event = json.loads((EVENTS / f"{event_type}.json").read_text("utf-8"))
    return found


def as_published(event: Event) -> Event:
    return event


def without_what_may_be_missing(event: Event) -> Event:
    """As a version wrote it that did not have the optional fields yet."""
    schema = schema_of(CATALOG[event["type"]])
    event["data"] = {name: value for name, value in event["data"].items() if name in schema.get("required", ())}
    return event


def with_more_than_we_know(event: Event) -> Event:
    """As a later version writes it: further fields, in the payload and in each part of it."""

    def grown(value: Any) -> Any:
        if isinstance(value, dict):
            return {**{name: grown(one) for name, one in value.items()}, "from_a_later_version": {"a": [1, None]}}
        return [grown(one) for one in value] if isinstance(value, list) else value

    event["data"] = grown(event["data"])
    return event


SHAPES: dict[str, Callable[[Event], Event]] = {
    "as it was published": as_published,
    "from a version with less": without_what_may_be_missing,
    "from a version with more": with_more_than_we_know,
}


def delivered(event: Event, offset: int) -> Delivered:
    envelope = Envelope(
        id=UUID(event["id"]),
        type=event["type"],
        source="/" + event["type"].split(".")[1],
        subject=event["subject"],
        sequence=event["sequence"],
        time=datetime.fromisoformat(event["occurred_at"]),
        key=event["key"],
        division=event["division"],
        correlation_id=event["correlation_id"],
        causation_id=event["causation_id"],
        traceparent=event["traceparent"],
    )
    message = encode(event["topic"], envelope, json.dumps(event["data"]).encode())
    # A later version may also send headers that we do not know.
    headers = {**message.headers, "ce_laterextension": b"1", "x-later": b"\xff"}
    return Delivered(type(message)(message.topic, message.key, headers, message.value), 0, offset)


def test_frozen__there_is_a_sample_of_every_released_type() -> None:
    assert len(RELEASED) >= 15
    samples = [path.name.removesuffix(".json") for path in EVENTS.iterdir()]
    assert find_missing_samples(RELEASED, samples, CATALOG) == []


def test_frozen__a_type_needs_a_sample_from_its_release_on() -> None:
    old, new = "shuangfu.a.b.done.v1", "shuangfu.a.b.undone.v1"
    assert find_missing_samples([old], [old], [old, new]) == []
    assert find_missing_samples([old], [old, new], [old, new]) == []
    assert find_missing_samples([old, new], [old], [old, new]) == [f"{new} was released and has no sample"]
    assert find_missing_samples([old], [old], [new]) == [f"{old} was released and is no longer in the catalog"]
    assert find_missing_samples([old], [old, new], [old]) == [f"{new} has a sample and is not in the catalog"]


@pytest.mark.parametrize("event_type", RELEASED)
def test_frozen__what_is_read_is_what_was_written(event_type: str) -> None:
    payload = CATALOG[event_type]
    written = frozen(event_type)["data"]
    plain = payload.model_validate_json(json.dumps(written))
    more = payload.model_validate_json(json.dumps(with_more_than_we_know(frozen(event_type))["data"]))
    # `facts` of a reason are free: what a later version puts there is kept.
    assert plain.model_dump(exclude={"reasons"}) == more.model_dump(exclude={"reasons"})
    assert written.keys() <= plain.model_dump().keys()
    payload.model_validate_json(json.dumps(without_what_may_be_missing(frozen(event_type))["data"]))


@pytest.fixture
async def workers(settings_for: Callable[[str], Awaitable[ServiceSettings]]) -> Any:
    found = {service: make_worker(load(service), await settings_for(service)) for service in SERVICES}
    yield found
    for worker in found.values():
        await worker.database.close()


def events_for(worker: Worker) -> Iterator[str]:
    return (event_type for event_type in sorted(RELEASED, key=order) if worker.handlers.of(event_type) is not None)


def order(event_type: str) -> int:
    """First comes what begins a life, last what ends it."""
    words = (".registered", ".established", ".formed", ".changed", ".extended", ".completed")
    return next((place for place, word in enumerate(words) if word in event_type), len(words))


@pytest.mark.parametrize("shape", SHAPES)
async def test_events__take_effect_in_whichever_shape(shape: str, workers: dict[str, Worker]) -> None:
    handled = set()
    for service, worker in workers.items():
        types = list(events_for(worker))
        handled |= set(types)
        events = [SHAPES[shape](copy.deepcopy(frozen(event_type))) for event_type in types]
        if service == "registry":
            await know_organizations(workers, events)
        for sequence, event in enumerate(events, start=1):
            event["sequence"] = sequence
        consumer = Consumer(service, worker.database, None, worker.handlers, attempts=1)  # type: ignore[arg-type]
        await consumer.handle([delivered(event, place) for place, event in enumerate(events)])
        async with worker.database.transaction(SYSTEM) as tx:
            letters = await tx.rows(text("SELECT type, reason, detail FROM dead_letters"))
            assert [tuple(row) for row in letters] == [], service
            claimed = {row[0] for row in await tx.rows(text("SELECT event_id FROM inbox"))}
        assert {UUID(event["id"]) for event in events} <= claimed
    assert len(handled) == 9
    async with workers["incubation"].database.transaction(SYSTEM) as tx:
        assert await tx.scalar(text("SELECT count(*) FROM formation_checks")) >= 1
    async with workers["funding"].database.transaction(SYSTEM) as tx:
        assert await tx.scalar(text("SELECT count(*) FROM grants")) == 1


async def know_organizations(workers: dict[str, Worker], events: list[Event]) -> None:
    """The registry covers organizations that it has itself."""
    ids = sorted({identity for event in events for identity in event["data"]["organization_ids"]})
    async with workers["registry"].database.transaction(SYSTEM) as tx:
        await tx.execute(
            text(
                "INSERT INTO organizations (id, uscc, name, kind, division, street, address, registered_on, "
                "full_time_staff, full_members_full_time, full_members, probationary_members, source, status, as_of, "
                "version) SELECT u.id, u.id::text, '示例', 'social_group', '330106', '', '', '2025-01-01', 5, 3, 3, 0, "
                "'civil_affairs', 'registered', now(), 1 FROM unnest(CAST(:ids AS uuid[])) AS u(id)"
            ),
            {"ids": ids},
        )
