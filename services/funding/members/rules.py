"""How many members organizations had on a day: counts, no rosters. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from shared.contracts.registry import OrganizationDeregistered, OrganizationState
from shared.field.calendar import china_day

News = OrganizationState | OrganizationDeregistered


@dataclass(frozen=True, slots=True)
class Count:
    """What was registered of an organization's members as of a day; its number is that of the event."""

    since: date
    full: int
    probationary: int
    sequence: int


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization with what its members were from day to day, the earliest first; one a day, the latest stated."""

    id: UUID
    division: str
    sequence: int
    counts: tuple[Count, ...] = ()
    ended: bool = False

    def on(self, day: date) -> Count | None:
        """What was known of a day: of the last day up to it, None where nothing is known that early."""
        return next((one for one in reversed(self.counts) if one.since <= day), None)


def advance(known: Organization | None, data: News, sequence: int) -> Organization | None:
    """The next state of an organization, by an event, in whatever order events arrive: a late one states its own day.

    What has ended keeps its counts. One whose first event is its end was never stated: None.
    """
    if isinstance(data, OrganizationDeregistered):
        if known is None or sequence <= known.sequence:
            return known
        return replace(known, division=data.division, sequence=sequence, ended=True)
    stated = Count(china_day(data.as_of), data.full_members, data.probationary_members, sequence)
    if known is None:
        return Organization(data.id, data.division, sequence, (stated,))
    counts = _with(known.counts, stated)
    if sequence <= known.sequence:
        return replace(known, counts=counts)
    return Organization(data.id, data.division, sequence, counts)


def _with(counts: Sequence[Count], stated: Count) -> tuple[Count, ...]:
    """The counts with one more; of a day, the one that was stated last."""
    by_day = {one.since: one for one in sorted([*counts, stated], key=lambda one: one.sequence)}
    return tuple(by_day[day] for day in sorted(by_day))


@dataclass(frozen=True, slots=True)
class Total:
    """Members of several organizations on a day; `unknown` are those of whom nothing is known that early."""

    full: int
    probationary: int
    unknown: tuple[UUID, ...]


def add_up(organizations: Sequence[UUID], known: Mapping[UUID, Organization], day: date) -> Total:
    """The members of organizations on a day."""
    counts = {one: known[one].on(day) if one in known else None for one in organizations}
    found = [count for count in counts.values() if count is not None]
    unknown = tuple(sorted(one for one, count in counts.items() if count is None))
    return Total(sum(one.full for one in found), sum(one.probationary for one in found), unknown)
