"""What incubation's events change in the projection of double check-ins and reports, and nothing else."""

from collections.abc import Sequence
from uuid import UUID

from services.evaluation.double_reports import queries
from shared.bus.handlers import Received
from shared.contracts.incubation import DoubleReportCounted
from shared.db.base import to_json
from shared.db.session import Record, Transaction


async def project_double_reports(tx: Transaction, events: Sequence[Received[DoubleReportCounted]]) -> None:
    """Store the newest statement of each Party organization and year."""
    newest: dict[UUID, Received[DoubleReportCounted]] = {}
    for event in sorted(events, key=lambda one: one.envelope.sequence):
        newest[event.data.id] = event
    await queries.upsert(tx, [_row(newest[one]) for one in sorted(newest)])


def _row(event: Received[DoubleReportCounted]) -> Record:
    data = event.data
    return {
        "id": data.id,
        "party_organization_id": data.party_organization_id,
        "year": data.year,
        "division": data.division,
        "counts": to_json(data.counts),
        "outcome": data.outcome,
        "policy": data.policy,
        "sequence": event.envelope.sequence,
    }
