"""What incubation states of double check-ins and reports, as evaluation takes it."""

from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from services.evaluation.double_reports.projecting import project_double_reports
from shared.bus.envelope import Envelope
from shared.bus.handlers import Received
from shared.contracts.incubation import DoubleReportCounted
from shared.db.base import new_id
from shared.db.session import Database
from tests.conftest import SYSTEM
from tests.evaluation.conftest import NOW


def counted(party: UUID, outcome: str, *, year: int = 2025, sequence: int = 1, **changes: Any) -> Received[Any]:
    """What a Party organization had in a year."""
    content: dict[str, Any] = {
        "id": uuid5(NAMESPACE_URL, f"{party} {year}"),
        "party_organization_id": party,
        "division": "330106",
        "year": year,
        "counts": {"check_in": 1, "member_check_in": 1, "report": 1, "member_report": int(outcome == "complete")},
        "outcome": outcome,
        "policy": "default-activities",
        "reasons": [],
        **changes,
    }
    envelope = Envelope(
        id=new_id(),
        type=DoubleReportCounted.TYPE,
        source="incubation",
        subject=str(content["id"]),
        sequence=sequence,
        time=NOW,
        key=str(content["id"]),
    )
    return Received(envelope, DoubleReportCounted.model_validate(content))


async def deliver_counts(database: Database, *events: Received[Any]) -> None:
    async with database.transaction(SYSTEM) as tx:
        await project_double_reports(tx, events)
