"""Two tracks on one timeline (H2, D15): what happened to the organization and to its Party organization."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from services.incubation.incubatees.incubatee import Known
from services.incubation.incubatees.judging import Maturity
from services.incubation.incubatees.rules import visit_due
from services.incubation.incubating.incubatee_policies import SERVICES, IncubateePolicy, Moment, Service, Track
from shared.db.session import Record

Event = Literal[
    "application",
    "decision",
    "moment",
    "visit",
    "service",
    "established",
    "leadership",
    "term_end",
    "graduation",
    "exit",
    "follow_up_end",
]


class TimelineEntryOut(BaseModel):
    """What happened on a day, or will: `track` is null for what concerns both. `known`: the service knows it from the
    registry or the formation; else somebody recorded it, under `id`."""

    on: date
    track: Track | None
    event: Event
    moment: Moment | None = None
    service: Service | None = None
    known: bool = False
    id: UUID | None = None
    note: str | None = None


class MomentOut(BaseModel):
    """A moment with the first day of each track; `behind` is the track that lags, `due_on` the last day for the other
    one to follow."""

    moment: Moment
    organization: date | None
    party_organization: date | None
    in_step: bool
    behind: Track | None
    due_on: date | None


class ServiceOut(BaseModel):
    """One of the seven services (D15): how often it was given, and when last."""

    service: Service
    count: int
    last_on: date | None


class TimelinePartyOut(BaseModel):
    """What covers the organization now."""

    id: UUID
    name: str | None
    state: str | None
    established_on: date | None
    term_since: date | None
    term_ends_on: date | None


class TimelineOut(BaseModel):
    """An incubatee's timeline: `lagging` are the moments at which a track is behind by more than the policy allows."""

    incubatee_id: UUID
    name: str
    state: str
    due: str | None
    coverage: str
    party_organization: TimelinePartyOut | None
    moments: list[MomentOut]
    lagging: list[Moment]
    next_visit_due_on: date | None
    services: list[ServiceOut]
    entries: list[TimelineEntryOut]
    policy: str
    version: int


def timeline_out(row: Record, maturity: Maturity) -> TimelineOut:
    """The timeline of a stored incubatee."""
    moments = [
        MomentOut(
            moment=one.moment,
            organization=one.organization,
            party_organization=one.party_organization,
            in_step=one.organization is not None and one.party_organization is not None,
            behind=one.behind,
            due_on=one.due_on,
        )
        for one in maturity.moments
    ]
    known = maturity.known
    entries = [*_life(row), *_recorded(maturity), *_party(known)]
    return TimelineOut(
        incubatee_id=row["id"],
        name=row["name"],
        state=row["state"],
        due=known.due,
        coverage=known.coverage,
        party_organization=_party_out(known),
        moments=moments,
        lagging=[one.moment for one in moments if one.behind is not None],
        next_visit_due_on=_next_visit(row, known.status, maturity.visits, maturity.policy.parameters),
        services=[_service_out(one, maturity.services) for one in SERVICES],
        entries=sorted(entries, key=lambda one: (one.on, one.event, one.moment or "", one.track or "")),
        policy=maturity.policy.id,
        version=row["version"],
    )


def _service_out(service: Service, given: Sequence[Record]) -> ServiceOut:
    days = [one["on_day"] for one in given if one["service"] == service]
    return ServiceOut(service=service, count=len(days), last_on=max(days, default=None))


def _next_visit(row: Record, status: str | None, visits: Sequence[Record], policy: IncubateePolicy) -> date | None:
    days = [one["visited_on"] for one in visits]
    if row["state"] == "incubating":
        return visit_due(row["entered_on"], days, policy.visit_every_months)
    if row["state"] == "graduated" and status != "deregistered":
        due = visit_due(row["graduated_on"], days, policy.follow_up_every_months)
        return due if due <= row["follow_up_until"] else None
    return None


def _life(row: Record) -> Iterator[TimelineEntryOut]:
    days: tuple[tuple[Event, str], ...] = (
        ("application", "applied_on"),
        ("decision", "decided_on"),
        ("graduation", "graduated_on"),
        ("exit", "exited_on"),
        ("follow_up_end", "follow_up_until"),
    )
    for event, column in days:
        if row[column] is not None:
            yield TimelineEntryOut(on=row[column], track=None, event=event)


def _recorded(maturity: Maturity) -> Iterator[TimelineEntryOut]:
    for mark in maturity.marks:
        yield TimelineEntryOut(
            on=mark.on,
            track=mark.track,
            event="moment",
            moment=mark.moment,
            known=mark.known,
            id=mark.id,
            note=mark.note,
        )
    for visit in maturity.visits:
        yield TimelineEntryOut(
            on=visit["visited_on"], track=None, event="visit", id=visit["id"], note=visit["follow_up"]
        )
    for one in maturity.services:
        yield TimelineEntryOut(
            on=one["on_day"], track=None, event="service", service=one["service"], id=one["id"], note=one["content"]
        )


def _party(known: Known) -> Iterator[TimelineEntryOut]:
    days: tuple[tuple[Event, date | None], ...] = (
        ("established", known.established_on),
        ("leadership", known.term_since),
        ("term_end", known.term_ends_on),
    )
    for event, day in days:
        if day is not None:
            yield TimelineEntryOut(on=day, track="party_organization", event=event, known=True)


def _party_out(known: Known) -> TimelinePartyOut | None:
    if known.party_id is None:
        return None
    return TimelinePartyOut(
        id=known.party_id,
        name=known.party_name,
        state=known.party_state,
        established_on=known.established_on,
        term_since=known.term_since,
        term_ends_on=known.term_ends_on,
    )
