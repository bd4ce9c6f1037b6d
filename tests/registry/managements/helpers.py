"""Commendations as evaluation publishes them."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from shared.bus.envelope import Envelope
from shared.bus.handlers import Received
from shared.contracts.evaluation import SelectionCommended


def commended(party: str | UUID, *, sequence: int = 1, **changes: Any) -> Received[SelectionCommended]:
    """Tier A of 2025, managed by the city too since 2026-03-30."""
    data = SelectionCommended.model_validate(
        {
            "id": uuid4(),
            "year": 2025,
            "party_organization_id": party,
            "party_organization_name": "中共西湖区示例支部",
            "division": "330106",
            "tier": "A",
            "mode": "dual",
            "level": "city",
            "demonstration_site": True,
            "commended_on": date(2026, 3, 30),
            "managed_from": date(2026, 3, 30),
            "reasons": [],
            **changes,
        }
    )
    envelope = Envelope(
        id=uuid4(),
        type=data.TYPE,
        source="/evaluation",
        subject=str(data.id),
        sequence=sequence,
        time=datetime(2026, 3, 30, tzinfo=UTC),
        key=str(party),
    )
    return Received(envelope, data)
