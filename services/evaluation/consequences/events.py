"""What a closed rectification publishes: whatever was held for it may go on."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from shared.bus.sending.outbox import NewEvent
from shared.contracts.base import Reason
from shared.contracts.evaluation import Closing, RectificationClosed


class OfEvaluation(Protocol):
    """What an event says of the evaluation that a rectification follows from."""

    @property
    def evaluation_id(self) -> UUID: ...
    @property
    def year(self) -> int: ...
    @property
    def party_organization_id(self) -> UUID: ...
    @property
    def party_organization_name(self) -> str: ...
    @property
    def division(self) -> str: ...
    @property
    def star(self) -> int: ...


def rectification_closed(
    consequence_id: UUID,
    sequence: int,
    of: OfEvaluation,
    outcome: Closing,
    closed_on: date,
    reasons: Sequence[Reason],
    now: datetime,
) -> NewEvent:
    """The event; those of one Party organization stay in order."""
    payload = RectificationClosed(
        id=consequence_id,
        evaluation_id=of.evaluation_id,
        year=of.year,
        party_organization_id=of.party_organization_id,
        party_organization_name=of.party_organization_name,
        division=of.division,
        star=of.star,
        outcome=outcome,
        closed_on=closed_on,
        reasons=[*reasons],
    )
    return NewEvent(consequence_id, sequence, payload, of.division, now, key=of.party_organization_id)
