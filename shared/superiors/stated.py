"""What the registry states of a superior body, as other services keep it and their rules read it. Pure.

The registry's own module has what a body must be.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from shared.contracts.bodies import BodyKind, BodyLevel, BodyRecorded
from shared.field.divisions import scope_prefix


@dataclass(frozen=True, slots=True)
class DatedName:
    """What it is called from a day on."""

    name: str
    since: date


@dataclass(frozen=True, slots=True)
class StatedBody:
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


def newest_of_each(stated: Iterable[tuple[int, BodyRecorded]]) -> list[tuple[int, BodyRecorded]]:
    """Of statements with their sequences the newest of each body, in one order of bodies."""
    newest = {data.id: (sequence, data) for sequence, data in sorted(stated, key=lambda one: one[0])}
    return [newest[one] for one in sorted(newest, key=str)]


def kept_of(sequence: int, data: BodyRecorded) -> dict[str, Any]:
    """What every service keeps of a statement."""
    return {
        "id": data.id,
        "code": data.code,
        "names": [one.model_dump(mode="json") for one in data.names],
        "level": data.level,
        "kind": data.kind,
        "department": data.department,
        "division": data.division,
        "street": data.street,
        "parent": data.parent,
        "since": data.from_,
        "until": data.until,
        "sequence": sequence,
    }


def read_names(names: Iterable[Mapping[str, str]]) -> tuple[DatedName, ...]:
    """Names as they are stored."""
    return tuple(DatedName(one["name"], date.fromisoformat(one["from"])) for one in names)
