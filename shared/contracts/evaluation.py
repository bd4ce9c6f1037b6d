"""What evaluation publishes."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.base import Form, PartyOrganizationKind, Payload, Reason

EVALUATIONS = "evaluation.evaluations"

Star = Annotated[int, Field(ge=0, le=5)]


class EvaluationCompleted(Payload):
    """A Party organization is rated for a year (H17, H19)."""

    TYPE: ClassVar[str] = "shuangfu.evaluation.evaluation.completed.v1"
    TOPIC = EVALUATIONS

    id: UUID
    cycle_id: UUID
    year: int
    party_organization_id: UUID
    party_organization_name: str
    party_organization_kind: PartyOrganizationKind
    form: Form
    division: str
    type: str
    total: Decimal
    star: Star
    reasons: list[Reason]
    completed_at: datetime
    organization_ids: list[UUID] | None = None
    """Whom it covered when it was rated; None from a writer that does not state it."""
