"""A superior body as rules read it: what the registry states, with its structure and its seat in the conference."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.contracts.base import PartyOrganizationKind
from shared.contracts.bodies import ConferenceRole
from shared.superiors.stated import StatedBody


@dataclass(frozen=True, slots=True)
class Body(StatedBody):
    """A body that may be a Party organization itself, and sit in a joint conference."""

    structure: PartyOrganizationKind | None = None
    conference: Mapping[str, Any] | None = None

    def seat(self, on: date) -> ConferenceRole | None:
        """Its part in the joint conference of its city on a day (S4)."""
        seat = self.conference
        if seat is None or not self.in_force(on) or on < date.fromisoformat(seat["from"]):
            return None
        until, role = seat.get("until"), seat["role"]
        return None if until is not None and on >= date.fromisoformat(until) else role


Bodies = Mapping[str, Body]
"""By code."""
