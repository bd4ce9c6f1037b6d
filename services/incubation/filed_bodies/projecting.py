"""What the registry's statements on filed bodies change in the projection, and nothing else (S15)."""

from collections.abc import Sequence
from uuid import UUID

from services.incubation.tables import filed_bodies
from shared.bus.handlers import Received
from shared.contracts.filed_bodies import FiledBodiesRecorded, FiledBodyStated
from shared.db.base import columns_of, insert_list
from shared.db.session import Record, Transaction

_COLUMNS = tuple(column.name for column in filed_bodies.columns)
_UPSERT = insert_list(
    filed_bodies,
    _COLUMNS,
    "ON CONFLICT (id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[1:])
    + " WHERE filed_bodies.sequence < excluded.sequence RETURNING id",
)


async def project_filed(tx: Transaction, events: Sequence[Received[FiledBodiesRecorded]]) -> list[UUID]:
    """Store the newest statement on each filed body; returns the bodies for which it was news."""
    newest: dict[UUID, FiledBodyStated] = {}
    for event in events:
        for body in event.data.bodies:
            known = newest.get(body.id)
            if known is None or known.sequence < body.sequence:
                newest[body.id] = body
    # In one order, so that two lists never deadlock.
    rows = [_row(newest[one]) for one in sorted(newest)]
    return [row.id for row in await tx.rows(_UPSERT, columns_of(rows, _COLUMNS))]


def _row(body: FiledBodyStated) -> Record:
    location = body.location
    return {
        "id": body.id,
        "number": body.number,
        "name": body.name,
        "division": body.division,
        "street": body.street,
        "lon": None if location is None else location.lon,
        "lat": None if location is None else location.lat,
        "filed_on": body.filed_on,
        "until": body.until,
        "sequence": body.sequence,
    }
