"""What the registry's events change in the projection of bodies, and nothing else."""

from collections.abc import Sequence

from services.evaluation.bodies import queries
from shared.bus.handlers import Received
from shared.contracts.bodies import BodyRecorded
from shared.db.base import to_json
from shared.db.session import Record, Transaction


async def project_bodies(tx: Transaction, events: Sequence[Received[BodyRecorded]]) -> None:
    """Store the newest statement of each body."""
    newest: dict[object, Received[BodyRecorded]] = {}
    for event in sorted(events, key=lambda one: one.envelope.sequence):
        newest[event.data.id] = event
    await queries.upsert(tx, [_row(event) for _, event in sorted(newest.items(), key=lambda one: str(one[0]))])


def _row(event: Received[BodyRecorded]) -> Record:
    data = event.data
    return {
        "id": data.id,
        "code": data.code,
        "names": to_json([one.model_dump(mode="json") for one in data.names]),
        "level": data.level,
        "kind": data.kind,
        "department": data.department,
        "division": data.division,
        "street": data.street,
        "parent": data.parent,
        "since": data.from_,
        "until": data.until,
        "sequence": event.envelope.sequence,
    }
