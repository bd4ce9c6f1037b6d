"""Whom Party organizations cover, from when to when: what an annual grant stands for. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from shared.contracts.base import Form, PartyOrganizationKind
from shared.contracts.registry import (
    PartyOrganizationChangedV2,
    PartyOrganizationDissolved,
    PartyOrganizationState,
)

News = PartyOrganizationState | PartyOrganizationChangedV2 | PartyOrganizationDissolved

RATED_FORMS: tuple[Form, ...] = ("standalone", "joint", "temporary")
"""Forms whose coverage is kept: an area is not rated (decision 11), and may cover any number of organizations."""


@dataclass(frozen=True, slots=True)
class Span:
    """An organization was covered from `since` on, and on `until` no longer."""

    organization_id: UUID
    since: date
    until: date | None = None

    def contains(self, day: date) -> bool:
        """Whether it was covered at the end of a day."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class PartyOrganization:
    """What the registry stated of a Party organization, and when it covered whom; a form None was never stated."""

    id: UUID
    division: str
    sequence: int
    form: Form | None = None
    spans: tuple[Span, ...] = ()
    dissolved_on: date | None = None
    dissolved_at: datetime | None = None
    name: str | None = None
    kind: PartyOrganizationKind | None = None
    established_on: date | None = None
    """These three are None where nothing was stated since they are kept."""
    taken_over: bool = False
    """It existed before the registry knew it."""


def advance(known: PartyOrganization | None, data: News, sequence: int, at: datetime, day: date) -> PartyOrganization:
    """The next state of a Party organization, by an event of an instant (`day` in China); the same by an older one."""
    if known is not None and sequence <= known.sequence:
        return known
    before = known or PartyOrganization(data.id, data.division, sequence)
    if isinstance(data, PartyOrganizationDissolved):
        return replace(
            before,
            division=data.division,
            sequence=sequence,
            spans=_follow(before.spans, {}, data.dissolved_on),
            dissolved_on=data.dissolved_on,
            dissolved_at=at,
        )
    covers = _covers(before.spans, data) if data.form in RATED_FORMS else {}
    return PartyOrganization(
        data.id,
        data.division,
        sequence,
        data.form,
        _follow(before.spans, covers, day),
        name=data.name,
        kind=data.kind,
        established_on=data.established_on,
        taken_over=getattr(data, "taken_over", before.taken_over),
    )


def _covers(spans: Sequence[Span], data: PartyOrganizationState | PartyOrganizationChangedV2) -> dict[UUID, date]:
    """Whom it covers since when: as a whole, or by what changed of the running spans. Whoever is in both has moved."""
    if not isinstance(data, PartyOrganizationChangedV2):
        return {one.organization_id: one.since for one in data.covers}
    gone = {one.organization_id for one in data.removed}
    running = {one.organization_id: one.since for one in spans if one.until is None and one.organization_id not in gone}
    return running | {one.organization_id: one.since for one in data.added}


def _follow(spans: Sequence[Span], covers: dict[UUID, date], day: date) -> tuple[Span, ...]:
    """End the spans of whom it covers no longer, and begin those of whom it covers besides."""
    kept = [
        replace(span, until=day) if span.until is None and span.organization_id not in covers else span
        for span in spans
    ]
    running = {span.organization_id for span in kept if span.until is None}
    return (*kept, *(Span(one, since) for one, since in sorted(covers.items()) if one not in running))


def stands_for(party: PartyOrganization, year: int, today: date) -> list[UUID]:
    """The organizations that an annual grant stands for: those covered on 31 December, until then those of today.

    Where there were none on that day (it was founded or dissolved at another time), those of its latest time.
    """
    day = min(date(year, 12, 31), today)
    found = {span.organization_id for span in party.spans if span.contains(day)}
    if not found and party.spans:
        latest = max(span.until or date.max for span in party.spans)
        found = {span.organization_id for span in party.spans if (span.until or date.max) == latest}
    return sorted(found)


def whom_it_covered(party: PartyOrganization, day: date) -> list[UUID]:
    """The organizations that it covered at the end of a day."""
    return sorted({span.organization_id for span in party.spans if span.contains(day)})


def gone_by_then(party: PartyOrganization, year: int) -> bool:
    """Whether it was dissolved in the year or before: on 31 December another one may cover its organizations."""
    return party.dissolved_on is not None and party.dissolved_on <= date(year, 12, 31)


def existed_on(party: PartyOrganization, day: date) -> bool:
    """Whether it was there at the end of a day."""
    since = _since(party)
    ended = party.dissolved_on
    return since is not None and since <= day and (ended is None or day < ended)


def kept_out(party: PartyOrganization, begins: date | None, ends: date) -> tuple[str, date] | None:
    """What kept it from being there on any day of a period, and when: that it was founded after it, or dissolved by
    its first day (None: whenever that was). None where it was there, or nothing is known of its founding.
    """
    since = _since(party)
    if since is not None and since > ends:
        return "established_on", since
    if begins is not None and party.dissolved_on is not None and party.dissolved_on <= begins:
        return "dissolved_on", party.dissolved_on
    return None


def _since(party: PartyOrganization) -> date | None:
    """Where its founding was not stated, since it first covered somebody."""
    return party.established_on or min((span.since for span in party.spans), default=None)
