"""An organization as it is stored."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from operator import attrgetter
from typing import Any, Literal, Self
from uuid import UUID

from shared.contracts.base import Coverage
from shared.field.calendar import china_day
from shared.field.datums import Datum

Kind = Literal[
    "social_group",
    "foundation",
    "social_service_institution",
    "law_firm",
    "accounting_firm",
    "tax_agency",
    "appraisal_firm",
    "other",
]
EvaluationType = Literal["T01", "T02", "T03", "T04", "T05", "T06", "T07", "T08", "T09", "T10", "T11"]
Status = Literal["registered", "deregistered"]


@dataclass(frozen=True, slots=True)
class Content:
    """The registered values; another `as_of` with equal content is no change. Counts are of persons, degrees WGS 84."""

    name: str
    kind: Kind
    division: str
    street: str
    address: str
    carrier: str | None
    lon: float | None
    lat: float | None
    registered_on: date
    full_time_staff: int
    full_members_full_time: int
    full_members: int
    probationary_members: int
    evaluation_type: EvaluationType | None
    source: str
    status: Status
    datum: Datum | None = None
    """The one that its position was converted from; None: it came in WGS 84."""
    full_members_full_or_part_time: int | None = None
    """Full members employed full- or part-time (D7); None: not known."""

    def columns(self) -> dict[str, Any]:
        """Its values by column."""
        return dict(zip(CONTENT, _values(self), strict=True))

    @classmethod
    def of_stored(cls, found: Mapping[str, Any]) -> Self:
        """The content that was stored as JSON; what a later version added to it is not known then."""
        day = date.fromisoformat(found["registered_on"])
        return cls(**{name: found.get(name) for name in CONTENT} | {"registered_on": day})  # type: ignore[arg-type]


CONTENT = tuple(field.name for field in fields(Content))
_values = attrgetter(*CONTENT)


@dataclass(frozen=True, slots=True)
class Organization:
    """A social organization: its content as of an instant (in UTC), its version, and how it is covered."""

    id: UUID
    uscc: str
    content: Content
    as_of: datetime
    version: int = 1
    coverage: Coverage = "uncovered"
    ended_on: date | None = None
    """The first day as of which it is known to be deregistered, where that was stored; readers ask `ended`."""
    former_names: tuple[str, ...] = ()
    """Names that it had before, the oldest first; a name that was corrected was never its name."""

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Self:
        """The organization of a stored row."""
        content = Content(*[row[name] for name in CONTENT])
        named = {name: row[name] for name in ("id", "uscc", "as_of", "version", "coverage", "ended_on")}
        return cls(content=content, former_names=tuple(row["former_names"] or ()), **named)

    def columns(self) -> dict[str, Any]:
        """Its values by column."""
        return {
            "id": self.id,
            "uscc": self.uscc,
            **self.content.columns(),
            "as_of": self.as_of,
            "version": self.version,
            "coverage": self.coverage,
            "ended_on": self.ended_on,
            "former_names": list(self.former_names),
        }

    def ended(self) -> date | None:
        """The first day as of which it is known to be deregistered; None for a registered one."""
        if self.content.status == "registered":
            return None
        return self.ended_on or china_day(self.as_of)

    def registered_as(self, content: Content, as_of: datetime) -> Self:
        """The same with a content as of an instant: who stays deregistered has ended when he had, or earlier."""
        day = china_day(as_of)
        ended = None if content.status == "registered" else min(self.ended() or day, day)
        return replace(self, content=content, as_of=as_of, ended_on=ended)

    def renamed(self, name: str) -> Self:
        """The same with another name before its own: the one that it has now, where it changes."""
        if name == self.content.name:
            return self
        former = (*(one for one in self.former_names if one != self.content.name), self.content.name)
        return replace(self, former_names=tuple(one for one in former if one != name))
