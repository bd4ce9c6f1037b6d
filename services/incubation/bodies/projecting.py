"""What the registry's events change in the projection of bodies, and nothing else."""

from collections.abc import Sequence

from services.incubation.bodies import queries
from shared.bus.handlers import Received
from shared.contracts.bodies import BodyRecorded
from shared.db.base import to_json
from shared.db.session import Record, Transaction
from shared.superiors.stated import kept_of, newest_of_each


async def project_bodies(tx: Transaction, events: Sequence[Received[BodyRecorded]]) -> None:
    """Store the newest statement of each body."""
    stated = newest_of_each((event.envelope.sequence, event.data) for event in events)
    await queries.upsert(tx, [_row(sequence, data) for sequence, data in stated])


def _row(sequence: int, data: BodyRecorded) -> Record:
    kept, conference = kept_of(sequence, data), data.conference
    own = {
        "structure": data.structure,
        "conference": None if conference is None else to_json(conference.model_dump(mode="json")),
    }
    return {**kept, "names": to_json(kept["names"]), **own}
