"""In which area filed bodies are: what incubation's statements change in the projection, and nothing else (S15)."""

from collections.abc import Sequence
from uuid import UUID

from services.registry.filed_bodies import queries
from shared.bus.handlers import Received
from shared.contracts.areas import FiledBodiesAssigned
from shared.db.session import Record, Transaction


async def project_areas(tx: Transaction, events: Sequence[Received[FiledBodiesAssigned]]) -> None:
    """Store the newest statement on each body. A replay calls this alone."""
    newest: dict[UUID, Record] = {}
    for event in events:
        about = {"division": event.data.division, "since": event.data.on, "stated_at": event.envelope.time}
        for body in event.data.bodies:
            known = newest.get(body.id)
            if known is None or known["sequence"] < body.sequence:
                newest[body.id] = {"id": body.id, "area": body.area, "sequence": body.sequence, **about}
    # In one order, so that two lists never deadlock.
    await queries.put_areas(tx, [newest[one] for one in sorted(newest)])
