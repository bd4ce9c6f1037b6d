"""A superior body as rules read it: the registry's own module has what it must be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.contracts.bodies import BodyKind, BodyLevel
from shared.field.divisions import scope_prefix


@dataclass(frozen=True, slots=True)
class DatedName:
    """What it is called from a day on."""

    name: str
    since: date


@dataclass(frozen=True, slots=True)
class Body:
    """In force from `since` to before `until`; `names` are in the order of their days."""

    id: UUID
    code: str
    names: Sequence[DatedName]
    level: BodyLevel
    kind: BodyKind
    department: str | None
    division: str
    street: str | None
    parent: str | None
    since: date
    until: date | None

    def in_force(self, on: date) -> bool:
        """Whether it exists on a day."""
        return self.since <= on and (self.until is None or on < self.until)

    def name_on(self, on: date) -> str:
        """What it is called on a day; before its first day, its first name."""
        return [one.name for one in self.names if one.since <= on or one is self.names[0]][-1]

    def covers(self, division: str, street: str | None) -> bool:
        """Whether a place lies in its territory."""
        return division.startswith(scope_prefix(self.division)) and self.street in (None, street)


Bodies = Mapping[str, Body]
"""By code."""
