"""How an organization stood on a day: registered or not, and which Party organization covered it. Pure."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.contracts.base import Coverage, PartyState


@dataclass(frozen=True, slots=True)
class Standing:
    """An organization on a day. `registered` and `coverage` are None where no day of it was ever kept; what the Party
    organization is called and whose leadership it has is as the registry stated it last."""

    registered: bool | None
    division: str | None
    """Where it was on the day; None where it was not registered then, or that was not kept."""
    coverage: Coverage | None
    party_id: UUID | None
    party_name: str | None
    established_on: date | None
    party_state: PartyState | None
    term_since: date | None
    term_ends_on: date | None
