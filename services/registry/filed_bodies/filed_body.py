"""A body that a street filed: it has no code, and is no legal person (S15)."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from operator import attrgetter
from typing import Any, Literal, Self
from uuid import UUID

from shared.field.datums import Datum

FiledKind = Literal[
    "community_service",
    "charity",
    "mutual_aid",
    "community_affairs",
    "culture_sports",
    "rural_technology",
    "other",
]


@dataclass(frozen=True, slots=True)
class Content:
    """What is filed; another `as_of` with equal content is no change. Counts are of persons.

    It is filed from `filed_on` to before `until`.
    """

    name: str
    kind: FiledKind
    division: str
    street: str
    community: str | None
    address: str | None
    people: int | None
    full_members: int | None
    probationary_members: int | None
    lon: float | None
    lat: float | None
    filed_on: date
    until: date | None
    datum: Datum | None = None
    """The one that its position was converted from; None: it came in WGS 84."""


CONTENT = tuple(field.name for field in fields(Content))
_values = attrgetter(*CONTENT)


@dataclass(frozen=True, slots=True)
class FiledBody:
    """A filed body as of an instant (in UTC). `reference` says what its number is one body's within, `stated_in` is the
    subject of the event that stated it last."""

    id: UUID
    reference: str
    number: str
    content: Content
    as_of: datetime
    version: int = 1
    stated_in: UUID | None = None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """The filed body of a stored row."""
        content = Content(*[row[name] for name in CONTENT])
        named = (row["id"], row["reference"], row["number"])
        return cls(*named, content, row["as_of"], row["version"], row["stated_in"])

    def columns(self) -> dict[str, Any]:
        """Its values by column."""
        return {
            "id": self.id,
            "reference": self.reference,
            "number": self.number,
            **dict(zip(CONTENT, _values(self.content), strict=True)),
            "as_of": self.as_of,
            "version": self.version,
            "stated_in": self.stated_in,
        }
