"""In which area filed bodies are: what incubation's statements change in the projection, and nothing else (S15)."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from services.registry.filed_bodies import queries
from shared.bus.handlers import Received
from shared.contracts.areas import FiledBodiesAssigned
from shared.contracts.base import Reason
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


def reason_of(
    area: str | None, since: date | None, stated_at: datetime | None, *, located: bool, now: datetime
) -> Reason:
    """Why a body is covered or not: its area, or that it is in none, or that nobody recorded where it meets."""
    outcome = "in_area" if area is not None else "in_no_area" if located else "without_position"
    facts: dict[str, object] = {"area": area, "since": since}
    return Reason(rule="S15", outcome=outcome, facts=facts, as_of=stated_at or now)
