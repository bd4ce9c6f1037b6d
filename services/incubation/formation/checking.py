"""A check as it is stored and as it is published."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.incubation.formation.rules import FormationDecision
from shared.bus.context import Cause
from shared.bus.sending.outbox import NewEvent
from shared.contracts.incubation import FormationCheckCompleted
from shared.db.base import to_json
from shared.db.session import Record


def check_row(
    check_id: UUID,
    organization: Any,
    organization_sequence: int,
    decision: FormationDecision,
    policy_id: str,
    now: datetime,
) -> Record:
    """The check's row; `organization` is a state of it, or its row with values as attributes."""
    return {
        "id": check_id,
        "organization_id": organization.id,
        "uscc": organization.uscc,
        "division": organization.division,
        "outcome": decision.outcome,
        "counted_full_members": decision.counted_full_members,
        "policy": policy_id,
        "reasons": to_json([reason.model_dump() for reason in decision.reasons]),
        "organization_sequence": organization_sequence,
        "checked_at": now,
    }


def completed(
    check_id: UUID,
    organization: Any,
    decision: FormationDecision,
    policy_id: str,
    now: datetime,
    *,
    sequence: int,
    cause: Cause | None = None,
    left: str | None = None,
) -> NewEvent:
    """The check's event; `sequence` counts the organization's checks, `left` is the division that it was in before."""
    payload = FormationCheckCompleted.model_construct(
        id=check_id,
        organization_id=organization.id,
        uscc=organization.uscc,
        division=organization.division,
        outcome=decision.outcome,
        counted_full_members=decision.counted_full_members,
        policy=policy_id,
        checked_at=now,
        reasons=list(decision.reasons),
    )
    also = frozenset() if left is None else frozenset((left,))
    return NewEvent(organization.id, sequence, payload, organization.division, now, cause=cause, also=also)
