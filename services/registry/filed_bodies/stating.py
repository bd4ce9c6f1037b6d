"""What the events state of filed bodies: by division, in bounded lists (T30)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from services.registry.filed_bodies.filed_body import FiledBody
from shared.bus.sending.outbox import NewEvent
from shared.contracts.filed_bodies import MAX_FILED, FiledBodiesRecorded, FiledBodyStated
from shared.contracts.registry import Location
from shared.db.base import new_id

_division = attrgetter("content.division")


def number_statements(bodies: Sequence[FiledBody]) -> dict[str, FiledBody]:
    """By reference, bodies that are new or changed, each with the statement that it will be in."""
    numbered: dict[str, FiledBody] = {}
    for _, found in groupby(sorted(bodies, key=_division), _division):
        own = list(found)
        for start in range(0, len(own), MAX_FILED):
            statement = new_id()
            numbered |= {one.reference: replace(one, stated_in=statement) for one in own[start : start + MAX_FILED]}
    return numbered


def statements_of(bodies: Sequence[FiledBody], now: datetime) -> list[NewEvent]:
    """The statements that bodies were numbered for; those that were lost to another transaction are not among them."""
    by_statement: dict[object, list[FiledBody]] = {}
    for body in bodies:
        by_statement.setdefault(body.stated_in, []).append(body)
    return [_statement(own, now) for own in by_statement.values()]


def _statement(bodies: Sequence[FiledBody], now: datetime) -> NewEvent:
    subject, division = bodies[0].stated_in, bodies[0].content.division
    if subject is None:
        raise ValueError("a body without a statement")
    payload = FiledBodiesRecorded(id=subject, division=division, bodies=[_stated(one) for one in bodies])
    return NewEvent(subject, 1, payload, division, now)


def _stated(body: FiledBody) -> FiledBodyStated:
    content = body.content
    location = None
    if content.lon is not None and content.lat is not None:
        location = Location.model_construct(lon=content.lon, lat=content.lat)
    return FiledBodyStated(
        id=body.id,
        sequence=body.version,
        number=body.number,
        name=content.name,
        kind=content.kind,
        division=content.division,
        street=content.street,
        community=content.community,
        location=location,
        filed_on=content.filed_on,
        until=content.until,
    )
