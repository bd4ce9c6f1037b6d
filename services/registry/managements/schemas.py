"""How a commended Party organization is managed, as clients see it."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.contracts.evaluation import ManagementLevel, ManagementMode, Tier
from shared.problems.reasons import ReasonOut


class ManagedOut(BaseModel):
    """Beside its affiliation: managed by the city or district too (`dual`), or by it directly, since a commendation."""

    model_config = ConfigDict(from_attributes=True)

    mode: ManagementMode
    level: ManagementLevel
    tier: Tier
    demonstration_site: bool
    commended_on: date
    managed_from: date
    ended_on: date | None
    """The first day on which it does not hold any more; null where no end is known."""
    selection_id: UUID
    reasons: list[ReasonOut]
